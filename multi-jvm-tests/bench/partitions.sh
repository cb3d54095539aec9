#!/usr/bin/env bash
# Cuts links of a cluster whose members are in network namespaces of their own, and checks what the clients saw.
# Needs root, ip and nft. Takes the options of faults.sh.
set -euo pipefail

HERE=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
((EUID == 0)) || { printf 'partitions.sh: needs root, for network namespaces\n' >&2; exit 69; }
exec "$HERE/faults.sh" --faults cut-balancer,cut-pair,cut-half "$@"
