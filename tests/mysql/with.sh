#!/bin/sh
# Runs a command with a private MySQL, which LOYALTY_TEST_SERVER names, and removes it afterwards: with.sh COMMAND...
# Debian 12 has no MySQL: it is taken from Debian's unstable packages, with all libraries it needs, into target/mysql,
# where nothing of the system sees it.
set -eu

here=$(dirname "$(realpath "$0")")
home=$(realpath "$here/../..")/target/mysql
root=$home/root

if [ ! -x "$root/usr/sbin/mysqld" ]; then
    mkdir -p "$home/state/lists/partial" "$home/cache/archives/partial"
    : >"$home/status"
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian sid main" \
        >"$home/sources.list"
    # apt checks the signatures; an empty status makes it fetch all that is needed.
    options="-qq -o Dir::State=$home/state -o Dir::State::status=$home/status -o Dir::Cache=$home/cache
        -o Dir::Etc::sourcelist=$home/sources.list -o Dir::Etc::sourceparts=- -o APT::Sandbox::User=root"
    echo "fetching MySQL into $home"
    # shellcheck disable=SC2086 # a list of words
    apt-get $options update
    # shellcheck disable=SC2086
    apt-get $options -y --no-install-recommends --download-only install mysql-server-core
    for package in "$home"/cache/archives/*.deb; do dpkg-deb -x "$package" "$root"; done
    rm -rf "$home/state" "$home/cache"
fi

room=$(df --output=avail -k /dev/shm 2>/dev/null | tail -1)
base=${TMPDIR:-/tmp}
[ "${room:-0}" -le 2097152 ] || base=/dev/shm
folder=$(mktemp -d "$base/loyalty-XXXXXX")
server=""
trap '[ -z "$server" ] || kill -9 "$server"; rm -rf "$folder"' EXIT
trap 'exit 1' INT TERM
libraries=$root/usr/lib/x86_64-linux-gnu
mysqld="$root/usr/lib64/ld-linux-x86-64.so.2 --library-path $libraries $root/usr/sbin/mysqld --no-defaults
    --basedir=$root/usr --lc-messages-dir=$root/usr/share/mysql --datadir=$folder/data --secure-file-priv=NULL
    --socket=$folder/s.sock --pid-file=$folder/data/pid --skip-networking --mysqlx=OFF --disable-log-bin
    --log-error=$folder/error.log --innodb-flush-log-at-trx-commit=0 --max-connections=300 --user=$(id -un)"
# shellcheck disable=SC2086
$mysqld --initialize-insecure || { tail -20 "$folder/error.log" >&2; exit 1; }
# shellcheck disable=SC2086
$mysqld >/dev/null 2>&1 &
server=$!
for _ in $(seq 1 600); do
    mariadb --no-defaults --socket="$folder/s.sock" --user=root --execute="SELECT VERSION()" --skip-column-names \
        2>/dev/null && break
    kill -0 "$server" 2>/dev/null || { tail -20 "$folder/error.log" >&2; exit 1; }
    sleep 0.1
done
LOYALTY_TEST_SERVER="mysql://root@localhost/?socket=$folder/s.sock" "$@"
