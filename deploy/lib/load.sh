# load: hands everything on to the load generator, which explains its own options.

command_load() {
  make_run_dir
  load_cluster
  find_java
  if build_reason; then
    lock_cluster load
    build_when_needed
    unlock_cluster
  fi
  class_path_of multi-jvm-tests
  export TRUNKLINE_HOST=$REACH TRUNKLINE_TCP_PORT=$TCP_PORT
  java_flags load
  exec "$JAVA" "${FLAGS[@]}" -cp "$REPLY" io.trunkline.load.LoadMain "$@"
}
