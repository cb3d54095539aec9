# Help for everything. Each text says what the command does, then its options, then an example.

wants_help() {
  local argument
  for argument in "$@"; do [[ $argument == -h || $argument == --help ]] && return 0; done
  return 1
}

help_command() { # command
  local me
  me=$(shown)
  case ${1:-} in
    '') cat <<TXT
${bold}trunkline$plain runs a Trunkline cluster on this machine: MCP nodes behind balancers that share one port.

${bold}Usage:$plain $me COMMAND [OPTIONS]

  up          start the cluster, or whatever is missing of it, and wait until it serves
  down        stop everything
  restart     down and up, with the same layout
  status      show the members and what they do
  session     show what happened to one client's session, or end it
  sessions    show who holds most sessions, or end those of one source
  logs        show what the members wrote

  add-node    start one more node
  drain       move a node's sessions away and stop it (also: stop-node)
  rolling-restart   replace node after node by a fresh process, while clients are served
  kill-node   kill a node (SIGKILL), to try failover
  load        put load on the cluster and measure it
  conformance run the official conformance suite against a cluster of its own
  check-config FILE   say whether a configuration file is good

  help COMMAND, COMMAND --help    more about one command
  --version

${bold}Environment:$plain
  JAVA_HOME               the JDK to use (17 or newer); without it, java from the PATH
  TRUNKLINE_RUN_DIR       where logs, pids and state go (run/ beside deploy/)
  TRUNKLINE_PORT_OFFSET   added to every port, for a second cluster on this machine (0)
  TRUNKLINE_JAVA_OPTS     appended to the flags of every JVM
  TRUNKLINE_MODULES       jars and directories with tools of your own, separated by ':' (modules/ beside deploy/)
  TRUNKLINE_...           any setting of docs/operate/settings.md
TXT
      ;;
    up) cat <<TXT
${bold}Usage:$plain $me up [--nodes N] [--balancers M] [--policy P] [--tls]

Starts the cluster and waits until every member serves (at most 120 s) and the slots are spread evenly. Builds first when
there are no jars or the sources are newer. If the cluster runs already it starts what is missing: members that died, or
more when N or M say so.

  --nodes N       server nodes, 1 to 64 (4)
  --balancers M   balancers, 1 to 16, all on the same client port (1)
  --policy P      how new clients are spread: round-robin, least-connections or source-hash (round-robin)
  --tls           serve TLS, too: TCP on 8444, HTTP on 8443. Makes a certificate for localhost in run/tls, unless
                  TRUNKLINE_TLS_CERTIFICATE and TRUNKLINE_TLS_KEY name PEM files of yours. Remembered until down

Example: $me up --nodes 6 --balancers 2
TXT
      ;;
    down) cat <<TXT
${bold}Usage:$plain $me down

Stops every member: balancers first, so that requests under way are answered, then nodes. What still runs after 40 s is
killed. Nothing is left running; logs stay.

Example: $me down
TXT
      ;;
    restart) cat <<TXT
${bold}Usage:$plain $me restart [--nodes N] [--balancers M] [--policy P] [--tls]

down, then up with the same layout, except for what the options change.

Example: $me restart --policy least-connections
TXT
      ;;
    status) cat <<TXT
${bold}Usage:$plain $me status [--json]

Shows each member: state, pid, uptime, memory, clients and messages (as a balancer counts them), ports.

  --json   the same for scripts, with the balancer's view of the cluster under "cluster"

States: starting (no answer yet), joining (not ready), up (serves), full (serves who is connected and nobody new),
leaving (about to stop), silent (does not answer in time), dead.
Exit code: 0 everything serves, 1 something does not or is full, 3 nothing runs.

Example: $me status --json
TXT
      ;;
    logs) cat <<TXT
${bold}Usage:$plain $me logs [MEMBER...] [-f] [-n LINES]

Shows the last lines of the members' logs. 'build' names the log of the last build.

  -f, --follow        keep showing new lines, also across rotations and restarts; end with Ctrl-C
  -n, --lines LINES   how many lines (200 of one member, 20 each of several)

The logs are in run/log; NAME.log.1 and up are what the member wrote before, NAME.out is what its JVM prints.

Example: $me logs node-1 -f
TXT
      ;;
    add-node) cat <<TXT
${bold}Usage:$plain $me add-node

Starts one more node under the first free name and waits until it serves. It takes new clients; the others stay.

Example: $me add-node
TXT
      ;;
    drain | stop-node) cat <<TXT
${bold}Usage:$plain $me drain NAME [--timeout SECONDS]

Drains a member (SIGTERM) and waits until it has stopped. A node takes no new sessions, and its slots move to
the other nodes a few at a time, with their sessions; it leaves when it is empty. Its clients notice a pause. A balancer
answers what is under way and closes its clients: their sockets are its own. The member leaves the list: bring a node back
with add-node. 'stop-node' is the same.

  --timeout SECONDS   how long to wait ($DRAIN_SECONDS); the member goes on draining after that

Exit code: 0 it was empty when it left, 1 it was not, or still drains.

Example: $me drain node-2 --timeout 300
TXT
      ;;
    rolling-restart) cat <<TXT
${bold}Usage:$plain $me rolling-restart [--nodes] [--balancers] [NAME...]

Replaces one member after the other: drains it, starts it again, waits until it serves and has its share of the slots.
Builds first when the sources are newer than the jars; what runs keeps the jars that it was started with. Clients of nodes
notice a pause. Stops at the first member that does not come back.

  --nodes       all nodes; the default
  --balancers   all balancers. Their clients are answered, told that it stops, and closed: they have to connect again
  NAME...       only these

Exit code: 0 all were replaced, each one empty when it left; 1 otherwise.

Example: $me rolling-restart node-1 node-2
TXT
      ;;
    session) cat <<TXT
${bold}Usage:$plain $me session ID [--end]

Shows what happened to one session: when it was opened, which nodes it lost, went to and came back from, what was sent
again, what was refused. All running balancers are asked; each remembers its last 65,536 events. A client knows its id (the
tool whoami tells it), the logs have its first eight characters. Treat an id like a password.

  --end   end it, at whichever balancer holds it; what it waits for is not answered any more

Exit code: 0 shown or ended, 1 unknown, 3 nothing runs.

Example: $me session AbCdEfGhIjKlMnOpQrStUvWx
TXT
      ;;
    sessions) cat <<TXT
${bold}Usage:$plain $me sessions
       $me sessions --end [--source ADDRESS] [--principal NAME] [--idle TIME]

Shows the addresses and principals that hold most sessions, over all balancers; an address of IPv6 stands for its first 64
bits, 'adopted' for sessions of a balancer that is gone whose clients have not come yet. With --end, ends the sessions for
which all of the options hold, at every balancer. Their clients are told with their next request, or by the end of
their connections, and may come back: see docs/operate/clients.md for what keeps one source from taking all.

  --source ADDRESS   of this address
  --principal NAME   of this principal
  --idle TIME        idle for so long, and nothing waits for an answer: 90, 90s, 30m or 2h

Exit code: 0 done, 1 no balancer did it, 3 nothing runs.

Example: $me sessions --end --source 192.0.2.7 --idle 30m
TXT
      ;;
    kill-node) cat <<TXT
${bold}Usage:$plain $me kill-node NAME

Kills a member with SIGKILL, as a crash would. It stays on the list: 'up' brings it back.

Example: $me kill-node node-2
TXT
      ;;
    conformance) cat <<TXT
${bold}Usage:$plain $me conformance [--requirements REVISION] [--nodes N] [--balancers M] [--kill-every SECONDS] [--keep]

Starts a cluster of its own, beside one that runs already, with the tools, resources and prompts that the official
conformance suite of MCP expects; runs the suite's server scenarios against it, once for each revision; prints what passed,
a table for each revision; stops the cluster.
Needs Node.js 20 or newer with npm, which fetches $SUITE and the version of Node.js
that it needs.

  --requirements REVISION   be judged by one revision only: 2025-11-25, or 2026-07-28 (both, one after the other)
  --nodes N                 server nodes, 1 to $MAX_NODES (4)
  --balancers M             balancers, 1 to $MAX_BALANCERS (2)
  --kill-every SECONDS      kill a node (SIGKILL) and start it again every so often, and repeat the suite until that has
                            happened $LEAST_KILLS times, each revision as often; every run has to pass
  --keep                    leave the cluster running

Results are in run/conformance/results. Exit code: 0 all required scenarios pass, of both revisions, 1 not so, 69 Node.js
or the suite is not to be had.

Example: $me conformance --requirements 2025-11-25
TXT
      ;;
    check-config) cat <<TXT
${bold}Usage:$plain $me check-config FILE

Says whether this configuration file for servers outside the cluster is good: finds keys that do not exist, values and units
that are wrong, limits that contradict each other or that the system does not allow. Starts nothing and binds nothing. What may
be in such a file is in deploy/examples/trunkline.conf. Members do not serve such a file yet.

Example: $me check-config deploy/examples/services.conf

Exit code: 0 it is good, 64 it is not, and the last line says why: file, line, key, value, what is expected.
TXT
      ;;
    load) command_load --help ;;
    help | -h | --help) help_command ;;
    *) unknown command "$1" "${COMMANDS[@]}" ;;
  esac
}
