# up: from whatever runs now to a cluster in which every member serves.

START_SECONDS=${TRUNKLINE_START_SECONDS:-120}
SLOT_SECONDS=30
INTERRUPTED=0

command_up() {
  parse_layout "$@"
  is_number "$START_SECONDS" 1 3600 || usage_error "TRUNKLINE_START_SECONDS: '$START_SECONDS' (expected: 1 to 3600)"
  lock_cluster up
  bring_up
}

# Reads --nodes, --balancers, --policy and --tls into WANT_NODES, WANT_BALANCERS, WANT_POLICY and WANT_TLS; empty means
# not given.
parse_layout() {
  WANT_NODES='' WANT_BALANCERS='' WANT_POLICY='' WANT_TLS=''
  local option value
  while (($#)); do
    option=${1%%=*}
    case $option in
      --nodes | --balancers | --policy)
        if [[ $1 == *=* ]]; then value=${1#*=}; else value=${2-} && shift $(($# > 1)); fi
        [[ -n $value ]] || usage_error "$option needs a value; see '$(shown) help up'"
        ;;&
      --nodes) check_count "$option" "$value" "$MAX_NODES" && WANT_NODES=$REPLY ;;
      --balancers) check_count "$option" "$value" "$MAX_BALANCERS" && WANT_BALANCERS=$REPLY ;;
      --policy)
        [[ " ${POLICIES[*]} " == *" $value "* ]] || unknown policy "$value" "${POLICIES[@]}"
        WANT_POLICY=$value
        ;;
      --tls)
        [[ $1 == --tls ]] || usage_error "--tls takes no value; see '$(shown) help up'"
        WANT_TLS=1
        ;;
      -*) unknown option "$option" --nodes --balancers --policy --tls --help ;;
      *) usage_error "unexpected '$1'; see '$(shown) help up'" ;;
    esac
    shift
  done
}

check_count() { # option, value, most
  is_number "$2" 1 "$3" || usage_error "$1: '$2' (expected: 1 to $3)"
  REPLY=$((10#$2))
}

# The lock is held; WANT_* say what to change against the record, or the defaults when there is none.
bring_up() {
  local member running=0 fresh=1 n
  load_cluster && fresh=0
  list_members
  for member in "${MEMBERS[@]}"; do alive "$member" && running=$((running + 1)); done
  if ((running)); then
    if [[ -n $WANT_POLICY && $WANT_POLICY != "$POLICY" ]]; then
      usage_error "the cluster runs with policy $POLICY; to change it: $(shown) restart --policy $WANT_POLICY"
    elif [[ -n $WANT_TLS ]] && ! tls_on; then
      usage_error "the cluster runs without TLS; to change it: $(shown) restart --tls"
    elif [[ -n $WANT_NODES ]] && ((WANT_NODES < ${#NODES[@]})); then
      usage_error "${#NODES[@]} nodes run already; take one away with: $(shown) drain node-${NODES[-1]}"
    elif [[ -n $WANT_BALANCERS ]] && ((WANT_BALANCERS < ${#BALANCERS[@]})); then
      usage_error "${#BALANCERS[@]} balancers run already; take one away with: $(shown) drain balancer-${BALANCERS[-1]}"
    fi
  fi
  ((fresh)) && WANT_NODES=${WANT_NODES:-4} WANT_BALANCERS=${WANT_BALANCERS:-1}
  [[ -n $WANT_POLICY ]] && POLICY=$WANT_POLICY
  ((running)) || { [[ -n $WANT_NODES ]] && NODES=(); [[ -n $WANT_BALANCERS ]] && BALANCERS=(); }
  for ((n = 1; ${#NODES[@]} < ${WANT_NODES:-0}; n++)); do [[ " ${NODES[*]} " == *" $n "* ]] || NODES+=("$n"); done
  for ((n = 1; ${#BALANCERS[@]} < ${WANT_BALANCERS:-0}; n++)); do [[ " ${BALANCERS[*]} " == *" $n "* ]] || BALANCERS+=("$n"); done

  if [[ -n $WANT_TLS ]]; then use_tls; fi
  # A cluster that runs keeps what it has.
  ((running)) || { use_secret; use_cluster_tls; }
  name_tls_files

  local -a missing=()
  list_members
  for member in "${MEMBERS[@]}"; do alive "$member" || missing+=("$member"); done
  if ((${#missing[@]} == 0)); then
    wait_until_serving 'Waiting for' "${MEMBERS[@]}" || exit 1
    say "${green}Already running.$plain Nothing to start."
    print_address_table
    return 0
  fi
  start_members "${missing[@]}"
  print_address_table
  print_try_it
}

# Starts members and returns when they serve; otherwise stops them again, says why, and exits 1.
start_members() { # members...
  local -a starting=("$@")
  local before='' start text
  [[ -r $CLUSTER ]] && before=$(<"$CLUSTER")
  check_ports "${starting[@]}"
  build_when_needed
  write_class_paths
  find_archive
  count_of "${starting[@]}"
  text="Starting $REPLY"
  save_cluster
  # A flag and no more: a handler may run in the middle of any command, with that command's IFS.
  INTERRUPTED=0
  trap 'INTERRUPTED=1' INT TERM HUP
  now_ms
  start=$REPLY
  say "$text with Java $JAVA_VERSION."
  seeds_for_start
  local seeds=$REPLY member
  for member in "${starting[@]}"; do launch "$member" "$seeds"; done
  if ! wait_until_serving 'Starting' "${starting[@]}"; then
    undo_start "$before" "${starting[@]}"
    ((INTERRUPTED)) && exit 130
    exit 1
  fi
  trap - INT TERM HUP
  now_ms
  duration $((REPLY - start))
  local tcp=''
  tcp_on && tcp="$REACH:$TCP_PORT (TCP) and "
  say "${green}Serving on ${tcp}http://$REACH:$HTTP_PORT/mcp$plain after $REPLY."
  if tls_on; then say "By TLS on $REACH:$TLS_PORT (TCP) and https://$REACH:$HTTPS_PORT/mcp."; fi
}

undo_start() { # record before, members...
  local before=$1
  shift
  trap '' INT TERM HUP
  signal_and_wait TERM 5000 'Stopping' "$@" || signal_and_wait KILL 5000 'Killing' "$@"
  local member
  for member in "$@"; do rm -f -- "$PIDS/$member.pid"; done
  rm -f -- "$ARCHIVE".{node,balancer}
  if [[ -n $before ]]; then printf '%s\n' "$before" >"$CLUSTER"; else forget_cluster; fi
}

# "4 nodes and 1 balancer", in REPLY.
count_of() { # members...
  local member nodes=0 balancers=0
  for member in "$@"; do is_node "$member" && nodes=$((nodes + 1)) || balancers=$((balancers + 1)); done
  REPLY=''
  ((nodes)) && REPLY="$nodes node$( ((nodes > 1)) && echo s)"
  ((nodes && balancers)) && REPLY+=' and '
  ((balancers)) && REPLY+="$balancers balancer$( ((balancers > 1)) && echo s)"
}

check_ports() { # members to start
  local member kind port tries
  for member in "$@"; do
    port_kinds "$member"
    for kind in "${KINDS[@]}"; do
      port_of "$member" "$kind"
      port=$REPLY
      # What died a moment ago may not have let go of its ports yet.
      for ((tries = 0; tries < 20; tries++)); do
        ((tries == 0)) || sleep 0.1
        read_listeners
        [[ -n ${LISTENING[$port]+set} ]] || continue 2
        describe_listener "$port"
        # Balancers share the clients' ports among themselves.
        [[ $kind =~ ^(tcp|http|tls|https)$ && $REPLY == balancer-*" of the cluster in $RUN_DIR" ]] && continue 2
        [[ $REPLY == "$NOBODY" ]] || break
      done
      if [[ $REPLY == *" of the cluster in $RUN_DIR" ]]; then
        die 1 "port $port ($kind of $member) is still held by $REPLY; '$(shown) down' stops it"
      fi
      die 1 "port $port ($kind of $member) is taken by $REPLY; stop it, or move this cluster: TRUNKLINE_PORT_OFFSET=10000 $(shown) up"
    done
  done
}

# Waits until members are up, a balancer reports the nodes among them healthy, and the slots have come to rest: clients
# that come earlier are moved with them. Says what went wrong.
wait_until_serving() { # verb, members...
  local verb=$1 start left member line serving=''
  shift
  local -a waiting=("$@") still
  now_ms
  start=$REPLY
  while :; do
    ((INTERRUPTED)) && warn "interrupted" && return 1
    for member in "$@"; do alive "$member" || { report_death "$member"; return 1; }; done
    read_states 2 "${waiting[@]}"
    still=() line=''
    for member in "${waiting[@]}"; do
      [[ ${STATES[$member]} == up || ${STATES[$member]} == full ]] || { still+=("$member") line+="  $member ${STATES[$member]}"; }
    done
    # Up once is enough; what is left then is that the balancers have seen every node.
    waiting=("${still[@]}")
    if ((${#waiting[@]} == 0)); then
      line='  the balancer to reach every node'
      if read_cluster_view && cluster_view_has "$@"; then
        now_ms
        serving=${serving:-$REPLY}
        slots_are_even && break
        line="  the slots to be spread evenly, now $REPLY"
        now_ms
        if ((REPLY - serving > SLOT_SECONDS * 1000)); then
          progress_end
          slots_are_even || warn "the slots are not spread evenly after $SLOT_SECONDS s: $REPLY. Every member serves; sessions may move for a while"
          break
        fi
      fi
    fi
    now_ms
    left=$((REPLY - start))
    if ((left > START_SECONDS * 1000)); then
      warn "not serving after $START_SECONDS s; waiting for:$line (TRUNKLINE_START_SECONDS=300 waits longer)"
      last_lines "${waiting[0]:-balancer-${BALANCERS[0]:-1}}"
      return 1
    fi
    duration "$left"
    progress "$verb:$line ... $REPLY"
    sleep 0.2
  done
  progress_end
}

# True when the balancer's own view has every node among these members with health 1.
cluster_view_has() { # members...
  local member
  for member in "$@"; do
    is_node "$member" || continue
    view_of "$member" health
    [[ $REPLY == 1 ]] || return 1
  done
}

# True when the balancer's own view has all slots placed, and as many on each healthy node but for one; else REPLY says how
# they are.
slots_are_even() {
  local i count=0 least='' most=0 total=${JSON[slots.total]:-0} placed=${JSON[slots.placed]:-0}
  for ((i = 0; ; i++)); do
    [[ -n ${JSON[backends.$i.name]:-} ]] || break
    [[ ${JSON[backends.$i.health]} == 1 ]] || continue
    count=${JSON[backends.$i.slots]:-0}
    if [[ -z $least ]] || ((count < least)); then least=$count; fi
    if ((count > most)); then most=$count; fi
  done
  REPLY="$placed of $total, ${least:-0} to $most on a node"
  ((total > 0 && placed == total && most - least <= 1))
}

report_death() { # member
  warn "$1 died while starting"
  last_lines "$1"
}

last_lines() { # member
  progress_end
  printf 'Last lines of %s:\n' "$(tilde "$LOGS/$1.log")" >&2
  { tail -n 10 -- "$LOGS/$1.log" && tail -n 15 -- "$LOGS/$1.out"; } 2>/dev/null | while IFS= read -r line; do printf '  %s\n' "$line"; done >&2
}

print_try_it() {
  local me stats
  local -a ping=() tls=()
  me=$(shown)
  port_of "balancer-${BALANCERS[0]}" stats
  stats=$REPLY
  if [[ ${TRUNKLINE_TLS_CERTIFICATE:-} == "$TLS_DIR/certificate.pem" ]]; then
    local json="'{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},\"clientInfo\":{\"name\":\"curl\",\"version\":\"1\"}}}'"
    tls=(TLS "curl -si --cacert $(tilde "$TRUNKLINE_TLS_CERTIFICATE") https://localhost:$HTTPS_PORT/mcp -H 'Content-Type: application/json' -H 'Accept: application/json, text/event-stream' -d $json")
  fi
  tcp_on && ping=(ping "printf '%s\\n' '{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}' | nc -q1 $REACH $TCP_PORT")
  printf '\n%sTry it%s\n' "$bold" "$plain"
  printf '  %-9s %s\n' \
    "${ping[@]}" \
    "${tls[@]}" \
    look "$me status    ${dim}# or http://$ADMIN:$stats/cluster.txt$plain" \
    load "$me load --connections 200 --seconds 5" \
    break "$me kill-node node-${NODES[-1]}    ${dim}# and bring it back: $me up$plain" \
    stop "$me down"
}
