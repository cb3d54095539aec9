# What outlives a command: the run directory, its lock, and the record of what was started.
#   run/cluster.env     layout and TRUNKLINE_* settings of the running cluster (it may hold the secret: mode 0600)
#   run/pids/NAME.pid   pid and start time of a member
#   run/tls             a certificate for localhost and its key, when --tls asked for it
#   run/jars             our own jars, as they were when a member was started
#   run/secret          the secret of a cluster on loopback, when the environment names none: mode 0600
#   run/cluster-tls     certificates of the members, when they listen beyond loopback and the environment names none
#   run/log/NAME.log    log of a member, NAME.log.1 and up what came before; NAME.out: what its JVM prints

RUN_DIR=$(readlink -m -- "${TRUNKLINE_RUN_DIR:-$ROOT/run}")
PIDS=$RUN_DIR/pids LOGS=$RUN_DIR/log CLUSTER=$RUN_DIR/cluster.env

NODES=()        # numbers of the nodes that should run
BALANCERS=()    # numbers of the balancers that should run
POLICY=round-robin
POLICIES=(round-robin least-connections source-hash)
HOST=127.0.0.1

# What belongs to one command or one member, and is not remembered for the cluster.
PER_MEMBER='TRUNKLINE_(RUN_DIR|LOG_FILE|CDS|BUILD|START_SECONDS|MEMBER_NAME|SEEDS|POLICY|(ARTERY|MANAGEMENT|PROMETHEUS|TRUNK|STATS|HEALTH)_PORT)'

make_run_dir() {
  (umask 077 && mkdir -p -- "$PIDS" "$LOGS") 2>/dev/null ||
    die 73 "cannot write to $RUN_DIR; set TRUNKLINE_RUN_DIR to a directory of your own"
}

# Reads the record of the cluster. Its settings hold wherever the calling shell says nothing else.
load_cluster() {
  local key value
  if [[ -r $CLUSTER ]]; then
    while IFS='=' read -r key value; do
      case $key in
        nodes) read -r -a NODES <<<"$value" ;;
        balancers) read -r -a BALANCERS <<<"$value" ;;
        policy) POLICY=$value ;;
        TRUNKLINE_*) [[ $key =~ ^[A-Z_0-9]+$ && -z ${!key+set} ]] && export "$key=$value" ;;
      esac
    done <"$CLUSTER"
  fi
  read_ports
  ((${#NODES[@]} + ${#BALANCERS[@]} > 0))
}

save_cluster() {
  local key
  (
    umask 077
    {
      printf 'nodes=%s\nbalancers=%s\npolicy=%s\n' "${NODES[*]}" "${BALANCERS[*]}" "$POLICY"
      for key in $(compgen -e TRUNKLINE_); do
        [[ $key =~ ^${PER_MEMBER}$ || ${!key} == *$'\n'* ]] || printf '%s=%s\n' "$key" "${!key}"
      done
    } >"$CLUSTER.new" && mv -f -- "$CLUSTER.new" "$CLUSTER"
  ) || die 73 "cannot write $CLUSTER"
}

forget_cluster() {
  rm -f -- "$CLUSTER" "$PIDS"/*
  rm -rf -- "$RUN_DIR/jars"
  NODES=() BALANCERS=()
}

# One command at a time may change the cluster. The kernel drops the lock with its holder; without flock(1) a
# directory does, and a holder that died is recognised by its identity.
lock_cluster() { # what for
  make_run_dir
  local waited=0 holder
  exec {LOCK_FD}>>"$RUN_DIR/lock"
  until take_lock; do
    if ((waited == 0)); then
      holder=$(<"$RUN_DIR/lock.holder") 2>/dev/null || holder='another command'
      say "${dim}Waiting for ${holder:-another command} to finish.$plain"
    fi
    ((++waited <= 600)) || die 75 "another command has been at work in $RUN_DIR for two minutes; try again when it is done"
    sleep 0.2
  done
  printf "'trunkline %s' (pid %s)" "$1" "$$" >"$RUN_DIR/lock.holder"
}

take_lock() {
  if command -v flock >/dev/null; then
    flock -n "$LOCK_FD"
  elif mkdir -- "$RUN_DIR/lock.d" 2>/dev/null; then
    write_identity $$ "$RUN_DIR/lock.d/owner"
    # shellcheck disable=SC2064
    trap "rm -rf -- '$RUN_DIR/lock.d'" EXIT
  else
    # A holder writes its identity right after mkdir: one without it for a second has died in between.
    process_in "$RUN_DIR/lock.d/owner" || { sleep 1 && process_in "$RUN_DIR/lock.d/owner"; } || rm -rf -- "$RUN_DIR/lock.d"
    return 1
  fi
}

# Lets go of the lock before this process becomes another program.
unlock_cluster() {
  exec {LOCK_FD}>&-
  rm -rf -- "$RUN_DIR/lock.d"
}
