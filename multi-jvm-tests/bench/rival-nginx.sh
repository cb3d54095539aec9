#!/usr/bin/env bash
# Trunkline against nginx as an HTTP proxy: the same clients, the same calls, round by round in turn.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: rival-nginx.sh [--start | --rival-only] [--port PORT] [--connections N] [--payload BYTES]
                      [--in-flight "K ..."] [--seconds S] [--rounds R] [--warm-up S] [--workers N]

Starts four bare HTTP servers, which answer a fixed body as long as Trunkline's, and nginx in front of them (hash on
Mcp-Session-Id, connections to them kept alive, no access log). Runs the load generator, tools/call of echo over HTTP
connections that are kept alive, against it and against Trunkline in alternating rounds, and prints the medians as a
table. Everything that was started is stopped at the end.

  --start        start Trunkline with deploy/trunkline up, and stop it at the end;
                 otherwise it must already serve at 127.0.0.1:PORT (8080 and TRUNKLINE_PORT_OFFSET)
  --rival-only   measure nginx alone
  --workers N    worker processes of nginx (as many as processors, its own "auto")
TEXT
}

CONNECTIONS=1000 PAYLOAD=200 IN_FLIGHT='64 256' SECONDS_EACH=10 ROUNDS=3 PORT=$((8080 + ${TRUNKLINE_PORT_OFFSET:-0})) WARM_UP=20
START='' RIVAL_ONLY='' WORKERS=auto
ARGUMENTS=("$@")
while (($#)); do
  case $1 in
    --help | -h) usage && exit 0 ;;
    --start) START=yes && shift ;;
    --rival-only) RIVAL_ONLY=yes && shift ;;
    --connections | --payload | --in-flight | --seconds | --rounds | --warm-up | --port | --workers)
      (($# >= 2)) || { printf 'rival-nginx.sh: %s needs a value\n' "$1" >&2; exit 64; }
      case $1 in
        --connections) CONNECTIONS=$2 ;;
        --payload) PAYLOAD=$2 ;;
        --in-flight) IN_FLIGHT=$2 ;;
        --seconds) SECONDS_EACH=$2 ;;
        --rounds) ROUNDS=$2 ;;
        --warm-up) WARM_UP=$2 ;;
        --port) PORT=$2 ;;
        --workers) WORKERS=$2 ;;
      esac
      shift 2
      ;;
    *) printf 'rival-nginx.sh: no such option: %s (--help shows all)\n' "$1" >&2; exit 64 ;;
  esac
done
set -- "${ARGUMENTS[@]}"

# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
need_jars
look_around
NGINX=$(PATH=$PATH:/usr/sbin command -v nginx) ||
  die 69 "nginx is not installed; on Debian and Ubuntu: apt-get install nginx-light"

# What is around the text of a call of echo: the load generator pads the text until the line is PAYLOAD bytes long.
around='{"jsonrpc":"2.0","id":"000000-00000000","method":"tools/call","params":{"name":"echo","arguments":{"text":""}}}'
((PAYLOAD > ${#around})) || die 64 "--payload: $PAYLOAD (expected: more than ${#around})"
printf -v text '%*s' $((PAYLOAD - ${#around} - 1)) ''
text=${text// /x}

stop_trunkline() { "$ROOT/deploy/trunkline" down >&2 || say "Trunkline could not be stopped; try deploy/trunkline down"; }

if [[ -n $START ]]; then
  trap 'stop_trunkline; stop_all' EXIT
  "$ROOT/deploy/trunkline" up >&2 || die 70 "Trunkline does not start"
elif [[ -z $RIVAL_ONLY ]]; then
  listening "$PORT" || die 69 "nothing serves at 127.0.0.1:$PORT; run deploy/trunkline up first, or add --start"
fi

servers=''
for i in 1 2 3 4; do
  start_server "bare-$i" io.trunkline.load.BareHttpMain bare-http --text "$text"
  servers+="    server 127.0.0.1:$REPLY;"$'\n'
done
free_port
rival=$REPLY

# Connections are kept for the whole run on both sides; up to 256 idle ones to the servers for each worker.
mkdir "$WORK/nginx"
cat >"$WORK/nginx.conf" <<CONFIG
daemon off;
worker_processes $WORKERS;
worker_rlimit_nofile $((CONNECTIONS * 2 + 2000));
pid $WORK/nginx/pid;
error_log $WORK/nginx.log error;
events {
  worker_connections $((CONNECTIONS * 2 + 1000));
}
http {
  access_log off;
  tcp_nodelay on;
  keepalive_timeout 600s;
  keepalive_requests 1000000000;
  client_body_temp_path $WORK/nginx/body;
  proxy_temp_path $WORK/nginx/proxy;
  fastcgi_temp_path $WORK/nginx/fastcgi;
  uwsgi_temp_path $WORK/nginx/uwsgi;
  scgi_temp_path $WORK/nginx/scgi;
  upstream servers {
    hash \$http_mcp_session_id consistent;
$servers
    keepalive 256;
    keepalive_requests 1000000000;
    keepalive_timeout 600s;
  }
  server {
    listen 127.0.0.1:$rival backlog=4096;
    location / {
      proxy_pass http://servers;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
    }
  }
}
CONFIG
"$NGINX" -c "$WORK/nginx.conf" >"$WORK/nginx.log" 2>&1 &
STARTED+=($!)
await_listening nginx "$rival" "$WORK/nginx.log"

load() { # file, port, in flight, seconds
  run_load "$1" --transport http --host 127.0.0.1 --port "$2" --request echo --in-flight "$3" --seconds "$4" \
    --connections "$CONNECTIONS" --payload "$PAYLOAD"
}
load_rival() { load "$1" "$rival" "$2" "$3"; }
load_trunkline() { [[ -n $RIVAL_ONLY ]] || load "$1" "$PORT" "$2" "$3"; }

# The compilers of the virtual machines first; these rounds do not count.
say "warm-up of both, $WARM_UP s each"
k=$((CONNECTIONS < 256 ? CONNECTIONS : 256))
load_rival "$WORK/warm-up.csv" "$k" "$WARM_UP"
load_trunkline "$WORK/warm-up.csv" "$k" "$WARM_UP"

for ((round = 1; round <= ROUNDS; round++)); do
  for k in $IN_FLIGHT; do
    say "round $round of $ROUNDS: $k in flight"
    load_rival "$WORK/nginx-$k.csv" "$k" "$SECONDS_EACH"
    load_trunkline "$WORK/trunkline-$k.csv" "$k" "$SECONDS_EACH"
  done
done

printf '| in flight | system | calls/s | P50 | P99 | opened/s | errors | ratio |\n|--:|:--|--:|--:|--:|--:|--:|--:|\n'
for k in $IN_FLIGHT; do
  printf '| %s | %s | 1 |\n' "$k" "$(row nginx "$WORK/nginx-$k.csv")"
  [[ -n $RIVAL_ONLY ]] && continue
  printf '| %s | %s | %s |\n' "$k" "$(row Trunkline "$WORK/trunkline-$k.csv")" \
    "$(ratio "$(median "$WORK/trunkline-$k.csv" messages_per_second)" "$(median "$WORK/nginx-$k.csv" messages_per_second)")"
done
bytes_each() { # file
  awk -v b="$(median "$1" bytes_in_per_second)" -v n="$(median "$1" messages_per_second)" 'BEGIN { printf "%.0f", b / n }'
}
printf '\n%s HTTP connections, a session each, calls of %s bytes, %s s each, medians of %s alternating rounds; load\n' \
  "$CONNECTIONS" "$PAYLOAD" "$SECONDS_EACH" "$ROUNDS"
printf 'generator, balancer and servers on the same processors. Trunkline calls the tool echo; behind nginx are four bare\n'
printf 'HTTP servers with a fixed answer. Bytes of an answer with its head: nginx %s' "$(bytes_each "$WORK/nginx-${IN_FLIGHT%% *}.csv")"
[[ -n $RIVAL_ONLY ]] || printf ', Trunkline %s' "$(bytes_each "$WORK/trunkline-${IN_FLIGHT%% *}.csv")"
printf '.\nRival:   %s, worker_processes %s\n' "$("$NGINX" -v 2>&1)" "$WORKERS"
conditions
