#!/usr/bin/env bash
# Runs a command with a Galera cluster at hand, and removes the cluster: with.sh COMMAND WORDS…
# The tests find its nodes in LOYALTY_TEST_SERVER. See cluster.sh for what can be set.
set -euo pipefail

cluster="$(dirname "$(realpath "$0")")/cluster.sh"
# In memory where there is room, as tests/mariadb/with.sh.
room=$(df --output=avail -k /dev/shm 2>/dev/null | tail -1)
base=${TMPDIR:-/tmp}
[ "${room:-0}" -le 2097152 ] || base=/dev/shm
GALERA_DIR=$(mktemp -d "$base/loyalty-galera-XXXX")
export GALERA_DIR
trap '"$cluster" stop' EXIT
trap 'exit 1' INT TERM
hosts=$("$cluster" start | paste -sd ,)
export LOYALTY_TEST_STORE=galera LOYALTY_TEST_SERVER="mysql://loyalty:loyalty@$hosts/"
"$@"
