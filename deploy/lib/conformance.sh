# conformance: the official suite of scenarios against a cluster of its own.
#   run/conformance/            results/REVISION/, suite-REVISION.log of the last run, kills.log, and the lock: one run at
#                               a time
#   run/conformance/cluster/    run directory of that cluster

SUITE=@modelcontextprotocol/conformance@0.2.0-alpha.12
SUITE_NODE=node@22 # the suite needs this version of Node.js, npm brings it
REVISIONS=(2025-11-25 2026-07-28)
LEAST_KILLS=3
MOST_ROUNDS=100

command_conformance() {
  local nodes=4 balancers=2 kill_every=0 option value
  local -a revisions=("${REVISIONS[@]}")
  while (($#)); do
    option=${1%%=*}
    case $option in
      --requirements | --nodes | --balancers | --kill-every)
        if [[ $1 == *=* ]]; then value=${1#*=}; else value=${2-} && shift $(($# > 1)); fi
        [[ -n $value ]] || usage_error "$option needs a value; see '$(shown) help conformance'"
        ;;&
      --requirements)
        [[ " ${REVISIONS[*]} " == *" $value "* ]] || unknown revision "$value" "${REVISIONS[@]}"
        revisions=("$value")
        ;;
      --nodes) check_count "$option" "$value" "$MAX_NODES" && nodes=$REPLY ;;
      --balancers) check_count "$option" "$value" "$MAX_BALANCERS" && balancers=$REPLY ;;
      --kill-every) check_count "$option" "$value" 3600 && kill_every=$REPLY ;;
      --keep) KEEP=1 ;;
      -*) unknown option "$option" --requirements --nodes --balancers --kill-every --keep --help ;;
      *) usage_error "unexpected '$1'; see '$(shown) help conformance'" ;;
    esac
    shift
  done
  ((kill_every == 0 || nodes > 1)) || usage_error "--kill-every needs --nodes 2 or more: somebody has to serve meanwhile"
  run_conformance
}

# Everything between the options and the exit code; uses the locals of command_conformance.
run_conformance() {
  local tool revision code=0
  for tool in node npm npx; do
    command -v "$tool" >/dev/null || die 69 "no $tool found; install Node.js 20 or newer with npm, which fetches $SUITE"
  done
  read_ports
  local cds=$RUN_DIR/cds
  RUN_DIR=$RUN_DIR/conformance
  PIDS=$RUN_DIR/pids LOGS=$RUN_DIR
  lock_cluster conformance
  fetch_suite
  build_when_needed
  mkdir -p -- "$RUN_DIR/cluster" "$cds" && ln -sfn -- "$cds" "$RUN_DIR/cluster/cds" || die 73 "cannot write $RUN_DIR/cluster"
  register_pack
  choose_offset
  trap 'end_conformance' EXIT
  trap 'exit 130' INT TERM HUP
  own_cluster down >"$RUN_DIR/cluster.log" 2>&1 # what a run that was killed has left
  own_cluster up --nodes "$nodes" --balancers "$balancers" >"$RUN_DIR/cluster.log" 2>&1 &
  CHILD=$!
  wait_with_progress "$CHILD" "Starting $LAYOUT" || {
    tail -n 20 -- "$RUN_DIR/cluster.log" >&2
    die 1 "the cluster does not start; its logs are in $(tilde "$RUN_DIR/cluster/log")"
  }
  local url=http://$REACH:$((8080 + OWN_OFFSET))/mcp
  say "Running $SUITE against $LAYOUT at $url."
  rm -rf -- "$RUN_DIR/results"
  if ((kill_every)); then rounds_with_kills; else run_round; fi
  for revision in "${revisions[@]}"; do say_verdict || code=1; done
  ((kill_every)) || return "$code"
  printf '\n'
  say "The suite ran $((ROUNDS * ${#revisions[@]})) times, and $KILLS nodes were killed and started again meanwhile."
  ((code || KILLS >= LEAST_KILLS)) || die 1 "only $KILLS nodes were killed (expected: $LEAST_KILLS)"
  return "$code"
}

# Runs this command line on the cluster of its own. What says where things are is ours, other settings are the caller's.
own_cluster() {
  local key
  local -a own=()
  for key in HOST ADMIN_HOST ADVERTISED_HOST SEEDS TCP_PORT HTTP_PORT HTTPS_PORT TLS_PORT HTTP_HOSTS HTTP_ORIGINS AUTH_ISSUER AUTH_TOKENS AUTH_TCP TLS_CLIENTS; do own+=(-u "TRUNKLINE_$key"); done
  own+=("TRUNKLINE_RUN_DIR=$RUN_DIR/cluster" "TRUNKLINE_PORT_OFFSET=$OWN_OFFSET" TRUNKLINE_BUILD=off)
  own+=("TRUNKLINE_MODULES=$(pack_jar):$RUN_DIR/pack")
  (
    close_descriptors
    exec env "${own[@]}" "$SELF" "$@" </dev/null
  )
}

pack_jar() { printf '%s' "$ROOT/multi-jvm-tests/target/trunkline-multi-jvm-tests-$(project_version).jar"; }

# The files by which nodes find the tools, resources and prompts that the scenarios expect.
register_pack() {
  class_path_of multi-jvm-tests
  "$JAVA" -XX:TieredStopAtLevel=1 -cp "$REPLY" io.trunkline.conformance.ConformancePack "$RUN_DIR/pack" ||
    die 73 "cannot write $RUN_DIR/pack"
}

# Ports that nobody listens on, away from those of a cluster of the caller's, in OWN_OFFSET. What is started, in LAYOUT.
choose_offset() {
  local member kind n taken
  local -a members=()
  for ((n = 1; n <= nodes; n++)); do members+=("node-$n"); done
  for ((n = 1; n <= balancers; n++)); do members+=("balancer-$n"); done
  count_of "${members[@]}"
  LAYOUT=$REPLY
  read_listeners
  local base=$OFFSET
  for ((OWN_OFFSET = base + 3000; OWN_OFFSET < base + 4200; OWN_OFFSET += 130)); do
    taken=0
    OFFSET=$OWN_OFFSET TCP_PORT=$((8000 + OWN_OFFSET)) HTTP_PORT=$((8080 + OWN_OFFSET)) HTTPS_PORT=$((8443 + OWN_OFFSET)) TLS_PORT=$((8444 + OWN_OFFSET))
    for member in "${members[@]}"; do
      port_kinds "$member"
      for kind in "${KINDS[@]}"; do
        port_of "$member" "$kind"
        [[ -z ${LISTENING[$REPLY]+set} ]] || taken=1
      done
    done
    ((taken)) || return 0
  done
  die 1 "no free ports for a cluster near TRUNKLINE_PORT_OFFSET=$((base + 3000)); choose another TRUNKLINE_PORT_OFFSET"
}

# Runs the suite's own command line; its output goes where ours does.
suite() {
  close_descriptors
  # npx hands the line to a shell: nothing in it comes from outside.
  cd -- "$RUN_DIR" && exec npx -y -p "$SUITE_NODE" -p "$SUITE" -c "conformance $*" </dev/null
}

# Fetches the suite and asks it what each revision requires: names in SCENARIOS, by revision and in its order; how many of
# them count, in REQUIRED; and by revision/scenario, in WHY, why those that do not count do not.
declare -A SCENARIOS=() REQUIRED=() WHY=()
fetch_suite() {
  local log
  trap 'stop_child; progress_end; exit 130' INT TERM HUP
  for revision in "${revisions[@]}"; do
    log=$(suite_log)
    (suite list --server --requirements "$revision") >"$(scenario_list)" 2>"$log" &
    CHILD=$!
    wait_with_progress "$CHILD" "Fetching $SUITE" || {
      tail -n 5 -- "$log" >&2
      die 69 "npx cannot run $SUITE with $SUITE_NODE; it needs a registry to fetch them from. All it said: $(tilde "$log")"
    }
    read_scenarios
  done
}

scenario_list() { printf '%s' "$RUN_DIR/scenarios-$revision.txt"; }
suite_log() { printf '%s' "$LOGS/suite-$revision.log"; }

read_scenarios() {
  local line name reason='' part='' scenario='^ +- ([A-Za-z0-9-]+)'
  REQUIRED[$revision]=0
  while IFS= read -r line; do
    case $line in
      'Server scenarios'*) part=required ;;
      'Client scenarios'*) part='' ;;
      'Run and reported'*) part=reported ;;
      *'):') [[ $part != reported ]] || { reason=${line%% (*} && reason=${reason# } && reason=${reason# }; } ;;
    esac
    [[ $line =~ $scenario ]] || continue
    name=${BASH_REMATCH[1]}
    if [[ $part == required ]]; then
      REQUIRED[$revision]=$((REQUIRED[$revision] + 1))
    elif [[ $part == reported && $line == *'[server]' ]]; then
      WHY[$revision/$name]=$reason
    else
      continue
    fi
    SCENARIOS[$revision]+="$name "
  done <"$(scenario_list)"
  ((REQUIRED[$revision])) || die 70 "$SUITE lists no required scenario for $revision; see $(tilde "$(scenario_list)")"
}

# Waits for a child of this shell while a progress line counts; its exit code.
wait_with_progress() { # pid, text
  local start
  now_ms
  start=$REPLY
  while kill -0 "$1" 2>/dev/null; do
    now_ms
    duration $((REPLY - start))
    progress "$2 ... $REPLY"
    sleep 0.2
  done
  progress_end
  wait "$1"
}

# One run of the suite for each revision.
ROUNDS=0
run_round() {
  ROUNDS=$((ROUNDS + 1))
  for revision in "${revisions[@]}"; do run_suite; done
}

# One run of the suite: checks by revision/scenario in PASSED and FAILED, to which a second run adds, and in SUITE_EXIT by
# revision the exit code, unless it is 0.
declare -A PASSED=() FAILED=() SUITE_EXIT=()
run_suite() {
  local log start line key now='' at=0 counted=0 code=0 result='^(✓|✗) ([A-Za-z0-9-]+): ([0-9]+) passed, ([0-9]+) failed'
  local -a all
  log=$(suite_log)
  read -r -a all <<<"${SCENARIOS[$revision]}"
  (suite server --url "$url" --requirements "$revision" --output-dir "results/$revision/$ROUNDS") >"$log" 2>&1 &
  CHILD=$!
  now_ms
  start=$REPLY
  while kill -0 "$CHILD" 2>/dev/null; do
    at=0
    while IFS= read -r line; do
      [[ $line == '=== Running scenario: '* ]] && at=$((at + 1)) now=${line#*: } now=${now% ===}
    done <"$log"
    now_ms
    duration $((REPLY - start))
    progress "$revision: scenario $at of ${#all[@]}: $now ... $REPLY"
    sleep 0.3
  done
  progress_end
  wait "$CHILD" || code=$?
  CHILD=''
  ((code == 0)) || SUITE_EXIT[$revision]=$code
  while IFS= read -r line; do
    [[ $line =~ $result ]] || continue
    counted=$((counted + 1)) key=$revision/${BASH_REMATCH[2]}
    PASSED[$key]=$((${PASSED[$key]:-0} + BASH_REMATCH[3]))
    FAILED[$key]=$((${FAILED[$key]:-0} + BASH_REMATCH[4]))
  done <"$log"
  if ((counted == 0)); then
    tail -n 5 -- "$log" >&2
    die 70 "the suite ended with exit code $code and without a result; see $(tilde "$log")"
  fi
}

# Runs the suite again and again, for each revision in turn, until enough nodes were killed in the meantime, or something
# failed.
rounds_with_kills() {
  local line failed=0
  : >"$LOGS/kills.log"
  kill_nodes &
  KILLER=$!
  KILLS=0
  while ((KILLS < LEAST_KILLS && ROUNDS < MOST_ROUNDS && failed == 0)); do
    run_round
    KILLS=0
    while IFS= read -r line; do [[ $line == Killed* ]] && KILLS=$((KILLS + 1)); done <"$LOGS/kills.log"
    kill -0 "$KILLER" 2>/dev/null || die 1 "a node that was killed does not come back; see $(tilde "$LOGS/kills.log")"
    for revision in "${revisions[@]}"; do
      count_failed
      failed=$((failed + REPLY))
    done
  done
  stop_killer || die 1 "the last node that was killed does not come back; see $(tilde "$LOGS/kills.log")"
}

# Kills one node after the other and starts it again, until it is ended itself or a node does not come back.
kill_nodes() {
  trap 'exit 0' TERM
  trap - EXIT INT HUP
  local n=0 start due
  now_ms
  due=$((REPLY + kill_every * 1000))
  while :; do
    now_ms
    while ((REPLY < due)); do
      sleep 0.1
      now_ms
    done
    due=$((REPLY + kill_every * 1000))
    n=$((n % nodes + 1))
    {
      own_cluster kill-node "node-$n" || exit 1
      own_cluster up || exit 1
    } >>"$LOGS/kills.log" 2>&1
  done
}

# Required scenarios of the revision that failed or did not run, in REPLY.
count_failed() {
  local scenario key failed=0
  for scenario in ${SCENARIOS[$revision]}; do
    key=$revision/$scenario
    [[ -n ${WHY[$key]:-} || ${FAILED[$key]:-1} == 0 ]] || failed=$((failed + 1))
  done
  REPLY=$failed
}

# The table of the revision, the checks that failed, and whether that will do.
say_verdict() {
  local scenario key result counts why required=${REQUIRED[$revision]}
  local -a rows=($'SCENARIO\tRESULT\tPASSED\tFAILED\tREQUIRED')
  for scenario in ${SCENARIOS[$revision]}; do
    key=$revision/$scenario
    result=passed counts="${PASSED[$key]:--}"$'\t'"${FAILED[$key]:--}" why=yes
    case ${FAILED[$key]:-none}/${PASSED[$key]:-0} in
      none/*) result='not run' ;;
      0/0) result='nothing to check' ;;
      0/*) ;;
      *) result=failed ;;
    esac
    [[ -z ${WHY[$key]:-} ]] || why="no (${WHY[$key]})"
    rows+=("$scenario"$'\t'"$result"$'\t'"$counts"$'\t'"$why")
  done
  printf '\n'
  say "${bold}Scenarios of $revision$plain"
  table "${rows[@]}"
  print_failures
  printf '\n'
  count_failed
  if ((REPLY)); then
    say "${red}$REPLY of $required scenarios that $revision requires fail.$plain All results are in $(tilde "$RUN_DIR/results/$revision")."
    return 1
  fi
  if [[ -n ${SUITE_EXIT[$revision]:-} ]]; then
    warn "the suite ended with exit code ${SUITE_EXIT[$revision]} although nothing failed; see $(tilde "$(suite_log)")"
    return 1
  fi
  say "${green}All $required scenarios that $revision requires pass.$plain"
}

# The checks that failed, with what the suite says about them: at most 40 lines. Its files are indented by two blanks for
# each level; what stands deeper belongs to the messages it exchanged.
print_failures() {
  local file line name id status message printed=0
  for file in "$RUN_DIR/results/$revision"/*/*/checks.json; do
    name=${file%/checks.json} name=${name##*/} name=${name#server-} name=${name%-????-??-??T*}
    id='' status='' message=''
    while IFS= read -r line; do
      case $line in
        '    "id": "'*) id=${line#*: \"} id=${id%%\"*} ;;
        '    "status": "'*) status=${line#*: \"} status=${status%%\"*} ;;
        '    "errorMessage": "'*) message=${line#*: \"} message=${message%\"*} ;;
        '  }' | '  },')
          if [[ $status == FAILURE ]]; then
            ((printed++)) || printf '\n'
            ((printed <= 40)) || { printf '  ...\n'; return; }
            printf '  %s: %s: %s\n' "$name" "$id" "${message:0:300}"
          fi
          id='' status='' message=''
          ;;
      esac
    done <"$file"
  done
}

CHILD='' KILLER='' OWN_OFFSET='' KEEP=0
stop_child() {
  [[ -n $CHILD ]] || return 0
  local child=$CHILD
  CHILD=''
  # npx runs the suite through a shell: a child of a child.
  end_tree "$child"
  wait "$child" 2>/dev/null
}

stop_killer() {
  [[ -n $KILLER ]] || return 0
  local killer=$KILLER
  KILLER=''
  # It ends when the command that it runs has: a node that is being started is not left half way.
  kill -s TERM "$killer" 2>/dev/null
  wait "$killer" 2>/dev/null
}

# Ends a process and what it started.
end_tree() { # pid
  local pid ppid dir
  for dir in /proc/[0-9]*; do
    pid=${dir#/proc/}
    { IFS= read -r ppid <"$dir/stat"; } 2>/dev/null || continue
    ppid=${ppid##*) } ppid=${ppid#* } ppid=${ppid%% *}
    [[ $ppid == "$1" ]] && end_tree "$pid"
  done
  kill -s TERM "$1" 2>/dev/null
}

# Whatever happened: nothing that was started runs on, unless it was asked for.
end_conformance() {
  local code=$?
  trap '' INT TERM HUP
  trap - EXIT
  stop_child
  stop_killer
  if ((KEEP)); then
    say "The cluster runs on. Its commands: TRUNKLINE_RUN_DIR=$(tilde "$RUN_DIR/cluster") TRUNKLINE_PORT_OFFSET=$OWN_OFFSET $(shown) status, down, ..."
  else
    progress 'Stopping the cluster'
    own_cluster down >>"$RUN_DIR/cluster.log" 2>&1 || warn "the cluster does not stop; see $(tilde "$RUN_DIR/cluster.log")"
    progress_end
  fi
  exit "$code"
}
