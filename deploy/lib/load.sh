# load: hands everything on to the load generator, which explains its own options.

command_load() {
  make_run_dir
  load_cluster
  find_java
  # To read the options no newer jars are needed.
  if build_reason && ! { [[ $REPLY != "no jars yet" ]] && wants_help "$@"; }; then
    lock_cluster load
    build_when_needed
    unlock_cluster
  fi
  class_path_of multi-jvm-tests
  export TRUNKLINE_HOST=$REACH TRUNKLINE_TCP_PORT=$TCP_PORT TRUNKLINE_HTTP_PORT=$HTTP_PORT
  java_flags load
  # A run that only opens connections is over before optimized code pays back; compiling it would take the processors
  # from what is measured.
  [[ " $* " == *" --seconds 0 "* || " $* " == *" --seconds=0 "* || " $* " == *" --listen "* || " $* " == *" --leave "* ]] && FLAGS+=(-XX:TieredStopAtLevel=1)
  exec "$JAVA" "${FLAGS[@]}" -cp "$REPLY" io.trunkline.load.LoadMain "$@"
}
