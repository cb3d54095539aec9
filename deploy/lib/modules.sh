# TRUNKLINE_MODULES: jars and directories with tools of the user's own, which every node gets at the end of its class path;
# unless it is set, the directory modules/ beside deploy/, if there is one.

# The file in which a module names tools that were written for the MCP Java SDK (docs/TOOLS.md).
SDK_MODULES=META-INF/services/io.trunkline.node.sdk.SdkModule

# Whether one of these jars and directories has such tools. The names of a jar's files stand in it as they are.
need_sdk() { # entry...
  local entry
  for entry; do
    if [[ -d $entry ]]; then
      [[ ! -e $entry/$SDK_MODULES ]] || return 0
    elif grep -qaF -- "$SDK_MODULES" "$entry"; then
      return 0
    fi
  done
  return 1
}

# Their class path, each jar as a copy in the run directory: what runs must not notice that a jar is replaced. In
# MODULE_PATH. The setting becomes absolute, because it is remembered for commands that run somewhere else.
find_modules() {
  local entry jar copies n=0 all=''
  local -a entries=() jars=() directories=()
  MODULE_PATH=''
  [[ -n ${TRUNKLINE_MODULES+set} || ! -d $ROOT/modules ]] || TRUNKLINE_MODULES=$ROOT/modules
  IFS=: read -r -a entries <<<"${TRUNKLINE_MODULES:-}"
  for entry in "${entries[@]}"; do
    [[ -n $entry ]] || continue
    [[ $entry != *['"'$'\n']* ]] || usage_error "TRUNKLINE_MODULES: '$entry' has a quote or a line end in it"
    entry=$(readlink -m -- "$entry")
    if [[ -d $entry ]]; then
      jars+=("$entry"/*.jar) directories+=("$entry")
    elif [[ $entry == *.jar && -r $entry ]]; then
      jars+=("$entry")
    else
      usage_error "TRUNKLINE_MODULES: '$entry' (expected: a jar, or a directory with jars or classes)"
    fi
    all+=:$entry
  done
  [[ -n $all ]] || return 0
  export TRUNKLINE_MODULES=${all:1}
  # At the end: a module that brings an SDK of its own keeps it.
  if need_sdk "${jars[@]}" "${directories[@]}"; then
    jars+=("$ROOT"/node/java-sdk/target/lib/*.jar "$ROOT/node/java-sdk/target/trunkline-java-sdk-$(project_version).jar")
  fi
  if ((${#jars[@]})); then
    copies=$(cksum -- "${jars[@]}" | cksum)
    copies=$RUN_DIR/jars/modules-${copies%% *}
    if [[ ! -d $copies ]]; then
      rm -rf -- "$copies.new"
      mkdir -p -- "$copies.new" || die 73 "cannot write $copies"
      # Numbered: two directories may have jars of one name, and their order is the user's.
      for jar in "${jars[@]}"; do
        cp -- "$jar" "$copies.new/$((++n))-${jar##*/}" || die 73 "cannot copy $jar to $copies"
      done
      mv -- "$copies.new" "$copies" || die 73 "cannot write $copies"
      n=0
    fi
    for jar in "${jars[@]}"; do MODULE_PATH+=:$copies/$((++n))-${jar##*/}; done
  fi
  for entry in "${directories[@]}"; do MODULE_PATH+=:$entry; done
}
