#!/usr/bin/env bash
# Attacks a cluster beside its clients and says what it costs them; prints the machine and the commit with the table.
set -euo pipefail

HERE=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$HERE/lib.sh" "$@"
need_jars

run_hostile() {
  "$JAVA" "${FLAGS[@]}" -Xmx1g -XX:+UseSerialGC -cp "$CLASS_PATH" io.trunkline.hostile.HostileMain \
    --root "$ROOT" --directory "$MODULE/target/hostile" "$@"
}

case " $* " in
  *" --help "* | *" -h "*) run_hostile "$@" && exit 0 ;;
esac
look_around
code=0
run_hostile "$@" || code=$?
((code >= 2)) || { printf '\n' && conditions; }
exit "$code"
