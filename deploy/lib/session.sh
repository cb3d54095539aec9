# session: what happened to one session, from the memory of the balancers; and its end.

command_session() {
  local argument end=0
  local -a ids=()
  for argument in "$@"; do
    case $argument in
      --end) end=1 ;;
      --*) unknown option "$argument" --end --help ;;
      *) ids+=("$argument") ;;
    esac
  done
  local id=${ids[0]-}
  [[ -n $id ]] || usage_error "session needs a session id; the tool whoami names it, and see '$(shown) help session'"
  ((${#ids[@]} == 1)) || usage_error "session takes one id, got ${#ids[@]}"
  [[ $id =~ ^[A-Za-z0-9_-]{24}([A-Za-z0-9_-]{8})?$ ]] ||
    usage_error "'$id' is no session id (expected: 24 or 32 letters, digits, '-' and '_')"
  load_cluster || die 3 "nothing is running; start a cluster with: $(shown) up"
  if ((end)); then end_session "$id"; return; fi
  local n answer asked=0
  local -a events=()
  for n in "${BALANCERS[@]}"; do
    alive "balancer-$n" || continue
    port_of "balancer-$n" stats
    answer=$(http_get "$ADMIN" "$REPLY" "/sessions/$id" 2) || { warn "balancer-$n does not answer"; continue; }
    asked=$((asked + 1))
    [[ ${answer%%$'\n'*} == 200 ]] || continue
    json_read "${answer#*$'\n'}" || { warn "balancer-$n answers no JSON"; continue; }
    collect_events
  done
  ((asked)) || die 1 "no balancer answers; see: $(shown) status"
  ((${#events[@]})) ||
    die 1 "no balancer remembers this session: it never was, or was long ago (each keeps its last 65,536 events)"
  local -a rows=($'TIME (UTC)\tEVENT\tNODE\tEPOCH\tBALANCER\tWHAT IT MEANS')
  local row
  # Stable: what one balancer wrote in the same millisecond stays in its order.
  while IFS= read -r row; do rows+=("$row"); done < <(printf '%s\n' "${events[@]}" | sort -s -t $'\t' -k 1,1)
  table "${rows[@]}"
}

# Asks every balancer to end the session. One that nobody holds is offered to them by its node within two seconds.
end_session() { # id
  end_sessions "/sessions/$1/end"
  ((ENDED)) || { sleep 2; end_sessions "/sessions/$1/end"; }
  ((ENDED)) || die 1 "no balancer holds this session: it never was, or has ended"
  say "Ended. Its client is told with its next request, or by the end of its connection."
}

# Adds the rows of the page in JSON to the caller's events.
collect_events() {
  local i event text detail
  for ((i = 0; ; i++)); do
    event=${JSON[events.$i.event]:-}
    [[ -n $event ]] || return 0
    detail=${JSON[events.$i.detail]:-}
    meaning "$event" "${JSON[events.$i.count]:-1}"
    text=$REPLY
    [[ -z $detail ]] || text+=" (${detail//\\\"/\"})"
    events+=("${JSON[events.$i.time]}"$'\t'"$event"$'\t'"${JSON[events.$i.node]:--}"$'\t'"${JSON[events.$i.epoch]}"$'\t'"${JSON[balancer]}"$'\t'"$text")
  done
}

meaning() { # event, count -> REPLY
  local messages='1 message' requests='1 request'
  (($2 == 1)) || messages="$2 messages" requests="$2 requests"
  case $1 in
    opened) REPLY='bound to its first node' ;;
    lost) REPLY='the node, or the way to it, was lost' ;;
    moved) REPLY='goes on at this node, where its slot is now' ;;
    guest) REPLY='goes on at this node until its slot has a new home' ;;
    home) REPLY='back at the node that hosts its slot' ;;
    adopted) REPLY='taken over from another balancer, which is gone' ;;
    released) REPLY='let go of, for another balancer to take over' ;;
    replayed) REPLY="$messages without an answer sent again" ;;
    unknown) REPLY="$requests answered with an error: whether they ran is not known" ;;
    refused) REPLY='the client was told why, and closed' ;;
    closed) REPLY='the client is gone' ;;
    *) REPLY='' ;;
  esac
}
