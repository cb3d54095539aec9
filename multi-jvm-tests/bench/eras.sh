#!/usr/bin/env bash
# tools/call over HTTP in a session and without one: the same cluster, the same calls, round by round in turn.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: eras.sh [--start] [--port PORT] [--connections N] [--payload BYTES] [--in-flight "K ..."] [--seconds S]
               [--rounds R] [--warm-up S]

Runs the load generator, tools/call of echo over HTTP connections that are kept alive, against Trunkline in alternating
rounds: in a session on each connection (MCP 2025-06-18), and without sessions (2026-07-28). Prints the medians as a
table. Everything that was started is stopped at the end.

  --start          start Trunkline with deploy/trunkline up, and stop it at the end;
                   otherwise it must already serve at 127.0.0.1:PORT (8080 and TRUNKLINE_PORT_OFFSET)
  --payload BYTES  length of the body in both (400); without a session it describes the client, and less is left for
                   the text
TEXT
}

CONNECTIONS=1000 PAYLOAD=400 IN_FLIGHT='64 256' SECONDS_EACH=10 ROUNDS=3 PORT=$((8080 + ${TRUNKLINE_PORT_OFFSET:-0})) WARM_UP=20
START=''
ARGUMENTS=("$@")
while (($#)); do
  case $1 in
    --help | -h) usage && exit 0 ;;
    --start) START=yes && shift ;;
    --connections | --payload | --in-flight | --seconds | --rounds | --warm-up | --port)
      (($# >= 2)) || { printf 'eras.sh: %s needs a value\n' "$1" >&2; exit 64; }
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
    *) printf 'eras.sh: no such option: %s (--help shows all)\n' "$1" >&2; exit 64 ;;
  esac
done
set -- "${ARGUMENTS[@]}"

# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
need_jars
look_around

stop_trunkline() { "$ROOT/deploy/trunkline" down >&2 || say "Trunkline could not be stopped; try deploy/trunkline down"; }

if [[ -n $START ]]; then
  trap 'stop_trunkline; stop_all' EXIT
  "$ROOT/deploy/trunkline" up >&2 || die 70 "Trunkline does not start"
else
  listening "$PORT" || die 69 "nothing serves at 127.0.0.1:$PORT; run deploy/trunkline up first, or add --start"
fi

load() { # file, in flight, seconds, options ...
  run_load "$1" --transport http --host 127.0.0.1 --port "$PORT" --request echo --in-flight "$2" --seconds "$3" \
    --connections "$CONNECTIONS" --payload "$PAYLOAD" "${@:4}"
}

# The compilers of the virtual machines first; these rounds do not count.
say "warm-up of both, $WARM_UP s each"
k=$((CONNECTIONS < 256 ? CONNECTIONS : 256))
load "$WORK/warm-up.csv" "$k" "$WARM_UP"
load "$WORK/warm-up.csv" "$k" "$WARM_UP" --stateless

for ((round = 1; round <= ROUNDS; round++)); do
  for k in $IN_FLIGHT; do
    say "round $round of $ROUNDS: $k in flight"
    load "$WORK/session-$k.csv" "$k" "$SECONDS_EACH"
    load "$WORK/stateless-$k.csv" "$k" "$SECONDS_EACH" --stateless
  done
done

printf '| in flight | requests | calls/s | P50 | P99 | opened/s | errors | ratio |\n|--:|:--|--:|--:|--:|--:|--:|--:|\n'
for k in $IN_FLIGHT; do
  printf '| %s | %s | 1 |\n' "$k" "$(row 'in a session' "$WORK/session-$k.csv")"
  printf '| %s | %s | %s |\n' "$k" "$(row 'without one' "$WORK/stateless-$k.csv")" \
    "$(ratio "$(median "$WORK/stateless-$k.csv" messages_per_second)" "$(median "$WORK/session-$k.csv" messages_per_second)")"
done
bytes_each() { # file, column
  awk -v b="$(median "$1" "$2")" -v n="$(median "$1" messages_per_second)" 'BEGIN { printf "%.0f", b / n }'
}
first=${IN_FLIGHT%% *}
printf '\n%s HTTP connections, calls of %s bytes, %s s each, medians of %s alternating rounds; load generator, balancer and\n' \
  "$CONNECTIONS" "$PAYLOAD" "$SECONDS_EACH" "$ROUNDS"
printf 'nodes on the same processors. Opened: with a session when its handshake is done, without one when a call is answered.\n'
printf 'Bytes of a request and its answer with their heads: in a session %s and %s, without one %s and %s.\n' \
  "$(bytes_each "$WORK/session-$first.csv" bytes_out_per_second)" "$(bytes_each "$WORK/session-$first.csv" bytes_in_per_second)" \
  "$(bytes_each "$WORK/stateless-$first.csv" bytes_out_per_second)" "$(bytes_each "$WORK/stateless-$first.csv" bytes_in_per_second)"
conditions
