# sessions: who holds how many sessions, and the end of many of them.

LISTED_SOURCES=20

command_sessions() {
  local end=0 source='' principal='' idle='' query=''
  while (($#)); do
    case $1 in
      --end) end=1 ;;
      --source | --principal | --idle)
        [[ -n ${2-} && ${2-} != --* ]] || usage_error "$1 needs a value; see '$(shown) help sessions'"
        case $1 in --source) source=$2 ;; --principal) principal=$2 ;; *) idle=$2 ;; esac
        shift
        ;;
      -*) unknown option "$1" --end --source --principal --idle --help ;;
      *) usage_error "unexpected '$1'; to end one session: $(shown) session ID --end" ;;
    esac
    shift
  done
  if ((!end)); then
    [[ -z $source$principal$idle ]] || usage_error "--source, --principal and --idle say what --end ends; see '$(shown) help sessions'"
    load_cluster || die 3 "nothing is running; start a cluster with: $(shown) up"
    list_sources
    return
  fi
  [[ -n $source$principal$idle ]] || usage_error "--end needs at least one of --source, --principal and --idle"
  [[ $source =~ ^[0-9A-Za-z.:/]*$ ]] || usage_error "--source: '$source' is no address (expected: as 'sessions' lists it)"
  if [[ -n $idle ]]; then
    seconds_of "$idle" || usage_error "--idle: '$idle' is no time (expected: as 90, 90s, 30m or 2h)"
    idle=$REPLY
  fi
  [[ -z $source ]] || query+="&source=$source"
  if [[ -n $principal ]]; then percent_encoded "$principal"; query+="&principal=$REPLY"; fi
  [[ -z $idle ]] || query+="&idle=$idle"
  load_cluster || die 3 "nothing is running; start a cluster with: $(shown) up"
  end_sessions "/sessions/end?${query:1}"
  say "Ended: $ENDED sessions."
}

# Tells every balancer to end sessions, and counts them in ENDED; fails when one does not answer, or refuses.
end_sessions() { # path and query
  local n answer asked=0
  ENDED=0
  for n in "${BALANCERS[@]}"; do
    alive "balancer-$n" || continue
    port_of "balancer-$n" stats
    answer=$(http_post "$ADMIN" "$REPLY" "$1" 5) || { warn "balancer-$n does not answer"; continue; }
    if [[ ${answer%%$'\n'*} != 200 ]]; then
      warn "balancer-$n: ${answer#*$'\n'}"
      continue
    fi
    json_read "${answer#*$'\n'}" || { warn "balancer-$n answers no JSON"; continue; }
    asked=$((asked + 1))
    ENDED=$((ENDED + ${JSON[ended]:-0}))
  done
  ((asked)) || die 1 "no balancer did it; see: $(shown) status"
}

# A table of the sources that hold most sessions, over all balancers.
list_sources() {
  local n answer asked=0 i name
  local -A connections=() sessions=() limited=()
  for n in "${BALANCERS[@]}"; do
    alive "balancer-$n" || continue
    port_of "balancer-$n" stats
    answer=$(http_get "$ADMIN" "$REPLY" /sessions 2) || { warn "balancer-$n does not answer"; continue; }
    [[ ${answer%%$'\n'*} == 200 ]] && json_read "${answer#*$'\n'}" || { warn "balancer-$n tells nothing of its sessions"; continue; }
    asked=$((asked + 1))
    for ((i = 0; ; i++)); do
      [[ -n ${JSON[sources.$i.kind]:-} ]] || break
      name=${JSON[sources.$i.kind]}$'\t'${JSON[sources.$i.source]}
      connections[$name]=$((${connections[$name]:-0} + ${JSON[sources.$i.connections]}))
      sessions[$name]=$((${sessions[$name]:-0} + ${JSON[sources.$i.sessions]}))
      limited[$name]=${JSON[sources.$i.limited]}
    done
  done
  ((asked)) || die 1 "no balancer answers; see: $(shown) status"
  ((${#sessions[@]})) || { say "No clients."; return 0; }
  local -a rows=($'SESSIONS\tCONNECTIONS\tKIND\tSOURCE\tLIMITED')
  local row
  while IFS= read -r row; do rows+=("$row"); done < <(
    for name in "${!sessions[@]}"; do
      printf '%s\t%s\t%s\t%s\n' "${sessions[$name]}" "${connections[$name]}" "$name" "${limited[$name]/true/yes}"
    done | sed 's/\tfalse$/\tno, exempt/' | sort -t $'\t' -k 1,1nr -k 2,2nr | head -n "$LISTED_SOURCES"
  )
  table "${rows[@]}"
}

seconds_of() { # 90, 90s, 30m or 2h -> REPLY
  [[ $1 =~ ^([0-9]{1,7})(s|m|h)?$ ]] || return 1
  local unit=1
  case ${BASH_REMATCH[2]} in m) unit=60 ;; h) unit=3600 ;; esac
  REPLY=$((10#${BASH_REMATCH[1]} * unit))
  ((REPLY > 0 && REPLY < 1000000000))
}

percent_encoded() { # text -> REPLY
  local LC_ALL=C i c
  REPLY=''
  for ((i = 0; i < ${#1}; i++)); do
    c=${1:i:1}
    if [[ $c != [A-Za-z0-9._~-] ]]; then
      printf -v c '%d' "'$c"
      printf -v c '%%%02X' $((c & 255))
    fi
    REPLY+=$c
  done
}
