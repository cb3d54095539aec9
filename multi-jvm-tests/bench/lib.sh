# shellcheck shell=bash
# Shared by the benchmarks: what runs, what is stopped, how runs become medians. Source it, do not run it.

BENCH=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
ROOT=$(cd -- "$BENCH/../.." && pwd)
MODULE=$ROOT/multi-jvm-tests
JAVA=${JAVA_HOME:+$JAVA_HOME/bin/}java
FLAGS=(-XX:+IgnoreUnrecognizedVMOptions --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED)
COMMAND="$0 $*"
WORK=$(mktemp -d)
STARTED=() # process ids, in the order of their start

say() { printf '%s\n' "$*" >&2; }

die() { # exit code, words
  say "${0##*/}: $2"
  exit "$1"
}

# Ends what this script has started, latest first; nothing else. What does not end within 5 s is killed.
stop_all() {
  local i tries
  for ((i = ${#STARTED[@]} - 1; i >= 0; i--)); do
    for ((tries = 0; tries < 60; tries++)); do
      case $tries in
        0 | 10 | 20) kill "${STARTED[i]}" 2>/dev/null || true ;; # again: a process that is just starting misses it
        50) kill -9 "${STARTED[i]}" 2>/dev/null || true ;;
      esac
      kill -0 "${STARTED[i]}" 2>/dev/null || break
      sleep 0.1
    done
  done
  STARTED=()
  rm -rf -- "$WORK"
}
trap stop_all EXIT
trap 'exit 130' INT TERM

need_jars() {
  local jars=("$MODULE"/target/trunkline-multi-jvm-tests-*.jar)
  [[ -e ${jars[0]} && -d $MODULE/target/lib ]] || die 69 "no jars in ${MODULE#"$ROOT/"}/target; run: mvn -DskipTests package"
  CLASS_PATH="${jars[0]}:$MODULE/target/lib/*"
}

# Starts one of our bare servers on a free port. Its port in REPLY.
start_server() { # name, main class, its name for itself, options ...
  local name=$1 main=$2 self=$3 log=$WORK/$1.log tries
  shift 3
  : >"$log"
  "$JAVA" "${FLAGS[@]}" -XX:+UseSerialGC -cp "$CLASS_PATH" "$main" "$@" >"$log" 2>&1 &
  STARTED+=($!)
  for ((tries = 0; tries < 300; tries++)); do
    REPLY=$(sed -n "s/^$self: listening on .*:\([0-9]*\)\$/\1/p" "$log")
    [[ -n $REPLY ]] && return
    sleep 0.1
  done
  die 70 "server $name does not start: $(<"$log")"
}

start_echo() { start_server "$1" io.trunkline.load.EchoMain echo; } # name

# How busy others keep the processors, in percent, looked at for 3 s before anything is started. In BUSY.
look_around() {
  local _ before after
  read -r _ before < <(grep '^cpu ' /proc/stat)
  sleep 3
  read -r _ after < <(grep '^cpu ' /proc/stat)
  # user nice system idle iowait irq softirq steal: all but idle and iowait is work.
  BUSY=$(awk -v a="$before" -v b="$after" 'BEGIN {
    split(a, x, " "); split(b, y, " ")
    for (i = 1; i <= 8; i++) { all += y[i] - x[i]; if (i != 4 && i != 5) work += y[i] - x[i] }
    printf "%.0f", all ? work * 100 / all : 0
  }')
  ((BUSY < 20)) || say "other processes keep the processors $BUSY % busy: the numbers will be worth little"
}

listening() { # port
  (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# Waits for a program that this script has started.
await_listening() { # name, port, its log
  local tries
  for ((tries = 0; tries < 150; tries++)); do
    listening "$2" && return
    sleep 0.1
  done
  die 70 "$1 does not start: $(<"$3")"
}

# A port that nothing listens on, in REPLY.
free_port() {
  REPLY=$((20000 + RANDOM % 10000))
  while listening "$REPLY"; do REPLY=$((20000 + RANDOM % 10000)); done
}

# One run of the load generator; a row of CSV under its header is added to a file.
run_load() { # file, options ...
  local file=$1 code=0
  shift
  "$JAVA" "${FLAGS[@]}" -XX:+UseSerialGC -cp "$CLASS_PATH" io.trunkline.load.LoadMain --csv "$file" "$@" \
    >"$WORK/load.out" 2>"$WORK/load.err" || code=$?
  ((code == 0)) || { say "load generator ended with $code:"; sed 's/^/  /' "$WORK/load.out" >&2; tail -n 3 "$WORK/load.err" >&2; }
  ((code <= 1)) || die 70 "no result"
}

# The median of a column over the rows of a file.
median() { # file, column
  awk -F, -v column="$2" '
    NR == 1 { for (i = 1; i <= NF; i++) if ($i == column) at = i; next }
    { value[++n] = $at }
    END {
      for (i = 2; i <= n; i++) for (j = i; j > 1 && value[j - 1] + 0 > value[j] + 0; j--) {
        swap = value[j]; value[j] = value[j - 1]; value[j - 1] = swap
      }
      printf "%.2f", n % 2 ? value[(n + 1) / 2] : (value[n / 2] + value[n / 2 + 1]) / 2
    }' "$1"
}

thousands() { # number
  local number=${1%.*} text=''
  while ((${#number} > 3)); do text=,${number: -3}$text number=${number:0:-3}; done
  printf '%s' "$number$text"
}

millis() { awk -v us="$1" 'BEGIN { printf "%.2f ms", us / 1000 }'; }

ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'; }

# The medians of one system, as the middle of a row of a table.
row() { # name, file
  printf '%s | %s | %s | %s | %s | %s' "$1" "$(thousands "$(median "$2" messages_per_second)")" \
    "$(millis "$(median "$2" p50_us)")" "$(millis "$(median "$2" p99_us)")" \
    "$(thousands "$(median "$2" opened_per_second)")" "$(thousands "$(median "$2" errors_total)")"
}

# What a reader has to know to repeat the numbers.
conditions() {
  local model commit
  model=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
  commit=$(git -C "$ROOT" rev-parse --short HEAD 2>/dev/null || printf 'unknown')
  [[ -z $(git -C "$ROOT" status --porcelain 2>/dev/null | head -n 1) ]] || commit+=' with local changes'
  printf 'Machine: %s processors (%s), %s MiB, Linux %s, congestion control %s\n' "$(nproc)" "$model" \
    "$(awk '/MemTotal/ { printf "%d", $2 / 1024 }' /proc/meminfo)" "$(uname -r)" \
    "$(</proc/sys/net/ipv4/tcp_congestion_control)"
  printf 'Busy:    %s %% of the processors before the start\n' "$BUSY"
  printf 'Java:    %s\n' "$("$JAVA" -version 2>&1 | sed -n 2p)"
  printf 'Commit:  %s\nCommand: %s\n' "$commit" "$COMMAND"
}
