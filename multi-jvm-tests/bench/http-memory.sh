#!/usr/bin/env bash
# What an HTTP session, or a client without one, costs in resident memory, on the balancer and on the nodes, when nothing
# happens.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: http-memory.sh [--sessions N] [--nodes N] [--hold S] [--cases "CASE ..."]

For each case starts a fresh cluster with deploy/trunkline (the one under TRUNKLINE_RUN_DIR must not run), opens and
closes some sessions so that what is made once is made, opens N sessions (10000), waits S s (20), and prints by how much
the resident memory of balancer and nodes has grown for each session. All that was started is stopped at the end.

  left               sessions without a connection
  idle               sessions with a connection that is kept alive
  listen             sessions with an event stream
  stateless-idle     no sessions (MCP 2026-07-28): connections that are kept alive and have sent one request
  stateless-listen   no sessions: connections with the event stream of subscriptions/listen; the nodes have a module
                     whose list of tools may change, without which there is no such method
TEXT
}

SESSIONS=10000 NODES=4 HOLD=20 CASES='left idle listen stateless-idle stateless-listen'
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
    stateless-idle) OPTIONS=(--stateless) ;;
    stateless-listen) OPTIONS=(--stateless --listen) ;;
    *) die 64 "no such case: $1 (left, idle, listen, stateless-idle, stateless-listen)" ;;
  esac
}

# Starts the cluster: with no module, or with the one that makes nodes know subscriptions/listen.
start_cluster() { # case
  local services=$WORK/module/META-INF/services modules=''
  if [[ $1 == stateless-listen ]]; then
    mkdir -p "$services"
    printf 'io.trunkline.load.bare.ListenableTools\n' >"$services/io.trunkline.node.spi.ToolProvider"
    modules=${CLASS_PATH%%:*}:$WORK/module
  fi
  TRUNKLINE_MODULES=$modules trunkline up --nodes "$NODES" || die 70 "Trunkline does not start"
}

# Waits until the load generator has opened what it opens, and holds it; its process in LOAD.
await_hold() {
  local tries
  for ((tries = 0; tries < 1200; tries++)); do
    ! grep -q '^hold ' "$WORK/load.err" || return 0
    kill -0 "$LOAD" 2>/dev/null || break
    sleep 0.5
  done
  cat "$WORK/load.out" "$WORK/load.err" | tail -n 20 | sed 's/^/  /' >&2
  die 70 "the load generator does not get as far as holding what is open"
}

each() { awk -v kib="$1" -v n="$SESSIONS" 'BEGIN { printf "%.1f KB", kib * 1.024 / n }'; } # KiB
mib() { awk -v kib="$1" 'BEGIN { printf "%.0f", kib / 1024 }'; }

table=''
for case in $CASES; do
  options_of "$case"
  say "$case: starting"
  start_cluster "$case"
  # Classes, compiled code, pools of buffers: whatever the first sessions leave behind is not of the sessions.
  run_load "$WORK/warm-up-$case.csv" --transport http --port "$PORT" "${OPTIONS[@]}" --connections 1000 --seconds 0
  measure
  before_balancer=$BALANCER before_nodes=$ALL_NODES
  say "$case: opening $SESSIONS sessions"
  "$JAVA" "${FLAGS[@]}" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "$CLASS_PATH" io.trunkline.load.LoadMain \
    --transport http --port "$PORT" "${OPTIONS[@]}" --connections "$SESSIONS" --seconds 0 --hold $((HOLD + 15)) \
    --csv "$WORK/$case.csv" >"$WORK/load.out" 2>"$WORK/load.err" &
  LOAD=$!
  STARTED+=("$LOAD")
  await_hold
  sleep "$HOLD"
  measure
  table+="| $case | $(each $((BALANCER - before_balancer))) | $(each $((ALL_NODES - before_nodes))) | $(mib "$before_balancer") to $(mib "$BALANCER") MiB | $(mib "$before_nodes") to $(mib "$ALL_NODES") MiB |"$'\n'
  code=0
  wait "$LOAD" || code=$?
  ((code == 0)) || { sed 's/^/  /' "$WORK/load.out" >&2; say "load generator ended with $code"; }
  opened=$(median "$WORK/$case.csv" opened)
  ((${opened%.*} == SESSIONS)) || die 70 "only ${opened%.*} of $SESSIONS were open"
  trunkline down
done

printf '| sessions | balancer, each | nodes, each | balancer | nodes together |\n|:--|--:|--:|--:|--:|\n%s' "$table"
printf '\n%s sessions, %s nodes, 1 balancer. Resident memory (VmRSS) after a full collection, %s s after the last session was\n' \
  "$SESSIONS" "$NODES" "$HOLD"
printf 'open, less that of the same processes after the first 1,000 sessions. left: without a connection; idle: with one that is kept\n'
printf 'alive; listen: with an event stream; stateless: connections without sessions, after one request, or with the event stream\n'
printf 'of one that listens.\n'
conditions
