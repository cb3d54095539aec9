# check-config: whether members would start with a file. Starts none, binds nothing.

command_check_config() {
  local file=${1-} main module output
  [[ -n $file ]] || usage_error "check-config needs a file; see '$(shown) help check-config'"
  (($# == 1)) || usage_error "check-config takes one file, got $#"
  make_run_dir
  find_java
  if build_reason; then
    lock_cluster check-config
    build_when_needed
    unlock_cluster
  fi
  for module in balancer node; do
    main=io.trunkline.$module.${module^}Main
    class_path_of "$module"
    # A few classes for a second: not worth optimized code.
    output=$("$JAVA" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp "$REPLY" "$main" --check "$file" 2>&1) || {
      local code=$?
      printf '%s\n' "$output" >&2
      exit "$code"
    }
    say "$output"
  done
}
