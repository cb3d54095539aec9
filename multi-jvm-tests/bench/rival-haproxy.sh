#!/usr/bin/env bash
# Trunkline against HAProxy in TCP mode: the same clients, the same load, round by round in turn.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: rival-haproxy.sh [--start | --rival-only] [--port PORT] [--connections N] [--payload BYTES]
                        [--in-flight "K ..."] [--seconds S] [--rounds R] [--warm-up S]

Starts four bare echo servers and HAProxy in front of them (TCP, round robin, `stick on src`), runs the load
generator against it and against Trunkline in alternating rounds, and prints the medians as a table.
Everything that was started is stopped at the end.

  --start        start Trunkline with deploy/trunkline up, and stop it at the end;
                 otherwise it must already serve at 127.0.0.1:PORT (8000)
  --rival-only   measure HAProxy alone
TEXT
}

CONNECTIONS=5000 PAYLOAD=64 IN_FLIGHT='64 256 1024' SECONDS_EACH=10 ROUNDS=3 PORT=8000 WARM_UP=10 START='' RIVAL_ONLY=''
ARGUMENTS=("$@")
while (($#)); do
  case $1 in
    --help | -h) usage && exit 0 ;;
    --start) START=yes && shift ;;
    --rival-only) RIVAL_ONLY=yes && shift ;;
    --connections | --payload | --in-flight | --seconds | --rounds | --warm-up | --port)
      (($# >= 2)) || { printf 'rival-haproxy.sh: %s needs a value\n' "$1" >&2; exit 64; }
      case $1 in
        --connections) CONNECTIONS=$2 ;;
        --payload) PAYLOAD=$2 ;;
        --in-flight) IN_FLIGHT=$2 ;;
        --seconds) SECONDS_EACH=$2 ;;
        --rounds) ROUNDS=$2 ;;
        --warm-up) WARM_UP=$2 ;;
        --port) PORT=$2 ;;
      esac
      shift 2
      ;;
    *) printf 'rival-haproxy.sh: no such option: %s (--help shows all)\n' "$1" >&2; exit 64 ;;
  esac
done
set -- "${ARGUMENTS[@]}"

# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
need_jars
look_around
HAPROXY=$(PATH=$PATH:/usr/sbin command -v haproxy) ||
  die 69 "haproxy is not installed; on Debian and Ubuntu: apt-get install haproxy"

stop_trunkline() { "$ROOT/deploy/trunkline" down >&2 || say "Trunkline could not be stopped; try deploy/trunkline down"; }

if [[ -n $START ]]; then
  trap 'stop_trunkline; stop_all' EXIT
  "$ROOT/deploy/trunkline" up >&2 || die 70 "Trunkline does not start"
elif [[ -z $RIVAL_ONLY ]]; then
  listening "$PORT" || die 69 "nothing serves at 127.0.0.1:$PORT; run deploy/trunkline up first, or add --start"
fi

servers=''
for i in 1 2 3 4; do
  start_echo "echo-$i"
  servers+="    server echo-$i 127.0.0.1:$REPLY"$'\n'
done
free_port
rival=$REPLY

# Two descriptors per connection; as many threads as processors, which is the default; no logging.
cat >"$WORK/haproxy.cfg" <<CONFIG
global
    maxconn $((CONNECTIONS + 500))
defaults
    mode tcp
    timeout connect 5s
    timeout client 5m
    timeout server 5m
listen mcp
    bind 127.0.0.1:$rival backlog 4096
    balance roundrobin
    stick-table type ip size 100k expire 30m
    stick on src
$servers
CONFIG
"$HAPROXY" -db -f "$WORK/haproxy.cfg" >"$WORK/haproxy.log" 2>&1 &
STARTED+=($!)
await_listening haproxy "$rival" "$WORK/haproxy.log"

load_rival() { # file, in flight, seconds
  run_load "$1" --host 127.0.0.1 --port "$rival" --expect echo --in-flight "$2" --seconds "$3" \
    --connections "$CONNECTIONS" --payload "$PAYLOAD"
}

load_trunkline() { # file, in flight, seconds
  [[ -z $RIVAL_ONLY ]] || return 0
  run_load "$1" --host 127.0.0.1 --port "$PORT" --in-flight "$2" --seconds "$3" \
    --connections "$CONNECTIONS" --payload "$PAYLOAD"
}

# The compilers of the virtual machines first; these rounds do not count.
say "warm-up of both, $WARM_UP s each"
load_rival "$WORK/warm-up.csv" 256 "$WARM_UP"
load_trunkline "$WORK/warm-up.csv" 256 "$WARM_UP"

for ((round = 1; round <= ROUNDS; round++)); do
  for k in $IN_FLIGHT; do
    say "round $round of $ROUNDS: $k in flight"
    load_rival "$WORK/haproxy-$k.csv" "$k" "$SECONDS_EACH"
    load_trunkline "$WORK/trunkline-$k.csv" "$k" "$SECONDS_EACH"
  done
done

printf '| in flight | system | messages/s | P50 | P99 | opened/s | errors | ratio |\n|--:|:--|--:|--:|--:|--:|--:|--:|\n'
for k in $IN_FLIGHT; do
  printf '| %s | %s | 1 |\n' "$k" "$(row HAProxy "$WORK/haproxy-$k.csv")"
  [[ -n $RIVAL_ONLY ]] && continue
  printf '| %s | %s | %s |\n' "$k" "$(row Trunkline "$WORK/trunkline-$k.csv")" \
    "$(ratio "$(median "$WORK/trunkline-$k.csv" messages_per_second)" "$(median "$WORK/haproxy-$k.csv" messages_per_second)")"
done
printf '\n%s connections, lines of %s bytes, %s s each, medians of %s alternating rounds; load generator, balancer and\n' \
  "$CONNECTIONS" "$PAYLOAD" "$SECONDS_EACH" "$ROUNDS"
printf 'servers on the same processors. Trunkline answers a JSON-RPC ping; behind HAProxy are four bare echo servers.\n'
printf 'Rival:   %s\n' "$("$HAPROXY" -v | head -n 1)"
conditions
