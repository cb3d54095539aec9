# add-node and kill-node: one member at a time, while clients are served.

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
