#!/usr/bin/env bash
# Runs a command with a Galera cluster at hand, and removes the cluster: with.sh COMMAND WORDS…
# The tests find its nodes in LOYALTY_TEST_SERVER. See cluster.sh for what can be set.
set -euo pipefail

cluster="$(dirname "$(realpath "$0")")/cluster.sh"
GALERA_DIR=$(mktemp -d "${TMPDIR:-/tmp}/loyalty-galera-XXXX")
export GALERA_DIR
trap '"$cluster" stop' EXIT
hosts=$("$cluster" start | paste -sd ,)
export LOYALTY_TEST_STORE=galera LOYALTY_TEST_SERVER="mysql://loyalty:loyalty@$hosts/"
"$@"
