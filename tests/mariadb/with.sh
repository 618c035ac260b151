#!/bin/sh
# Runs a command with a private MariaDB, which LOYALTY_TEST_SERVER names, and stops it afterwards: with.sh COMMAND...
set -eu

here=$(dirname "$(realpath "$0")")
# In memory where there is room: each of the hundred statements that make a database's tables makes or writes files.
room=$(df --output=avail -k /dev/shm 2>/dev/null | tail -1)
base=${TMPDIR:-/tmp}
[ "${room:-0}" -le 2097152 ] || base=/dev/shm
folder=$(mktemp -d "$base/loyalty-XXXXXX")
trap '"$here/stop.sh" "$folder" --purge' EXIT
trap 'exit 1' INT TERM
"$here/start.sh" "$folder" $$
LOYALTY_TEST_SERVER="mysql://root@localhost/?socket=$folder/s.sock" "$@"
