# logs: the members' logs and what their JVMs print, each line behind the name of its member.

command_logs() {
  local follow=0 lines='' member file colour i=0
  local -a names=() colours=($'\e[36m' $'\e[33m' $'\e[35m' $'\e[32m' $'\e[34m')
  while (($#)); do
    case $1 in
      -f | --follow) follow=1 ;;
      -n | --lines | --lines=*)
        if [[ $1 == *=* ]]; then lines=${1#*=}; else lines=${2-} && shift $(($# > 1)); fi
        [[ $lines =~ ^[0-9]{1,9}$ ]] || usage_error "-n: '$lines' (expected: a number of lines)"
        ;;
      -*) unknown option "$1" --follow --lines --help ;;
      *) names+=("$1") ;;
    esac
    shift
  done
  load_cluster
  local -a logged=()
  for file in "$LOGS"/*.log; do
    file=${file##*/}
    [[ $file == *-crash-* ]] || logged+=("${file%.log}")
  done
  ((${#logged[@]})) || die 1 "no logs in $LOGS yet; start with: $(shown) up"
  for member in "${names[@]}"; do
    [[ -e $LOGS/$member.log ]] || unknown member "$member" "${logged[@]}"
  done
  if ((${#names[@]} == 0)); then
    # Those that run now; after 'down', everyone who left a log.
    list_members
    for member in "${logged[@]}"; do
      [[ $member == build || ${#MEMBERS[@]} -gt 0 && " ${MEMBERS[*]} " != *" $member "* ]] || names+=("$member")
    done
  fi
  # By name: the log goes on in a new file when it is full.
  local -a tail_options=(-q -n "${lines:-$( ((${#names[@]} == 1)) && echo 200 || echo 20)}")
  ((follow)) && tail_options+=(-F)
  if ((${#names[@]} == 1)); then
    log_files "${names[0]}"
    exec tail "${tail_options[@]}" -- "${LOG_FILES[@]}" 2>/dev/null
  fi
  local -a tails=()
  trap 'kill "${tails[@]}" 2>/dev/null; exit 130' INT TERM
  local fd
  for member in "${names[@]}"; do
    colour=''
    [[ -n $plain ]] && colour=${colours[i++ % 5]}
    log_files "$member"
    exec {fd}< <(exec tail "${tail_options[@]}" -- "${LOG_FILES[@]}" 2>/dev/null)
    tails+=("$!")
    if ((follow)); then with_name "$member" "$colour" <&"$fd" & else with_name "$member" "$colour" <&"$fd"; fi
    exec {fd}<&-
  done
  ((follow)) || return 0
  # tail does not end by itself: when one reader ends, our own output is closed.
  wait -n
  kill "${tails[@]}" 2>/dev/null
  wait
}

# What a member writes to, in LOG_FILES. Its own log comes last, because its end is what one looks for.
log_files() { # member
  LOG_FILES=("$LOGS/$1.log")
  [[ ! -e $LOGS/$1.out ]] || LOG_FILES=("$LOGS/$1.out" "${LOG_FILES[@]}")
}

with_name() { # member, colour
  local line
  while IFS= read -r line || [[ -n $line ]]; do
    printf '%s%-10s |%s %s\n' "$2" "$1" "$plain" "$line" || return 0
  done
}
