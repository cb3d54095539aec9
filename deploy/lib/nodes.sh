# add-node, stop-node and kill-node: one member at a time, while clients are served.

command_add_node() {
  (($# == 0)) || usage_error "add-node takes no arguments, got '$1'; the new node gets the next free name"
  lock_cluster add-node
  load_cluster
  any_alive || die 1 "nothing is running; start a cluster with: $(shown) up"
  local n=1
  while [[ " ${NODES[*]} " == *" $n "* ]]; do n=$((n + 1)); done
  ((n <= MAX_NODES)) || die 1 "there are $MAX_NODES nodes already, which is the most that one machine takes"
  NODES+=("$n")
  start_members "node-$n"
  say "node-$n takes new clients from now on; those that are connected stay where they are."
}

any_alive() {
  local member
  list_members
  for member in "${MEMBERS[@]}"; do alive "$member" && return 0; done
  return 1
}

# Graceful, and for good: the member leaves the record, so 'up' does not bring it back.
command_stop_node() {
  local name='' seconds=60 n
  while (($#)); do
    case $1 in
      --timeout | --timeout=*)
        if [[ $1 == *=* ]]; then seconds=${1#*=}; else seconds=${2-} && shift $(($# > 1)); fi
        check_count --timeout "$seconds" 9999 && seconds=$REPLY
        ;;
      -*) unknown option "$1" --timeout --help ;;
      *) [[ -z $name ]] || usage_error "stop-node takes one name, got '$name' and '$1'"; name=$1 ;;
    esac
    shift
  done
  [[ -n $name ]] || usage_error "stop-node needs the name of a member; see '$(shown) status'"
  lock_cluster stop-node
  load_cluster
  check_member "$name"
  local was_alive=1
  alive "$name" || was_alive=0
  now_ms
  local start=$REPLY
  if ! signal_and_wait TERM $((seconds * 1000)) 'Draining' "$name"; then
    die 1 "$name still drains after $seconds s; wait on with the same command, or end it with: $(shown) kill-node $name"
  fi
  local -a left=()
  if is_node "$name"; then
    for n in "${NODES[@]}"; do [[ node-$n == "$name" ]] || left+=("$n"); done
    NODES=("${left[@]}")
  else
    for n in "${BALANCERS[@]}"; do [[ balancer-$n == "$name" ]] || left+=("$n"); done
    BALANCERS=("${left[@]}")
  fi
  rm -f -- "$PIDS/$name.pid"
  save_cluster
  now_ms
  duration $((REPLY - start))
  if ((was_alive)); then say "$name drained and left in $REPLY."; else say "$name was dead already; it is off the list now."; fi
  ((${#NODES[@]})) || warn "that was the last node: clients are refused until you 'add-node'"
  ((${#BALANCERS[@]})) || warn "that was the last balancer: nobody listens for clients until you 'restart --balancers 1'"
}

# SIGKILL, for trying failover. The member stays on the record, so 'up' brings it back.
command_kill_node() {
  local name=${1-}
  [[ -n $name ]] || usage_error "kill-node needs the name of a member; see '$(shown) status'"
  [[ $name != -* ]] || unknown option "$name" --help
  (($# == 1)) || usage_error "kill-node takes one name, got $#"
  load_cluster
  check_member "$name"
  alive "$name" || die 1 "$name is dead already; '$(shown) up' starts it again"
  local pid=$PID
  signal_and_wait KILL 5000 'Killing' "$name" || die 1 "$name (pid $pid) does not die"
  say "Killed $name (pid $pid). Watch with '$(shown) status'; bring it back with '$(shown) up'."
}
