# logs: the members' output, each line behind the name of its member.

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
  local -a tail_options=(-n "${lines:-$( ((${#names[@]} == 1)) && echo 200 || echo 20)}")
  ((follow)) && tail_options+=(-F)
  if ((${#names[@]} == 1)); then
    exec tail "${tail_options[@]}" -- "$LOGS/${names[0]}.log" 2>/dev/null
  fi
  local -a tails=()
  trap 'kill "${tails[@]}" 2>/dev/null; exit 130' INT TERM
  local fd
  for member in "${names[@]}"; do
    colour=''
    [[ -n $plain ]] && colour=${colours[i++ % 5]}
    exec {fd}< <(exec tail "${tail_options[@]}" -- "$LOGS/$member.log" 2>/dev/null)
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

with_name() { # member, colour
  local line
  while IFS= read -r line || [[ -n $line ]]; do
    printf '%s%-10s |%s %s\n' "$2" "$1" "$plain" "$line" || return 0
  done
}
