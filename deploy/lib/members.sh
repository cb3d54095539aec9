# The members of the cluster: their names, ports, processes and health.

MAX_NODES=64
MAX_BALANCERS=16

# Every port moves by TRUNKLINE_PORT_OFFSET, so that a second cluster fits on the same machine.
read_ports() {
  OFFSET=${TRUNKLINE_PORT_OFFSET:-0}
  is_number "$OFFSET" 0 39000 || usage_error "TRUNKLINE_PORT_OFFSET: '$OFFSET' (expected: 0 to 39000)"
  OFFSET=$((10#$OFFSET))
  HOST=${TRUNKLINE_HOST:-127.0.0.1}
  TCP_PORT=${TRUNKLINE_TCP_PORT:-$((8000 + OFFSET))}
  is_number "$TCP_PORT" 1 65535 || usage_error "TRUNKLINE_TCP_PORT: '$TCP_PORT' (expected: 1 to 65535)"
  HTTP_PORT=${TRUNKLINE_HTTP_PORT:-$((8080 + OFFSET))}
  is_number "$HTTP_PORT" 1 65535 || usage_error "TRUNKLINE_HTTP_PORT: '$HTTP_PORT' (expected: 1 to 65535)"
  HTTPS_PORT=${TRUNKLINE_HTTPS_PORT:-$((8443 + OFFSET))}
  is_number "$HTTPS_PORT" 1 65535 || usage_error "TRUNKLINE_HTTPS_PORT: '$HTTPS_PORT' (expected: 1 to 65535)"
  TLS_PORT=${TRUNKLINE_TLS_PORT:-$((8444 + OFFSET))}
  is_number "$TLS_PORT" 1 65535 || usage_error "TRUNKLINE_TLS_PORT: '$TLS_PORT' (expected: 1 to 65535)"
  reachable "$HOST" && REACH=$REPLY
  reachable "${TRUNKLINE_ADMIN_HOST:-127.0.0.1}" && ADMIN=$REPLY
}

# Where to connect to for what binds to an address, in REPLY.
reachable() { # address
  case $1 in
    0.0.0.0) REPLY=127.0.0.1 ;;
    :: | '[::]') REPLY=::1 ;;
    *) REPLY=$1 ;;
  esac
}

# Nodes count up from their first port, balancers count down from theirs; clients share theirs.
port_of() { # member, kind -> REPLY
  local n=${1##*-}
  case ${1%-*}/$2 in
    node/trunk) REPLY=$((9000 + n + OFFSET)) ;;
    node/management) REPLY=$((7630 + n + OFFSET)) ;;
    node/prometheus) REPLY=$((9100 + n + OFFSET)) ;;
    node/artery) REPLY=$((25530 + n + OFFSET)) ;;
    balancer/tcp) REPLY=$TCP_PORT ;;
    balancer/http) REPLY=$HTTP_PORT ;;
    balancer/peer) REPLY=$((8700 - n + 1 + OFFSET)) ;;
    balancer/https) REPLY=$HTTPS_PORT ;;
    balancer/tls) REPLY=$TLS_PORT ;;
    balancer/stats) REPLY=$((8405 - n + OFFSET)) ;;
    balancer/health) REPLY=$((8889 - n + OFFSET)) ;;
    balancer/management) REPLY=$((7627 - n + OFFSET)) ;;
    balancer/prometheus) REPLY=$((9096 - n + OFFSET)) ;;
    balancer/artery) REPLY=$((25521 - n + OFFSET)) ;;
    *) die 70 "no port '$2' for $1" ;;
  esac
}

port_kinds() { # member -> KINDS
  if is_node "$1"; then
    KINDS=(trunk management prometheus artery)
  elif tls_on; then
    KINDS=(tcp http peer tls https stats health management prometheus artery)
  else
    KINDS=(tcp http peer stats health management prometheus artery)
  fi
}

is_node() { [[ $1 == node-* ]]; }

# Every member that should run, nodes first, in MEMBERS.
list_members() {
  MEMBERS=("${NODES[@]/#/node-}" "${BALANCERS[@]/#/balancer-}")
}

check_member() { # name
  list_members
  local known
  for known in "${MEMBERS[@]}"; do [[ $known == "$1" ]] && return 0; done
  ((${#MEMBERS[@]})) || usage_error "no member '$1': nothing is running; start a cluster with '$(shown) up'"
  unknown member "$1" "${MEMBERS[@]}"
}

alive() { process_in "$PIDS/$1.pid"; } # member -> PID

# How this script was called, for the commands it prints.
shown() { printf '%s' "${TRUNKLINE_SHOWN:-$0}"; }

# Where a starting member finds the cluster: at members that run, or, when none does, at the first node, which founds a new
# cluster. It stands alone then and founds at once: all other members start with it and would be asked in vain.
seeds_for_start() { # -> REPLY
  local member count=0 found=''
  list_members
  for member in "${MEMBERS[@]}"; do
    alive "$member" || continue
    port_of "$member" artery
    found+=",${TRUNKLINE_ADVERTISED_HOST:-$REACH}:$REPLY"
    ((++count < 3)) || break
  done
  if [[ -z $found && -n ${NODES[0]:-} ]]; then
    port_of "node-${NODES[0]}" artery
    found=",${TRUNKLINE_ADVERTISED_HOST:-$REACH}:$REPLY"
  fi
  REPLY=${found:1}
}

# What Java is told for a member, in JVM: flags, class path, main class.
member_jvm() { # member, flags of its class path...
  local main=io.trunkline.node.NodeMain
  is_node "$1" || main=io.trunkline.balancer.BalancerMain
  java_flags "$1"
  cds_flags "${1%-*}"
  JVM=("${CDS_FLAGS[@]}" "${FLAGS[@]}" "${@:2}" "$main")
}

# For programs that start members themselves: the command line of each, every argument ended by NUL, an empty one after the
# last. Modules belong at the end of a node's class path.
print_member_commands() { # member...
  local member module
  make_run_dir
  find_java
  find_archive
  for member; do
    module=${member%-*}
    [[ -e $ROOT/$module/target/trunkline-$module-$(project_version).jar ]] || die 69 "no jar of $module: run mvn package first"
    class_path_of "$module"
    member_jvm "$member" -cp "$REPLY"
    printf '%s\0' "$JAVA" "${JVM[@]}" ''
  done
}

# Starts one member in a session of its own, with no terminal and none of our descriptors.
launch() { # member, seeds
  local name=$1 seeds=$2 kind
  rotate_log "$name"
  rm -f -- "$PIDS/$name.pid"
  member_jvm "$name" "@$RUN_DIR/classpath.${name%-*}"
  port_kinds "$name"
  (
    export TRUNKLINE_MEMBER_NAME=$name TRUNKLINE_HOST=$HOST TRUNKLINE_SEEDS=$seeds TRUNKLINE_POLICY=$POLICY
    export TRUNKLINE_EXPECTED_NODES=${#NODES[@]}
    for kind in "${KINDS[@]}"; do
      port_of "$name" "$kind"
      export "TRUNKLINE_${kind^^}_PORT=$REPLY"
    done
    export TRUNKLINE_LOG_FILE=$LOGS/$name.log
    # The log is the member's own file, which it rotates; what the JVM and tools print goes beside it.
    cd -- "$RUN_DIR" && exec </dev/null >>"$LOGS/$name.log" && exec >"$LOGS/$name.out" 2>&1 || exit 73
    # The member writes its own pid file and then becomes the JVM: no moment in which it runs unknown.
    write_identity "$BASHPID" "$PIDS/$name.pid" || exit 73
    close_descriptors
    exec "${DETACH[@]}" "$JAVA" "-Dmember.name=$name" "-Dmember.run=$RUN_DIR" "${JVM[@]}"
  ) &
  local child=$!
  disown "$child" # bash would announce its end
  until [[ -s $PIDS/$name.pid ]] || ! kill -0 "$child" 2>/dev/null; do sleep 0.01; done
}
DETACH=(nohup)
command -v setsid >/dev/null && DETACH=(setsid)

# Begins a new log, as the member does when one is full: NAME.log.1 is the newest of those before.
rotate_log() { # member
  local log=$LOGS/$1.log files=${TRUNKLINE_LOG_FILES:-4} n
  is_number "$files" 1 20 || usage_error "TRUNKLINE_LOG_FILES: '$files' (expected: 1 to 20)"
  [[ -s $log ]] || return 0
  for ((n = files - 1; n >= 1; n--)); do [[ -e $log.$n ]] && mv -f -- "$log.$n" "$log.$((n + 1))"; done
  mv -f -- "$log" "$log.1"
}

# Leaves 0, 1 and 2 open: an inherited descriptor would keep our lock, or the pipe of whoever called us.
close_descriptors() {
  local fd
  for fd in /proc/"$BASHPID"/fd/*; do
    fd=${fd##*/}
    ((fd > 2 && fd != 255)) && eval "exec $fd>&-"
  done
}

# Health of the members named, asked at the same time. Sets STATES[member] to one of
#   dead      no process           starting  process, but its management does not listen yet
#   joining   not ready to serve   up        serving        silent  listens, but gives no answer in time
#   full      serves those who are connected and nobody new  leaving  about to stop
declare -A STATES=()
read_states() { # deadline in seconds, members...
  local deadline=$1 member port fd answer text
  local -A asked=()
  shift
  read_listeners
  for member in "$@"; do
    STATES[$member]=dead
    alive "$member" || continue
    STATES[$member]=starting
    if is_node "$member"; then port_of "$member" management; else port_of "$member" health; fi
    port=$REPLY
    [[ -n ${LISTENING[$port]+set} ]] || continue
    if is_node "$member"; then answer=/ready; else answer=/health; fi
    exec {fd}< <(http_status "$ADMIN" "$port" "$answer" "$deadline")
    asked[$member]=$fd
  done
  for member in "${!asked[@]}"; do
    fd=${asked[$member]}
    IFS=' ' read -r answer text <&"$fd" || answer=000
    exec {fd}<&-
    case $answer/$text in
      200/*) STATES[$member]=up ;;
      000/*) STATES[$member]=silent ;;
      */full:*) STATES[$member]=full ;;
      */draining:* | *'about to leave'*) STATES[$member]=leaving ;;
      *) STATES[$member]=joining ;;
    esac
  done
}

# The cluster as a balancer sees it: the JSON in CLUSTER_JSON and, taken apart, in JSON. Fails when none answers.
read_cluster_view() {
  local n answer
  CLUSTER_JSON=''
  JSON=()
  for n in "${BALANCERS[@]}"; do
    alive "balancer-$n" || continue
    port_of "balancer-$n" stats
    answer=$(http_get "$ADMIN" "$REPLY" /cluster 2) || continue
    [[ ${answer%%$'\n'*} == 200 ]] || continue
    json_read "${answer#*$'\n'}" || continue
    CLUSTER_JSON=${answer#*$'\n'}
    return 0
  done
  return 1
}

# Signals a member and waits. Fails when it still runs after the deadline.
signal_and_wait() { # signal, deadline in ms, text for the progress line, members...
  local signal=$1 deadline=$2 text=$3 member start left
  shift 3
  for member in "$@"; do
    alive "$member" && kill -s "$signal" "$PID" 2>/dev/null
  done
  now_ms
  start=$REPLY
  while :; do
    left=''
    for member in "$@"; do alive "$member" && left+=" $member"; done
    [[ -z $left ]] && break
    now_ms
    ((REPLY - start < deadline)) || break
    duration $((REPLY - start))
    progress "$text:$left ... $REPLY"
    sleep 0.1
  done
  progress_end
  [[ -z $left ]]
}
