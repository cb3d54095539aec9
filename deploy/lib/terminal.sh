# What the user sees: colour, notices, errors, the progress line. No other file writes escape sequences.

bold='' dim='' red='' green='' yellow='' plain=''
if [[ -t 1 && -z ${NO_COLOR:-} && ${TERM:-dumb} != dumb ]]; then
  bold=$'\e[1m' dim=$'\e[2m' red=$'\e[31m' green=$'\e[32m' yellow=$'\e[33m' plain=$'\e[0m'
fi

# The progress line rewrites itself, so it needs a terminal; elsewhere only finished steps are printed.
progress_width=0
if [[ -t 1 && ${TERM:-dumb} != dumb ]]; then
  progress_width=$(stty size 2>/dev/null) && progress_width=${progress_width#* } || progress_width=80
  ((progress_width > 20)) || progress_width=80
fi

progress() { # text
  ((progress_width == 0)) || printf '\r\e[K%s' "${1:0:progress_width-1}"
}

progress_end() {
  ((progress_width == 0)) || printf '\r\e[K'
}

# A progress line that also tells those without a terminal, every few seconds.
STEP_MS=-2000
step() { # text
  if ((progress_width)); then progress "$1"; return; fi
  now_ms
  ((REPLY - STEP_MS < 2000)) && return
  STEP_MS=$REPLY
  printf '%s\n' "$1"
}

say() { progress_end; printf '%s\n' "$*"; }
warn() { progress_end; printf '%s\n' "trunkline: $*" >&2; }
die() { # exit code, text
  local code=$1
  shift
  warn "$*"
  exit "$code"
}
usage_error() { die 64 "$*"; }

is_number() { # text, least, most
  [[ $1 =~ ^[0-9]{1,9}$ ]] && ((10#$1 >= $2 && 10#$1 <= $3))
}

# One line for a word that nobody knows, with the nearest word that somebody does.
unknown() { # what it is, the word, the words known
  local what=$1 word=$2 best='' least=99 known
  shift 2
  for known in "$@"; do
    distance "$word" "$known"
    [[ $known == "$word"* ]] && REPLY=0
    ((REPLY < least)) && least=$REPLY best=$known
  done
  if ((least <= (${#word} + 2) / 3)); then
    usage_error "unknown $what '$word'; did you mean '$best'?"
  fi
  usage_error "unknown $what '$word'; known: $*"
}

# Edit distance of two short words, in REPLY.
distance() {
  local a=${1:0:24} b=${2:0:24} i j cost left
  local -a row=() before
  for ((j = 0; j <= ${#b}; j++)); do row[j]=$j; done
  for ((i = 1; i <= ${#a}; i++)); do
    before=("${row[@]}")
    row[0]=$i
    for ((j = 1; j <= ${#b}; j++)); do
      [[ ${a:i-1:1} == "${b:j-1:1}" ]] && cost=0 || cost=1
      left=$((row[j - 1] + 1))
      ((before[j] + 1 < left)) && left=$((before[j] + 1))
      ((before[j - 1] + cost < left)) && left=$((before[j - 1] + cost))
      row[j]=$left
    done
  done
  REPLY=${row[${#b}]}
}

# Milliseconds of a clock that only counts forward, in REPLY.
now_ms() {
  local up
  read -r up _ </proc/uptime
  REPLY=$((10#${up/./} * 10))
}

# 83450 -> "83.4 s"; 300000 -> "5 min 0 s"; in REPLY.
duration() { # milliseconds
  local s=$(($1 / 1000))
  if ((s < 100)); then REPLY="$s.$(($1 % 1000 / 100)) s"
  elif ((s < 3600)); then REPLY="$((s / 60)) min $((s % 60)) s"
  elif ((s < 172800)); then REPLY="$((s / 3600)) h $((s % 3600 / 60)) min"
  else REPLY="$((s / 86400)) d $((s % 86400 / 3600)) h"
  fi
}

# Prints rows of tab-separated cells, the first one as the header; columns as wide as their widest cell.
table() { # rows...
  local -a widths=() cells
  local row i line
  for row in "$@"; do
    IFS=$'\t' read -r -a cells <<<"$row"
    for i in "${!cells[@]}"; do
      ((${#cells[i]} > ${widths[i]:-0})) && widths[i]=${#cells[i]}
    done
  done
  local first=1 colour
  for row in "$@"; do
    IFS=$'\t' read -r -a cells <<<"$row"
    line='' colour=''
    for i in "${!cells[@]}"; do
      printf -v line '%s%-*s  ' "$line" "${widths[i]}" "${cells[i]}"
    done
    while [[ $line == *' ' ]]; do line=${line% }; done
    ((first)) && colour=$bold first=0
    [[ ${cells[1]:-} == dead || ${cells[1]:-} == failed || ${cells[1]:-} == 'not run' ]] && colour=$red
    [[ ${cells[1]:-} == starting || ${cells[1]:-} == joining || ${cells[1]:-} == silent || ${cells[1]:-} == full || ${cells[1]:-} == leaving ]] && colour=$yellow
    printf '  %s%s%s\n' "$colour" "$line" "${colour:+$plain}"
  done
}
