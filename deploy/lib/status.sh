# status: what runs, what it does, and for scripts the same as JSON.
# Exit codes: 0 everything serves, 1 something does not or is full, 3 nothing runs.

command_status() {
  local json=0
  while (($#)); do
    case $1 in
      --json) json=1 ;;
      -*) unknown option "$1" --json --help ;;
      *) usage_error "unexpected '$1'; see '$(shown) help status'" ;;
    esac
    shift
  done
  if ! load_cluster; then
    if ((json)); then printf '{"state":"stopped","members":[],"cluster":null}\n'; else say "Nothing is running. Start with: $(shown) up"; fi
    return 3
  fi
  list_members
  read_states 2 "${MEMBERS[@]}"
  local member serving=0 full=0 running=0 state=degraded
  for member in "${MEMBERS[@]}"; do
    [[ ${STATES[$member]} == up ]] && serving=$((serving + 1))
    [[ ${STATES[$member]} == full ]] && full=$((full + 1))
    [[ ${STATES[$member]} == dead ]] || running=$((running + 1))
  done
  ((serving == ${#MEMBERS[@]})) && state=serving
  ((full && serving + full == ${#MEMBERS[@]})) && state=full
  ((running)) || state=stopped
  read_cluster_view || true
  read_left_out
  if ((json)); then print_status_json "$state"; else print_status "$state"; fi
  case $state in serving) return 0 ;; degraded | full) return 1 ;; *) return 3 ;; esac
}

print_status() { # state
  case $1 in
    serving) tcp_on && REPLY=$REACH:$TCP_PORT || REPLY=http://$REACH:$HTTP_PORT/mcp; say "${green}Serving on $REPLY$plain, policy $POLICY." ;;
    full) say "${yellow}Full$plain: clients that are connected are served, new ones are refused until others have gone. Policy $POLICY." ;;
    degraded) say "${yellow}Not every member serves$plain, policy $POLICY." ;;
    stopped) say "${red}Every member is dead$plain." ;;
  esac
  print_member_table
  print_totals
  print_left_out
  local member
  for member in "${MEMBERS[@]}"; do
    [[ ${STATES[$member]} == dead ]] || continue
    printf '\nSee why with: %s logs %s    Start what is missing with: %s up\n' "$(shown)" "$member" "$(shown)"
    break
  done
}

# The whole cluster in one line, as a balancer sees it.
print_totals() {
  [[ -n ${JSON[active_connections]:-} ]] || return 0
  printf '\n%s clients, %s messages/s' "${JSON[active_connections]}" "${JSON[messages_per_second]%.*}"
  local p
  if [[ ${JSON[latency_ms.p50]:-null} != null ]]; then
    printf '; answers took'
    for p in p50 p95 p99; do printf ' %s %s ms' "${p^^}" "${JSON[latency_ms.$p]}"; done
    printf ' (last %s s)' "${JSON[window_seconds]%.*}"
  fi
  printf '\n'
}

# What nodes leave out because it cannot be served: rows of member, kind and name in LEFT_OUT, both texts as in the metrics, which
# escape what JSON escapes.
read_left_out() {
  local member line answer
  LEFT_OUT=()
  for member in "${MEMBERS[@]}"; do
    is_node "$member" && [[ ${STATES[$member]} == up ]] || continue
    port_of "$member" prometheus
    answer=$(http_get "$ADMIN" "$REPLY" /metrics 2) || continue
    while IFS= read -r line; do
      [[ $line == trunkline_left_out\{*'} 1'* ]] || continue
      [[ $line =~ [\{,]kind=\"([^\"]*)\" ]] || continue
      LEFT_OUT+=("$member"$'\t'"${BASH_REMATCH[1]}")
      [[ $line =~ [\{,]name=\"(([^\"\\]|\\.)*)\" ]] && LEFT_OUT[-1]+=$'\t'"${BASH_REMATCH[1]}"
    done <<<"$answer"
  done
}

print_left_out() {
  local row member kind name
  for row in "${LEFT_OUT[@]}"; do
    IFS=$'\t' read -r member kind name <<<"$row"
    printf '%s%s leaves out%s the %s %s; see: %s logs %s\n' "$yellow" "$member" "$plain" "$kind" "$name" "$(shown)" "$member"
  done
}

# What moves: one row per member.
print_member_table() {
  local member pid uptime rss connections rate messages
  local -a rows=($'MEMBER\tSTATE\tPID\tUPTIME\tMEMORY\tCLIENTS\tMSG/S\tMESSAGES')
  for member in "${MEMBERS[@]}"; do
    pid=- uptime=- rss=-
    if alive "$member"; then
      pid=$PID
      process_age_ms "$pid" && duration "$REPLY" && uptime=$REPLY
      process_rss "$pid" && rss="$((REPLY / 1048576)) MB"
    fi
    view_of "$member" connections
    connections=${REPLY:--}
    view_of "$member" messages_per_second
    rate=${REPLY%.*} rate=${rate:--}
    view_of "$member" messages.in
    messages=${REPLY:--}
    rows+=("$member"$'\t'"${STATES[$member]}"$'\t'"$pid"$'\t'"$uptime"$'\t'"$rss"$'\t'"$connections"$'\t'"$rate"$'\t'"$messages")
  done
  table "${rows[@]}"
}

# What stays: where each member listens.
print_address_table() {
  local member kind row tcp='' tls=''
  tcp_on && tcp="$TCP_PORT and "
  tls_on && tls=", by TLS $TLS_PORT and $HTTPS_PORT (HTTPS)"
  local -a rows=($'MEMBER\tSTATE\tPID\tLISTENS ON\tMANAGEMENT\tMETRICS\tARTERY')
  list_members
  for member in "${MEMBERS[@]}"; do
    alive "$member"
    row="$member"$'\t'"${STATES[$member]:-up}"$'\t'"${PID:--}"$'\t'
    if is_node "$member"; then port_of "$member" trunk; row+="$HOST:$REPLY for trunks"; else row+="$HOST:$tcp$HTTP_PORT (HTTP)$tls for clients"; fi
    for kind in management prometheus artery; do
      port_of "$member" "$kind"
      row+=$'\t'$REPLY
    done
    rows+=("$row")
  done
  printf '\n'
  table "${rows[@]}"
}

print_status_json() { # state
  local member kind members='' ports pid uptime rss role row name left=''
  for member in "${MEMBERS[@]}"; do
    pid=null uptime=null rss=null ports=''
    if alive "$member"; then
      pid=$PID
      process_age_ms "$pid" && uptime=$((REPLY / 1000))
      process_rss "$pid" && rss=$REPLY
    fi
    port_kinds "$member"
    for kind in "${KINDS[@]}"; do
      port_of "$member" "$kind"
      ports+=",\"$kind\":$REPLY"
    done
    if is_node "$member"; then role=node; else role=balancer; fi
    members+=",{\"name\":\"$member\",\"role\":\"$role\",\"state\":\"${STATES[$member]}\",\"pid\":$pid"
    members+=",\"uptime_seconds\":$uptime,\"rss_bytes\":$rss,\"ports\":{${ports:1}}}"
  done
  for row in "${LEFT_OUT[@]}"; do
    IFS=$'\t' read -r member kind name <<<"$row"
    left+=",{\"member\":\"$member\",\"kind\":\"$kind\",\"name\":\"$name\"}"
  done
  printf '{"state":"%s","host":"%s","policy":"%s","members":[%s],"left_out":[%s],"cluster":%s}\n' \
    "$1" "$HOST" "$POLICY" "${members:1}" "${left:1}" "${CLUSTER_JSON:-null}"
}

# One value about a member from the balancer's view read last, in REPLY; empty when the view does not have it.
view_of() { # member, path inside the member's object: health, connections, messages.in ...
  local list=backends i
  is_node "$1" || list=balancers
  for ((i = 0; ; i++)); do
    REPLY=${JSON[$list.$i.name]:-}
    [[ -n $REPLY ]] || return 0
    [[ $REPLY == "$1" ]] && break
  done
  REPLY=${JSON[$list.$i.$2]:-}
}
