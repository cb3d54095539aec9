#!/usr/bin/env bash
# How fast the load generator is by itself: one run after another against one bare echo server.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: direct-echo.sh [--connections N] [--payload BYTES] [--in-flight "K ..."] [--seconds S] [--rounds R]

Runs the load generator against one bare echo server (one event loop) and prints the medians.
Anything that a server behind a balancer reaches is to be read against these numbers.
TEXT
}

CONNECTIONS=5000 PAYLOAD=64 IN_FLIGHT='64 256 1024' SECONDS_EACH=10 ROUNDS=3
ARGUMENTS=("$@")
while (($#)); do
  case $1 in
    --help | -h) usage && exit 0 ;;
    --connections | --payload | --in-flight | --seconds | --rounds)
      (($# >= 2)) || { printf 'direct-echo.sh: %s needs a value\n' "$1" >&2; exit 64; }
      case $1 in
        --connections) CONNECTIONS=$2 ;;
        --payload) PAYLOAD=$2 ;;
        --in-flight) IN_FLIGHT=$2 ;;
        --seconds) SECONDS_EACH=$2 ;;
        --rounds) ROUNDS=$2 ;;
      esac
      shift 2
      ;;
    *) printf 'direct-echo.sh: no such option: %s (--help shows all)\n' "$1" >&2; exit 64 ;;
  esac
done
set -- "${ARGUMENTS[@]}"

# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
need_jars
look_around
start_echo echo
port=$REPLY

# The compilers of the virtual machines first; this round does not count.
say "warm-up"
run_load "$WORK/warm-up.csv" --port "$port" --expect echo --connections "$CONNECTIONS" --payload "$PAYLOAD" \
  --in-flight 256 --seconds 5

for ((round = 1; round <= ROUNDS; round++)); do
  for k in $IN_FLIGHT; do
    say "round $round of $ROUNDS: $k in flight"
    run_load "$WORK/direct-$k.csv" --port "$port" --expect echo --connections "$CONNECTIONS" \
      --payload "$PAYLOAD" --in-flight "$k" --seconds "$SECONDS_EACH"
  done
done

printf '| in flight | messages/s | P50 | P99 | P99.9 | processors of the generator |\n|--:|--:|--:|--:|--:|--:|\n'
for k in $IN_FLIGHT; do
  file=$WORK/direct-$k.csv
  printf '| %s | %s | %s | %s | %s | %s |\n' "$k" "$(thousands "$(median "$file" messages_per_second)")" \
    "$(millis "$(median "$file" p50_us)")" "$(millis "$(median "$file" p99_us)")" \
    "$(millis "$(median "$file" p999_us)")" "$(median "$file" generator_cpus)"
done
printf '\n%s connections, lines of %s bytes, %s s each, medians of %s rounds.\n' "$CONNECTIONS" "$PAYLOAD" \
  "$SECONDS_EACH" "$ROUNDS"
conditions
