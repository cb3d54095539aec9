#!/usr/bin/env bash
# Breaks a cluster under its clients and checks what they saw; prints the machine and the commit with the table.
set -euo pipefail

HERE=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$HERE/lib.sh" "$@"
need_jars

run_faults() {
  "$JAVA" "${FLAGS[@]}" -Xmx1g -XX:+UseSerialGC -cp "$CLASS_PATH" io.trunkline.faults.FaultsMain \
    --root "$ROOT" --directory "$MODULE/target/faults" "$@"
}

case " $* " in
  *" --help "* | *" -h "*) run_faults "$@" && exit 0 ;;
esac
look_around
code=0
run_faults "$@" || code=$?
((code >= 2)) || { printf '\n' && conditions; }
exit "$code"
