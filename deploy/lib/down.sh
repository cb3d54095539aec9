# down and restart.

# Above trunkline.member.shutdown.deadline of balancers, with which they end themselves. Nodes have a longer one for when
# others take over; here nobody does.
STOP_DEADLINE_MS=40000

command_down() {
  (($# == 0)) || usage_error "down takes no arguments, got '$1'"
  lock_cluster down
  bring_down
  make_archive
}

# Same layout and settings as before, unless told otherwise.
command_restart() {
  parse_layout "$@"
  lock_cluster restart
  if load_cluster; then
    build_when_needed # while the old members still serve
    WANT_NODES=${WANT_NODES:-${#NODES[@]}} WANT_BALANCERS=${WANT_BALANCERS:-${#BALANCERS[@]}} WANT_POLICY=${WANT_POLICY:-$POLICY}
    bring_down
  fi
  bring_up
}

# Balancers first: they stop accepting and answer what is under way while the nodes behind them still work.
bring_down() {
  load_cluster
  local file name marked start group killed=''
  local -a nodes=() balancers=() names=()
  # A member whose pid file was lost still carries its name and run directory on its command line.
  find_members_by_mark
  for marked in "${MARKED[@]}"; do
    name=${marked#* }
    alive "$name" || write_identity "${marked% *}" "$PIDS/$name.pid"
  done
  for file in "$PIDS"/*.pid; do
    name=${file##*/} name=${name%.pid}
    alive "$name" || continue
    if is_node "$name"; then nodes+=("$name"); else balancers+=("$name"); fi
  done
  if ((${#nodes[@]} + ${#balancers[@]} == 0)); then
    forget_cluster
    say "Nothing is running."
    return 0
  fi
  now_ms
  start=$REPLY
  for group in "${balancers[*]}" "${nodes[*]}"; do
    read -r -a names <<<"$group"
    ((${#names[@]})) || continue
    if ! signal_and_wait TERM "$STOP_DEADLINE_MS" 'Stopping' "${names[@]}"; then
      for name in "${names[@]}"; do alive "$name" && killed+=" $name"; done
      signal_and_wait KILL 5000 'Killing' "${names[@]}" || die 1 "cannot kill:$killed"
    fi
  done
  count_of "${nodes[@]}" "${balancers[@]}"
  local what=$REPLY
  forget_cluster
  now_ms
  duration $((REPLY - start))
  say "Stopped $what in $REPLY."
  [[ -z $killed ]] || warn "had to be killed after $((STOP_DEADLINE_MS / 1000)) s:$killed; their logs are in $(tilde "$LOGS")"
}
