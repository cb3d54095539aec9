# Java: which one, with which flags; and the build that makes the jars.

project_version() {
  local line
  while IFS= read -r line; do
    # The first <version> of the parent pom is the project's own.
    [[ $line =~ \<version\>(.+)\</version\> ]] && printf '%s' "${BASH_REMATCH[1]}" && return
  done <"$ROOT/pom.xml"
}

# Finds Java 17 or newer: JAVA_HOME first, then the PATH. Sets JAVA, JAVA_VERSION and JAVA_MAJOR.
find_java() {
  local line
  if [[ -n ${JAVA_HOME:-} ]]; then
    JAVA=$JAVA_HOME/bin/java
    [[ -x $JAVA ]] || die 69 "JAVA_HOME is $JAVA_HOME, but there is no bin/java in it; point it at a JDK 17 or newer, or unset it"
  else
    JAVA=$(command -v java) || die 69 "no Java found; install a JDK 17 or newer, or set JAVA_HOME"
  fi
  JAVA_VERSION='' JAVA_MAJOR=0
  while IFS= read -r line; do
    [[ $line =~ version\ \"(([0-9]+)[^\"]*)\" ]] && JAVA_VERSION=${BASH_REMATCH[1]} JAVA_MAJOR=${BASH_REMATCH[2]} && break
  done < <("$JAVA" -version 2>&1)
  [[ -n $JAVA_VERSION ]] || die 69 "$JAVA does not run; point JAVA_HOME at a JDK 17 or newer"
  ((JAVA_MAJOR >= 17)) || die 69 "$JAVA is Java $JAVA_VERSION; Trunkline needs 17 or newer (set JAVA_HOME)"
}

# The memory that there is, in MiB, in REPLY: the container's limit, or what the machine has.
memory_mib() {
  local file bytes='' name value rest
  REPLY=1048576
  while read -r name value rest; do
    [[ $name == MemTotal: ]] && REPLY=$((value / 1024)) && break
  done </proc/meminfo
  for file in /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes; do
    [[ -r $file ]] && read -r bytes <"$file" && [[ $bytes =~ ^[0-9]{1,18}$ ]] || continue
    ((bytes / 1048576 < REPLY)) && REPLY=$((bytes / 1048576))
  done
  return 0
}

# The flags of every member, in FLAGS. TRUNKLINE_JAVA_OPTS comes last, so it wins.
java_flags() { # member
  local -a own heap
  local REPLY # its caller may keep something there
  local size
  read -r -a own <<<"${TRUNKLINE_JAVA_OPTS:-}"
  # Several members share the memory, and each has as much outside its heap as in it.
  memory_mib
  size=$((REPLY / 8 < 512 ? REPLY / 8 : 512))
  ((size >= 128)) || size=128
  # Small to start with: what the young generation touches once stays resident. A balancer's garbage is short-lived
  # messages, for which a small young generation does; it has to hold some large ones, because those that do not fit go to
  # the old one, which is collected at length.
  heap=(-Xms96m "-Xmx${size}m")
  [[ $1 == balancer-* ]] && heap=(-Xms128m -Xmn40m "-Xmx${size}m")
  # Java takes the heap's size for both when only that is said.
  [[ " ${own[*]-} " == *" -Xmx"* ]] || heap+=("-XX:MaxDirectMemorySize=${size}m")
  # A node runs tools: what one of them asks too much fails in its call. It ends by itself when its heap stays full.
  [[ $1 == node-* ]] || heap+=(-XX:+ExitOnOutOfMemoryError)
  FLAGS=(
    # Silences warnings of JDK 24 and newer; JDK 17 must be told to ignore what it does not know.
    -XX:+IgnoreUnrecognizedVMOptions --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED
    # Serial collection, because several members share the machine and none has much to collect.
    -XX:+UseSerialGC "${heap[@]}"
    "-XX:ErrorFile=$LOGS/$1-crash-%p.log"
    # The leak detector samples with stack traces, on the hot path; the tests run it on every buffer instead.
    -Dio.netty.leakDetection.level=disabled
    "${own[@]}"
  )
}

MODULES=(protocol protocol/member node/spi node node/java-sdk balancer multi-jvm-tests)
BUILT=$ROOT/target/built # touched when a build began that succeeded: Maven leaves the date of an unchanged jar alone

# Why a build is needed, in REPLY; fails when none is.
build_reason() {
  local module version jar jars file
  version=$(project_version)
  for module in "${MODULES[@]}"; do
    jars=("$ROOT/$module/target"/trunkline-*-"$version.jar")
    jar=${jars[0]-}
    [[ -e $jar ]] || { REPLY="no jars yet"; return 0; }
    for file in "$ROOT/pom.xml" "$ROOT/$module/pom.xml" "$ROOT/$module/src/main"/** "$ROOT/protocol"/{,member/}src/main/**; do
      [[ $file -nt $jar && ! $BUILT -nt $file ]] && REPLY="sources are newer than the jars" && return 0
    done
  done
  return 1
}

build_when_needed() {
  find_java
  build_reason || return 0
  if [[ ${TRUNKLINE_BUILD:-on} == off ]]; then
    [[ $REPLY != "no jars yet" ]] || die 69 "no jars yet, and TRUNKLINE_BUILD=off says not to build them"
    return 0
  fi
  local reason=$REPLY log=$LOGS/build.log home line step='reading the project' start maven seconds
  command -v mvn >/dev/null || die 69 "no Maven found; install Maven 3.8 or newer to build Trunkline ($reason)"
  home=$(readlink -f -- "$JAVA") home=${home%/bin/java}
  [[ -x $home/bin/javac ]] || die 69 "$home is no JDK (it has no bin/javac); install a JDK 17 or newer to build Trunkline"
  say "Building Trunkline ($reason); log: $(tilde "$log")"
  now_ms
  start=$REPLY
  mkdir -p -- "${BUILT%/*}" && : >"$BUILT.new" && : >"$log"
  (
    close_descriptors
    cd -- "$ROOT" && JAVA_HOME=$home exec mvn -B -ntp -Dmaven.test.skip=true package </dev/null >"$log" 2>&1
  ) &
  maven=$!
  trap 'kill "$maven" 2>/dev/null; wait "$maven"; progress_end; exit 130' INT TERM
  while kill -0 "$maven" 2>/dev/null; do
    while IFS= read -r line; do
      [[ $line =~ Building\ (.*)\ [^\ ]+[[:space:]]+(\[[0-9]+/[0-9]+\]) ]] && step="${BASH_REMATCH[2]} ${BASH_REMATCH[1]}"
    done <"$log"
    now_ms
    duration $((REPLY - start))
    progress "Building $step ... $REPLY"
    sleep 0.3
  done
  trap - INT TERM
  if ! wait "$maven"; then
    progress_end
    while IFS= read -r line; do
      [[ $line == '[ERROR] '?* ]] && line=${line#'[ERROR] '} && printf '  %s\n' "${line#"$ROOT/"}"
    done <"$log" | head -n 8 >&2
    die 70 "the build failed; all of it is in $(tilde "$log")"
  fi
  mv -f -- "$BUILT.new" "$BUILT"
  now_ms
  seconds=$(((REPLY - start) / 1000))
  say "Built in $seconds s."
}

# A path below the current directory without the part that the user knows.
tilde() { printf '%s' "${1#"$PWD"/}"; }
