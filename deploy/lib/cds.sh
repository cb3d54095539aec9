# Class data sharing: the classes of the libraries, parsed and checked once, mapped by every member from then on.
# It halves the processor time of a start. The archive belongs to one Java and one set of libraries, not to our own
# jars, so a rebuild keeps it.
#
#   run/cds/KEY.node, KEY.balancer   classes that a first member of each kind loaded
#   run/cds/KEY.jsa                  the archive made of them, after the first 'down'

# The libraries that nodes and balancers have in common, from the nodes' directory: an archive is tied to paths, and
# to a class path that begins with its own.
shared_libraries() { # -> SHARED
  local jar
  SHARED=()
  for jar in "$ROOT"/node/target/lib/*.jar; do
    [[ ${jar##*/} != trunkline-* && -e $ROOT/balancer/target/lib/${jar##*/} ]] && SHARED+=("$jar")
  done
}

# Our own jars, copied to where no build writes: a JVM that still has classes to load does not survive that its jar
# changes, and a member runs on while the next build is made for it. In OWN, until the cluster is down; empty: no copies.
OWN=''
copy_own_jars() {
  local key jar
  local -a jars=("$ROOT/node/target/lib"/trunkline-*.jar "$ROOT"/{node,balancer}/target/trunkline-*.jar)
  key=$(cksum -- "${jars[@]}" | cksum)
  OWN=$RUN_DIR/jars/${key%% *}
  [[ -d $OWN ]] && return
  rm -rf -- "$OWN.new"
  mkdir -p -- "$OWN.new" && cp -- "${jars[@]}" "$OWN.new/" && mv -- "$OWN.new" "$OWN" || die 73 "cannot write $OWN"
}

# The class path of a module: what is shared, its other libraries, its own jar; always in the same order. In REPLY.
class_path_of() { # module
  local jar path=''
  shared_libraries
  for jar in "${SHARED[@]}"; do path+=:$jar; done
  for jar in "$ROOT/$1/target/lib/"*.jar; do
    [[ -e $OWN/${jar##*/} ]] && jar=$OWN/${jar##*/}
    [[ $path: == *"/node/target/lib/${jar##*/}:"* ]] || path+=:$jar
  done
  jar=$ROOT/$1/target/trunkline-$1-$(project_version).jar
  [[ -e $OWN/${jar##*/} ]] && jar=$OWN/${jar##*/}
  REPLY=${path:1}${path:+:}$jar
}

# Writes the class paths as argument files, so that ps shows what a process is instead of a hundred jars.
write_class_paths() {
  local module
  copy_own_jars
  find_modules
  for module in node balancer; do
    class_path_of "$module"
    [[ $module == node ]] && REPLY+=$MODULE_PATH
    # Whole or not at all: a member that starts may be reading it.
    printf -- '-cp "%s"\n' "${REPLY//\\/\\\\}" >"$RUN_DIR/classpath.new" &&
      mv -f -- "$RUN_DIR/classpath.new" "$RUN_DIR/classpath.$module"
  done
}

# The archive for this Java and these libraries, existing or not, without its extension: in ARCHIVE.
find_archive() {
  shared_libraries
  local key
  key=$({ "$JAVA" -version; stat -c '%n %s %Y' -- "${SHARED[@]}"; } 2>&1 | cksum)
  ARCHIVE=$RUN_DIR/cds/${key%% *}
}

# Flags that use the archive, or, while there is none, write down what a first member loads. In CDS_FLAGS.
cds_flags() { # module
  CDS_FLAGS=()
  [[ ${TRUNKLINE_CDS:-on} == on ]] || return 0
  if [[ -e $ARCHIVE.jsa ]]; then
    # At the address that it was made for, so that members share its pages instead of each patching a copy.
    CDS_FLAGS=("-XX:SharedArchiveFile=$ARCHIVE.jsa" -XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0)
  elif mkdir -p -- "$RUN_DIR/cds" && (set -o noclobber && : >"$ARCHIVE.$1") 2>/dev/null; then
    CDS_FLAGS=("-XX:DumpLoadedClassList=$ARCHIVE.$1")
  fi
}

# Makes the archive when a first run of both kinds of member has ended. Costs some seconds, once; failing costs nothing.
make_archive() {
  [[ ${TRUNKLINE_CDS:-on} == on ]] || return 0
  find_java
  find_archive
  [[ ! -e $ARCHIVE.jsa && -s $ARCHIVE.node && -s $ARCHIVE.balancer ]] || return 0
  # One at a time, also where no lock of a cluster is held. What somebody who was killed left is in nobody's way for long.
  if [[ -e $ARCHIVE.classes ]] && (($(date +%s) - $(stat -c %Y -- "$ARCHIVE.classes") > 300)); then
    rm -f -- "$ARCHIVE.classes"
  fi
  (set -o noclobber && : >"$ARCHIVE.classes") 2>/dev/null || return 0
  local line start jar path='' dump log=$LOGS/cds.log
  for jar in "${SHARED[@]}"; do path+=:$jar; done
  {
    # Line by line, which leaves out half a line that a member was killed in.
    while IFS= read -r line; do printf '%s\n' "$line"; done <"$ARCHIVE.node"
    # Of the second list only the names: its numbers and indices would collide with those of the first.
    while IFS=' ' read -r line _; do [[ $line == [@#]* ]] || printf '%s\n' "$line"; done <"$ARCHIVE.balancer"
  } >"$ARCHIVE.classes"
  now_ms
  start=$REPLY
  "$JAVA" -XX:+UseG1GC -Xshare:dump "-XX:SharedClassListFile=$ARCHIVE.classes" "-XX:SharedArchiveFile=$ARCHIVE.new" \
    -cp "${path:1}" </dev/null >"$log" 2>&1 &
  dump=$!
  trap 'kill "$dump" 2>/dev/null; rm -f -- "$ARCHIVE".*; progress_end; exit 130' INT TERM HUP
  while kill -0 "$dump" 2>/dev/null; do
    now_ms
    duration $((REPLY - start))
    progress "Preparing faster starts, once ... $REPLY"
    sleep 0.2
  done
  if wait "$dump" && [[ -s $ARCHIVE.new ]]; then
    rm -f -- "$RUN_DIR"/cds/*.jsa
    mv -f -- "$ARCHIVE.new" "$ARCHIVE.jsa"
    now_ms
    duration $((REPLY - start))
    say "Prepared faster starts in $REPLY (once for these libraries)."
  fi
  rm -f -- "$ARCHIVE".{node,balancer,classes,new}
  trap - INT TERM HUP
}
