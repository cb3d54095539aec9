# drain and rolling-restart: members go while clients are served.

# Above trunkline.member.shutdown.deadline, with which a member ends itself.
DRAIN_SECONDS=100

# Graceful, and for good: the member leaves the record, so 'up' does not bring it back.
command_drain() {
  local name='' seconds=$DRAIN_SECONDS
  while (($#)); do
    case $1 in
      --timeout | --timeout=*)
        if [[ $1 == *=* ]]; then seconds=${1#*=}; else seconds=${2-} && shift $(($# > 1)); fi
        check_count --timeout "$seconds" 9999 && seconds=$REPLY
        ;;
      -*) unknown option "$1" --timeout --help ;;
      *) [[ -z $name ]] || usage_error "drain takes one name, got '$name' and '$1'"; name=$1 ;;
    esac
    shift
  done
  [[ -n $name ]] || usage_error "drain needs the name of a member; see '$(shown) status'"
  lock_cluster drain
  load_cluster
  check_member "$name"
  local was_alive=1 result=0
  if alive "$name"; then
    drain_member "$name" "$seconds" ||
      die 1 "$name still drains after $seconds s; wait on with the same command, or end it with: $(shown) kill-node $name"
  else
    was_alive=0
  fi
  forget_member "$name"
  if ((!was_alive)); then
    say "$name was dead already; it is off the list now."
  else
    say_drained "$name" || result=1
  fi
  ((${#NODES[@]})) || warn "that was the last node: clients are refused until you 'add-node'"
  ((${#BALANCERS[@]})) || warn "that was the last balancer: nobody listens for clients until you 'restart --balancers 1'"
  return "$result"
}

# Another name for drain, from before there was one.
command_stop_node() { command_drain "$@"; }

# Takes a member off the record.
forget_member() { # name
  local n
  local -a left=()
  if is_node "$1"; then
    for n in "${NODES[@]}"; do [[ node-$n == "$1" ]] || left+=("$n"); done
    NODES=("${left[@]}")
  else
    for n in "${BALANCERS[@]}"; do [[ balancer-$n == "$1" ]] || left+=("$n"); done
    BALANCERS=("${left[@]}")
  fi
  rm -f -- "$PIDS/$1.pid"
  save_cluster
}

# Asks a member to leave (SIGTERM) and shows what is left on it until it is gone. Fails when it is not in time. Sets
# DRAIN_MS, and DRAIN_SESSIONS to the sessions or clients that it had.
drain_member() { # member, deadline in seconds
  local name=$1 deadline=$(($2 * 1000)) start now text='' last=0
  DRAIN_SESSIONS='' DRAIN_MS=0
  read_load "$name" && DRAIN_SESSIONS=$SESSIONS
  alive "$name" && kill -s TERM "$PID" 2>/dev/null
  now_ms
  start=$REPLY
  while alive "$name"; do
    now_ms
    now=$REPLY
    ((now - start < deadline)) || { progress_end; return 1; }
    # Members count once a second.
    if ((now - last >= 500)); then
      last=$now
      if ! read_load "$name"; then text=leaving
      elif is_node "$name"; then text="$SLOTS slots and $SESSIONS sessions left"
      else text="$SESSIONS clients left"
      fi
    fi
    duration $((now - start))
    step "Draining $name: $text ... $REPLY"
    sleep 0.1
  done
  progress_end
  now_ms
  DRAIN_MS=$((REPLY - start))
}

# The result of the drain before, in one line; fails when the member left before it was empty.
say_drained() { # member
  local name=$1 line what='' outcome=empty slots='' sessions=''
  if is_node "$name"; then
    # The member's own word for how it ended.
    outcome=''
    while IFS= read -r line; do
      [[ $line =~ node\.drained\ outcome=([a-z]+)\ slots=([0-9]+)\ sessions=([0-9]+) ]] &&
        outcome=${BASH_REMATCH[1]} slots=${BASH_REMATCH[2]} sessions=${BASH_REMATCH[3]}
    done < <(tail -n 400 -- "$LOGS/$name.log" 2>/dev/null)
    ((${DRAIN_SESSIONS:-0})) && what="; its $DRAIN_SESSIONS sessions went on elsewhere"
  elif ((${DRAIN_SESSIONS:-0})); then
    what="; its $DRAIN_SESSIONS clients were answered, told that it stops, and closed"
  fi
  duration "$DRAIN_MS"
  case $outcome/${sessions:-0} in
    empty/* | nowhere/0) say "${green}$name drained and left$plain in $REPLY$what." ;;
    nowhere/*)
      say "${yellow}$name left$plain in $REPLY with $sessions sessions, which no node was there to take."
      return 1
      ;;
    late/*)
      say "${yellow}$name left$plain in $REPLY with $slots slots and $sessions sessions on it: its deadline was over."
      warn "more time: TRUNKLINE_DRAIN=120s and TRUNKLINE_SHUTDOWN_DEADLINE=150s, see docs/operate/settings.md"
      return 1
      ;;
    *)
      say "${yellow}$name ended$plain after $REPLY without a word; see: $(shown) logs $name"
      return 1
      ;;
  esac
}

# Slots and sessions of a node, or clients of a balancer, as it counts them: in SLOTS and SESSIONS. Fails without an
# answer.
read_load() { # member
  local answer line value
  SLOTS=0 SESSIONS=0
  port_of "$1" prometheus
  answer=$(http_get "$ADMIN" "$REPLY" /metrics 2) || return 1
  [[ ${answer%%$'\n'*} == 200 ]] || return 1
  while IFS= read -r line; do
    value=${line##* } value=${value%%.*}
    case $line in
      'trunkline_slots{'*) SLOTS=$value ;;
      'trunkline_connections{'*) SESSIONS=$value ;;
    esac
  done <<<"$answer"
}

# Replaces one member after the other by a fresh process, while the others serve.
command_rolling_restart() {
  local nodes=0 balancers=0 member n
  local -a names=() chosen=()
  while (($#)); do
    case $1 in
      --nodes) nodes=1 ;;
      --balancers) balancers=1 ;;
      -*) unknown option "$1" --nodes --balancers --help ;;
      *) names+=("$1") ;;
    esac
    shift
  done
  ((nodes + balancers + ${#names[@]})) || nodes=1
  lock_cluster rolling-restart
  load_cluster || die 1 "nothing is running; start a cluster with: $(shown) up"
  for member in "${names[@]}"; do check_member "$member"; done
  list_members
  for member in "${MEMBERS[@]}"; do
    if [[ " ${names[*]} " == *" $member "* ]] ||
      { is_node "$member" && ((nodes)); } || { ! is_node "$member" && ((balancers)); }; then
      chosen+=("$member")
    fi
  done
  check_all_serve
  for member in "${chosen[@]}"; do
    is_node "$member" && ((${#NODES[@]} < 2)) &&
      die 1 "there is one node, and nowhere for its sessions to go meanwhile; add another with: $(shown) add-node"
  done
  build_when_needed # while the old members still serve
  write_class_paths
  find_archive
  local start late=0
  now_ms
  start=$REPLY
  INTERRUPTED=0
  trap 'INTERRUPTED=1' INT TERM HUP
  for member in "${chosen[@]}"; do
    replace_member "$member" || late=1
  done
  trap - INT TERM HUP
  now_ms
  duration $((REPLY - start))
  n=$REPLY
  count_of "${chosen[@]}"
  say "${green}Restarted $REPLY$plain in $n."
  return "$late"
}

# A restart that begins with a member missing would take the others' room away as well.
check_all_serve() {
  local member
  read_states 2 "${MEMBERS[@]}"
  for member in "${MEMBERS[@]}"; do
    [[ ${STATES[$member]} == up || ${STATES[$member]} == full ]] ||
      die 1 "$member is ${STATES[$member]}; every member has to serve before one is taken away: $(shown) up"
  done
}

# Drains one member, starts it again, and waits until it carries its share. Fails when the drain was not clean; ends the
# command when the member does not come back.
replace_member() { # member
  local member=$1 seeds start result=0 share=''
  ((INTERRUPTED)) && die 130 "interrupted before $member; those before it run the new way, the others the old"
  is_node "$member" || warn "$member: its clients are answered, told that it stops, and closed: they have to connect again"
  drain_member "$member" "$DRAIN_SECONDS" ||
    die 1 "$member still drains after $DRAIN_SECONDS s; end it with '$(shown) kill-node $member', then '$(shown) up'"
  say_drained "$member" || result=1
  now_ms
  start=$REPLY
  check_ports "$member"
  seeds_for_start
  seeds=$REPLY
  launch "$member" "$seeds"
  wait_until_serving 'Starting' "$member" ||
    die 1 "$member is not back, and nothing more is restarted; when the cause is gone: $(shown) up"
  if is_node "$member"; then
    wait_for_share "$member"
    share=", $SLOTS slots"
  fi
  now_ms
  duration $((REPLY - start))
  say "$member is back after $REPLY$share."
  return "$result"
}

# Waits until slots lie evenly again, so that the next node to go does not take more than its share with it.
wait_for_share() { # node; its slots in SLOTS
  local n least most start own
  now_ms
  start=$REPLY
  while :; do
    least=999999 most=0 own=0
    for n in "${NODES[@]}"; do
      read_load "node-$n" || SLOTS=0
      ((SLOTS < least)) && least=$SLOTS
      ((SLOTS > most)) && most=$SLOTS
      [[ node-$n == "$1" ]] && own=$SLOTS
    done
    SLOTS=$own
    ((least > 0 && most - least <= 1)) && break
    now_ms
    ((REPLY - start < START_SECONDS * 1000)) ||
      die 1 "$1 serves, but slots are uneven after $START_SECONDS s ($least to $most for each node); see: $(shown) logs"
    ((INTERRUPTED)) && die 130 "interrupted; $1 serves and takes its share meanwhile"
    duration $((REPLY - start))
    step "Filling $1: $own slots ... $REPLY"
    sleep 0.3
  done
  progress_end
}
