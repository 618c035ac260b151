#!/usr/bin/env bash
# A Galera cluster of MariaDB on this machine, for the tests. Three nodes, each with a data folder of its own.
#
#   cluster.sh start          start it, or what is missing of it, and print where the nodes are: host:port, one a line
#   cluster.sh stop           kill all nodes and remove all that was made
#   cluster.sh kill N         kill -9 node N
#   cluster.sh freeze N       stop node N where it stands (SIGSTOP); `thaw N` lets it go on
#   cluster.sh cut N          cut node N off from the others; its clients still reach it; `heal N` undoes it
#   cluster.sh node N         start node N again; it catches up with the others
#   cluster.sh query N SQL    ask node N, also when clients cannot reach it
#
# GALERA_DIR      where the nodes live; default: loyalty-galera in the folder for temporary files
# GALERA_NETWORK  loopback (default): ports of 127.0.0.1, no rights needed; a node is cut off by gmcast.isolate.
#                 namespaces: a network of its own for each node (root); a node is cut off by taking away its link, so
#                 that packets vanish without a word, and `cut N clients` takes the link to its clients instead.
#                 auto: namespaces if this process may make them and packets pass between them, else loopback.
#                 What was chosen is the first word of GALERA_DIR/network.
# GALERA_FLUSH    innodb_flush_log_at_trx_commit; default 1: what was answered outlives all nodes at once
# GALERA_SUSPECT  after how many seconds of silence the others do without a node; default 15: machines may be busy
# GALERA_PORT     first port (loopback); default: one of a range that nobody uses
set -euo pipefail

folder=$(realpath -m "${GALERA_DIR:-${TMPDIR:-/tmp}/loyalty-galera}")
[ ${#folder} -le 80 ] || { echo "the path of a socket must be short: $folder" >&2; exit 2; }
suspect=${GALERA_SUSPECT:-15}
nodes="1 2 3"
# What the links are called by, and the third number of their addresses: of this cluster alone.
network="" links="" place=0 first_port=0
if [ -s "$folder/network" ]; then read -r network links place first_port <"$folder/network"; fi
spaces() { [ "$network" = namespaces ]; }

# Where node N is: for the other nodes, and for its clients.
inner() { spaces && echo "10.87.$place.$1" || echo 127.0.0.1; }
outer() { spaces && echo "10.87.$((place + 1)).$1" || echo 127.0.0.1; }
port() { spaces && echo 3306 || echo $((first_port + $1)); }
group_port() { spaces && echo 4567 || echo $((first_port + 100 + 10 * $1)); }
group() { for n in $nodes; do printf '%s%s:%s' "${comma:-}" "$(inner "$n")" "$(group_port "$n")"; comma=,; done; }

pid() { # of node N, if it lives
    local pid
    pid=$(cat "$folder/n$1/pid" 2>/dev/null) || return 1
    { tr '\0' ' ' <"/proc/$pid/cmdline"; } 2>/dev/null | grep -q -- "$folder/n$1/my.cnf" && echo "$pid"
}
query() {
    local n=$1
    shift
    timeout 20 mariadb --no-defaults --socket="$folder/n$n/s.sock" --user=root --batch --skip-column-names -e "$*"
}
# The server does not like to run as root, and neither does the rsync by which a node gets what it lacks.
as_user() { [ "$(id -u)" -ne 0 ] || echo "setpriv --reuid=mysql --regid=$(id -g mysql) --clear-groups"; }

configure() {
    local n=$1 home="$folder/n$1" bind=127.0.0.1
    spaces && bind=0.0.0.0
    mkdir -p "$home/tmp" "$home/data"
    [ "$(id -u)" -ne 0 ] || chown mysql "$home" "$home/tmp" "$home/data"
    cat >"$home/my.cnf" <<CONF
[sst]
sst-syslog=0
[mariadbd]
datadir=$home/data
tmpdir=$home/tmp
socket=$home/s.sock
pid-file=$home/data/mariadbd.pid
log-error=$home/error.log
bind-address=$bind
port=$(port "$n")
skip-name-resolve
max-connections=300
innodb-buffer-pool-size=64M
innodb-log-file-size=32M
innodb-use-native-aio=0
innodb-temp-data-file-path=ibtmp1:8M:autoextend
innodb-flush-log-at-trx-commit=${GALERA_FLUSH:-1}
innodb-autoinc-lock-mode=2
binlog-format=ROW
wsrep-on=ON
wsrep-provider=/usr/lib/galera/libgalera_smm.so
wsrep-cluster-name=loyalty
wsrep-cluster-address=gcomm://$(group)
wsrep-node-name=n$n
wsrep-node-address=$(inner "$n")
wsrep-sst-method=rsync
wsrep-sst-receive-address=$(inner "$n"):$(($(group_port "$n") + 2))
wsrep-slave-threads=2
wsrep-provider-options="base_host=$(inner "$n");base_port=$(group_port "$n");gmcast.listen_addr=tcp://$(inner "$n"):$(group_port "$n");ist.recv_addr=$(inner "$n"):$(($(group_port "$n") + 1));gcache.size=64M;evs.keepalive_period=PT0.5S;evs.suspect_timeout=PT${suspect}S;evs.inactive_timeout=PT$((2 * suspect))S"
CONF
}

# Starts node N. One that was killed is told where its data ends, and so catches up without a copy of everything.
launch() {
    local n=$1 home="$folder/n$1" position=""
    shift
    configure "$n"
    if grep -q '^seqno: *-1' "$home/data/grastate.dat" 2>/dev/null; then
        rm -f "$home/recover.log"
        $(as_user) mariadbd --defaults-file="$home/my.cnf" --wsrep-recover --skip-networking \
            --log-error="$home/recover.log" --socket="$home/r.sock" >/dev/null 2>&1 || true
        position=$(sed -n 's/.*Recovered position: *\([^,]*\).*/\1/p' "$home/recover.log" | tail -1)
        [ -z "$position" ] || set -- "$@" "--wsrep-start-position=$position"
    fi
    # shellcheck disable=SC2046 # lists of words
    setsid $(spaces && echo "ip netns exec $links$n") $(as_user) mariadbd --defaults-file="$home/my.cnf" "$@" \
        </dev/null >>"$home/out.log" 2>&1 &
    echo $! >"$home/pid"
}
await() { # that node N has caught up
    local n=$1
    for _ in $(seq 1 3000); do
        [ "$(query "$n" "SHOW STATUS LIKE 'wsrep_local_state_comment'" 2>/dev/null | cut -f 2)" != Synced ] || return 0
        kill -0 "$(cat "$folder/n$n/pid")" 2>/dev/null || break
        sleep 0.1
    done
    echo "node $n did not start; see $folder/n$n/error.log" >&2
    grep ERROR "$folder/n$n/error.log" | tail -5 >&2
    return 1
}
signal() { # NAME of node N
    local pid
    pid=$(pid "$2") || { echo "node $2 ended by itself; see $folder/n$2/error.log" >&2; return 1; }
    kill "-$1" "$pid"
}
finish() { # ends node N in good order
    kill -TERM "$(pid "$1")"
    for _ in $(seq 1 300); do pid "$1" >/dev/null || return 0; sleep 0.1; done
}

bridges_up() { # fails where this process may not
    local n kind
    for kind in i o; do
        ip link add "${links}b$kind" type bridge && ip link set "${links}b$kind" up || return 1
    done
    ip addr add "$(outer 254)/24" dev "${links}bo" || return 1
    for n in $nodes; do
        ip netns add "$links$n" && ip -n "$links$n" link set lo up || return 1
        for kind in i o; do
            ip link add "$links$kind$n" type veth peer name "$kind" netns "$links$n" &&
                ip link set "$links$kind$n" master "${links}b$kind" up &&
                ip -n "$links$n" addr add "$([ "$kind" = i ] && inner "$n" || outer "$n")/24" dev "$kind" &&
                ip -n "$links$n" link set "$kind" up || return 1
        done
    done
    # Nobody listens there: who hears so has been reached. A firewall may swallow what passes a bridge.
    refused "$(inner 2)" ip netns exec "${links}1" && refused "$(outer 1)"
}
refused() { # ADDRESS, and the command before the one that asks
    local address=$1
    shift
    { LC_ALL=C "$@" timeout 10 bash -c "</dev/tcp/$address/9" 2>&1 || true; } | grep -q refused
}
bridges_down() {
    local n kind
    for kind in i o; do
        for n in $nodes; do ip link del "$links$kind$n" 2>/dev/null || true; done
        ip link del "${links}b$kind" 2>/dev/null || true
    done
    for n in $nodes; do ip netns del "$links$n" 2>/dev/null || true; done
}
# Chooses the network, once for a cluster.
choose() {
    local why wanted=${GALERA_NETWORK:-loopback}
    network=$wanted links=- place=0 first_port=${GALERA_PORT:-0}
    if [ "$wanted" != loopback ]; then
        network=namespaces links=$(printf 'lyg%04x' "$RANDOM")
        for _ in $(seq 1 100); do
            place=$((RANDOM % 120 * 2))
            ip -4 -o addr | grep -qF " $(outer 254)/" || break
        done
        if why=$(bridges_up 2>&1); then :; else
            bridges_down
            echo "no networks of their own for the nodes: ${why:-packets do not pass between them}" >&2
            [ "$wanted" = auto ] || exit 1
            network=loopback
        fi
    fi
    if [ "$network" = loopback ] && [ "$first_port" = 0 ]; then
        for _ in $(seq 1 100); do
            first_port=$((20000 + RANDOM % 60 * 200))
            ss -Htnl | awk -v from="$first_port" \
                '{ sub(/.*:/, "", $4); if ($4 >= from && $4 < from + 200) exit 1 }' && break
        done
    fi
    echo "$network $links $place $first_port" >"$folder/network"
}

# The first node, and copies of its data for the others: faster than three empty nodes that copy over the network.
found() {
    configure 1
    $(as_user) mariadb-install-db --defaults-file="$folder/n1/my.cnf" --auth-root-authentication-method=normal \
        --skip-test-db --skip-name-resolve >"$folder/n1/install.log" 2>&1
    launch 1 --wsrep-new-cluster
    await 1
    query 1 "CREATE USER loyalty@'%' IDENTIFIED BY 'loyalty'; GRANT ALL ON *.* TO loyalty@'%'"
    finish 1
    for n in 2 3; do
        configure "$n"
        cp -a "$folder/n1/data/." "$folder/n$n/data/"
        rm -f "$folder/n$n/data/galera.cache" "$folder/n$n/data/gvwstate.dat"
        sed -i 's/^safe_to_bootstrap:.*/safe_to_bootstrap: 0/' "$folder/n$n/data/grastate.dat"
    done
}

# Of nodes that have all stopped, the one whose data goes furthest begins.
begin() {
    local n best=1 furthest=-2 at
    for n in $nodes; do
        at=$(sed -n 's/^seqno: *//p' "$folder/n$n/data/grastate.dat")
        if [ "$at" = -1 ]; then
            $(as_user) mariadbd --defaults-file="$folder/n$n/my.cnf" --wsrep-recover --skip-networking \
                --log-error="$folder/n$n/recover.log" --socket="$folder/n$n/r.sock" >/dev/null 2>&1 || true
            at=$(sed -n 's/.*Recovered position: *[^:]*:\([0-9-]*\).*/\1/p' "$folder/n$n/recover.log" | tail -1)
        fi
        if [ "${at:--1}" -gt "$furthest" ]; then best=$n furthest=${at:--1}; fi
    done
    sed -i 's/^safe_to_bootstrap:.*/safe_to_bootstrap: 1/' "$folder/n$best/data/grastate.dat"
    launch "$best" --wsrep-new-cluster
    await "$best"
}

start() {
    mkdir -p "$folder"
    chmod 755 "$folder"
    $(as_user) true || { echo "as root the nodes run as mysql: CAP_SETUID, CAP_SETGID and CAP_CHOWN are needed" >&2; exit 1; }
    [ -n "$network" ] || choose
    [ -d "$folder/n3/data/mysql" ] || found
    pid 1 >/dev/null || pid 2 >/dev/null || pid 3 >/dev/null || begin
    for n in $nodes; do pid "$n" >/dev/null || launch "$n"; done
    for n in $nodes; do await "$n"; done
    for n in $nodes; do echo "$(outer "$n"):$(port "$n")"; done
}
stop() {
    local n pid
    for n in $nodes; do
        if pid=$(pid "$n"); then kill -KILL "$pid"; fi
    done
    for n in $nodes; do while pid "$n" >/dev/null; do sleep 0.1; done; done
    ! spaces || bridges_down
    rm -rf "$folder"
}

case "${1:-}" in
    start) start ;;
    stop) stop ;;
    kill) signal KILL "$2" ;;
    freeze) signal STOP "$2" ;;
    thaw) signal CONT "$2" ;;
    cut) if spaces; then ip link set "$links$([ "${3:-nodes}" = clients ] && echo o || echo i)$2" nomaster; else
        query "$2" "SET GLOBAL wsrep_provider_options = 'gmcast.isolate=1'"; fi ;;
    heal) if spaces; then for kind in i o; do ip link set "$links$kind$2" master "${links}b$kind"; done; else
        query "$2" "SET GLOBAL wsrep_provider_options = 'gmcast.isolate=0'"; fi ;;
    node) launch "$2"; await "$2" ;;
    query) n=$2; shift 2; query "$n" "$@" ;;
    *) sed -n '2,26s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac
