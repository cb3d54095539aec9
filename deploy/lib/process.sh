# Processes by identity. A pid alone may have been given to somebody else since; a pid and its start time may not.

# State letter, start time (clock ticks since boot) and number of threads of a process, in STATE, START and THREADS;
# fails when it is gone.
process_stat() { # pid
  local line
  { IFS= read -r line <"/proc/$1/stat"; } 2>/dev/null || return 1
  # The command name in parentheses may hold blanks and parentheses itself: cut at the last one.
  local -a fields
  read -r -a fields <<<"${line##*) }"
  STATE=${fields[0]} START=${fields[19]} THREADS=${fields[17]}
}

# True while the process that a file names (pid, start time) lives; its pid in PID. A killed JVM is a zombie with
# threads that still hold its ports: it lives until the last of them has gone.
process_in() { # file
  local start
  PID=''
  { read -r PID start <"$1"; } 2>/dev/null || return 1
  [[ $PID =~ ^[0-9]+$ ]] && process_stat "$PID" && [[ $START == "$start" ]] && [[ $STATE != [ZX] || $THREADS -gt 1 ]] && return 0
  PID=''
  return 1
}

# Writes the identity of a process in one step, so that a reader never sees half of it.
write_identity() { # pid, file
  process_stat "$1" || return 1
  printf '%s %s\n' "$1" "$START" >"$2.$1" && mv -f -- "$2.$1" "$2"
}

# Milliseconds since a process started, in REPLY. The kernel reports 100 ticks a second to user space.
process_age_ms() { # pid
  process_stat "$1" || return 1
  now_ms
  REPLY=$((REPLY - START * 10))
}

# Resident memory in bytes, in REPLY.
process_rss() { # pid
  local key value
  REPLY=0
  while read -r key value _; do
    [[ $key == VmRSS: ]] && REPLY=$((value * 1024)) && return 0
  done 2>/dev/null <"/proc/$1/status"
  return 1
}

# Fills LISTENING with port -> socket inode for every TCP listener that a bind to HOST would collide with.
declare -A LISTENING=()
read_listeners() {
  local file address state inode hex
  LISTENING=()
  for file in /proc/net/tcp /proc/net/tcp6; do
    { while read -r _ address _ state _ _ _ _ _ inode _; do
        [[ $state == st ]] && continue
        # The kernel lists listeners first; a busy machine has 100,000 lines of the rest.
        [[ $state == 0A ]] || break
        hex=${address%:*}
        if [[ $HOST == 127.0.0.1 && $hex != 0100007F && $hex != *FFFF00000100007F && $hex == *[!0]* ]]; then
          continue
        fi
        LISTENING[$((16#${address##*:}))]=$inode
      done <"$file"; } 2>/dev/null
  done
}

NOBODY="a process of another user"

# Who holds a listening port, in words, in REPLY. Sees the processes of this user only.
describe_listener() { # port
  local inode=${LISTENING[$1]:-none} line pid='' argument name='' dir=''
  while IFS= read -r line; do
    [[ $line == /proc/*: ]] && pid=${line#/proc/} pid=${pid%%/*}
    [[ $line == *"socket:[$inode]" ]] || continue
    while IFS= read -r -d '' argument; do
      [[ $argument == -Dmember.name=* ]] && name=${argument#*=}
      [[ $argument == -Dmember.run=* ]] && dir=${argument#*=}
    done 2>/dev/null <"/proc/$pid/cmdline"
    REPLY="pid $pid ($(<"/proc/$pid/comm"))"
    [[ -n $name ]] && REPLY="$name, pid $pid, of the cluster in $dir"
    return 0
  done < <(ls -l /proc/[0-9]*/fd 2>/dev/null)
  REPLY=$NOBODY
}

# Members of this run directory by the mark on their command line, whether or not a pid file still knows them:
# lines of "pid name" in MARKED.
find_members_by_mark() {
  local dir argument name
  MARKED=()
  for dir in /proc/[0-9]*; do
    name=''
    while IFS= read -r -d '' argument; do
      [[ $argument == -Dmember.name=* ]] && name=${argument#*=}
      [[ $argument == "-Dmember.run=$RUN_DIR" && -n $name ]] && MARKED+=("${dir#/proc/} $name")
      # The mark stands first: of other processes one argument is enough.
      [[ -n $name && $argument == -Dmember.* || $argument != -* ]] || break
    done 2>/dev/null <"$dir/cmdline"
  done
}
