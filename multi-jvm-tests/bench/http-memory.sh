#!/usr/bin/env bash
# What an HTTP session costs in resident memory, on the balancer and on the nodes, when nothing happens in it.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: http-memory.sh [--sessions N] [--nodes N] [--hold S] [--cases "CASE ..."]

For each case starts a fresh cluster with deploy/trunkline (the one under TRUNKLINE_RUN_DIR must not run), opens and
closes some sessions so that what is made once is made, opens N sessions (10000), waits S s (20), and prints by how much
the resident memory of balancer and nodes has grown for each session. All that was started is stopped at the end.

  left     sessions without a connection
  idle     sessions with a connection that is kept alive
  listen   sessions with an event stream
TEXT
}

SESSIONS=10000 NODES=4 HOLD=20 CASES='left idle listen'
ARGUMENTS=("$@")
while (($#)); do
  case $1 in
    --help | -h) usage && exit 0 ;;
    --sessions | --nodes | --hold | --cases)
      (($# >= 2)) || { printf 'http-memory.sh: %s needs a value\n' "$1" >&2; exit 64; }
      case $1 in
        --sessions) SESSIONS=$2 ;;
        --nodes) NODES=$2 ;;
        --hold) HOLD=$2 ;;
        --cases) CASES=$2 ;;
      esac
      shift 2
      ;;
    *) printf 'http-memory.sh: no such option: %s (--help shows all)\n' "$1" >&2; exit 64 ;;
  esac
done
set -- "${ARGUMENTS[@]}"

# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
need_jars
look_around
RUN=${TRUNKLINE_RUN_DIR:-$ROOT/run}
PORT=$((8080 + ${TRUNKLINE_PORT_OFFSET:-0}))
trunkline() { "$ROOT/deploy/trunkline" "$@" >&2; }
[[ ! -e $RUN/cluster.env ]] || die 69 "a cluster is recorded in $RUN; stop it, or set TRUNKLINE_RUN_DIR and TRUNKLINE_PORT_OFFSET"
trap 'trunkline down || true; stop_all' EXIT

# Resident memory in KiB, after a full collection: of the balancer in BALANCER, of all nodes together in ALL_NODES.
measure() {
  local file pid kib
  BALANCER=0 ALL_NODES=0
  for file in "$RUN"/pids/*.pid; do
    read -r pid _ <"$file"
    "${JAVA%java}jcmd" "$pid" GC.run >/dev/null || die 70 "jcmd cannot reach ${file##*/}; is it of the same JDK and user?"
    kib=$(awk '/^VmRSS:/ { print $2 }' "/proc/$pid/status")
    if [[ $file == */balancer-* ]]; then BALANCER=$((BALANCER + kib)); else ALL_NODES=$((ALL_NODES + kib)); fi
  done
}

options_of() { # case
  case $1 in
    left) OPTIONS=(--leave) ;;
    idle) OPTIONS=(--initialize) ;;
    listen) OPTIONS=(--listen) ;;
    *) die 64 "no such case: $1 (left, idle, listen)" ;;
  esac
}

each() { awk -v kib="$1" -v n="$SESSIONS" 'BEGIN { printf "%.1f KB", kib * 1.024 / n }'; } # KiB
mib() { awk -v kib="$1" 'BEGIN { printf "%.0f", kib / 1024 }'; }

table=''
for case in $CASES; do
  options_of "$case"
  say "$case: starting"
  trunkline up --nodes "$NODES" || die 70 "Trunkline does not start"
  # Classes, compiled code, pools of buffers: whatever the first sessions leave behind is not of the sessions.
  run_load "$WORK/warm-up-$case.csv" --transport http --port "$PORT" "${OPTIONS[@]}" --connections 1000 --seconds 0
  measure
  before_balancer=$BALANCER before_nodes=$ALL_NODES
  say "$case: opening $SESSIONS sessions"
  "$JAVA" "${FLAGS[@]}" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "$CLASS_PATH" io.trunkline.load.LoadMain \
    --transport http --port "$PORT" "${OPTIONS[@]}" --connections "$SESSIONS" --seconds 0 --hold $((HOLD + 15)) \
    --csv "$WORK/$case.csv" >"$WORK/load.out" 2>"$WORK/load.err" &
  load=$!
  STARTED+=("$load")
  # It opens, and then holds: the nodes count the sessions, whatever becomes of the connections, those of before too.
  for ((tries = 0; tries < 600; tries++)); do
    open=0
    for ((node = 1; node <= NODES; node++)); do
      open=$((open + $(curl -s "http://127.0.0.1:$((9100 + node + ${TRUNKLINE_PORT_OFFSET:-0}))/metrics" |
        awk '/^trunkline_connections\{/ { n = $NF } END { printf "%d", n }')))
    done
    ((open < SESSIONS + 1000)) || break
    kill -0 "$load" 2>/dev/null || break
    sleep 0.5
  done
  ((open >= SESSIONS + 1000)) || { sed 's/^/  /' "$WORK/load.out" >&2; die 70 "only $((open - 1000)) of $SESSIONS sessions are open"; }
  sleep "$HOLD"
  measure
  table+="| $case | $(each $((BALANCER - before_balancer))) | $(each $((ALL_NODES - before_nodes))) | $(mib "$before_balancer") to $(mib "$BALANCER") MiB | $(mib "$before_nodes") to $(mib "$ALL_NODES") MiB |"$'\n'
  code=0
  wait "$load" || code=$?
  ((code == 0)) || { sed 's/^/  /' "$WORK/load.out" >&2; say "load generator ended with $code"; }
  trunkline down
done

printf '| sessions | balancer, each | nodes, each | balancer | nodes together |\n|:--|--:|--:|--:|--:|\n%s' "$table"
printf '\n%s sessions, %s nodes, 1 balancer. Resident memory (VmRSS) after a full collection, %s s after the last session was\n' \
  "$SESSIONS" "$NODES" "$HOLD"
printf 'open, less that of the same processes after the first 1,000 sessions. left: without a connection; idle: with one that is kept\n'
printf 'alive; listen: with an event stream.\n'
conditions
