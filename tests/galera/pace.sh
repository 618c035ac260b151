#!/usr/bin/env bash
# What a server carries: pace.sh WORKER SECONDS [URL…]. Eight processes earn, redeem and read profiles as fast as they
# can, each for members of its own and against the next of the URLs; without one, on a private MariaDB and on a private
# cluster, first all through one node, then through all three. Every commit is on the disk before it is answered.
set -euo pipefail

here=$(dirname "$(realpath "$0")")
worker=$1 seconds=$2
shift 2

measure() { # NAME URL…
    local name=$1 operation n urls
    shift
    urls=("$@")
    # The tables, made by one alone: on a slow disk the others would wait for it beyond their patience.
    echo go | "$worker" "${urls[0]}" call health '{}' >/dev/null
    for operation in earn_points redeem_reward profile; do
        for n in 0 1 2 3 4 5 6 7; do
            "$worker" "${urls[n % ${#urls[@]}]}" pace "$operation" "$n$RANDOM" "$seconds" &
        done | python3 -c '
import json, sys
lines = [json.loads(line) for line in sys.stdin]
assert len(lines) == 8, "%d of 8 processes have answered" % len(lines)
calls = sum(line["calls"] for line in lines)
print("%-28s %-14s %6d a second, %d retries" % (sys.argv[1], sys.argv[2], calls / int(sys.argv[3]), sum(line["retries"] for line in lines)))
' "$name" "$operation" "$seconds"
    done
}

if [ $# -gt 0 ]; then measure given "$@"; exit; fi

single=$(mktemp -d "${TMPDIR:-/tmp}/loyalty-pace-XXXX")
chmod 755 "$single"
export GALERA_DIR="$single/galera" GALERA_NETWORK=loopback GALERA_FLUSH=1
trap '"$here/cluster.sh" stop; "$here/../mariadb/stop.sh" "$single/one" --purge; rm -rf "$single"' EXIT
DURABLE=1 "$here/../mariadb/start.sh" "$single/one"
mariadb --no-defaults --socket="$single/one/s.sock" --user=root -e "CREATE DATABASE pace"
measure "one MariaDB" "mysql://root@localhost/pace?socket=$single/one/s.sock&busy_timeout_ms=60000"
"$here/../mariadb/stop.sh" "$single/one" --purge
mapfile -t hosts < <("$here/cluster.sh" start)
"$here/cluster.sh" query 1 "CREATE DATABASE pace"
url() { echo "mysql://loyalty:loyalty@$1/pace?busy_timeout_ms=60000"; }
measure "three nodes, by one of them" "$(url "${hosts[0]}")"
measure "three nodes, by all of them" "$(url "${hosts[0]}")" "$(url "${hosts[1]}")" "$(url "${hosts[2]}")"
