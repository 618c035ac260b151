#!/bin/sh
# Starts a private MariaDB for the tests: start.sh FOLDER. The socket is FOLDER/s.sock; root has no password; no TCP.
# With TLS_PORT it also listens there on loopback, with a certificate for `localhost` of the authority FOLDER/ca.pem; the
# user `tls` (password `tls`) may come only that way.
# Does nothing when it runs already. With an owner, the server ends when that process has ended: start.sh FOLDER PID
set -eu

folder=$(realpath -m "${1:?folder}")
[ ${#folder} -le 90 ] || { echo "the path of a socket must be short: $folder" >&2; exit 2; }
ping() { mariadb-admin --no-defaults --socket="$folder/s.sock" --user=root ping >/dev/null 2>&1; }
if [ -s "$folder/pid" ] && kill -0 "$(cat "$folder/pid")" 2>/dev/null && ping; then exit 0; fi

mkdir -p "$folder/tmp"
as="" user=""
if [ "$(id -u)" -eq 0 ]; then
    # The server does not like to run as root; a root that may not become another makes it.
    as="setpriv --reuid=mysql --regid=$(id -g mysql) --clear-groups"
    if $as true 2>/dev/null; then chown mysql "$folder" "$folder/tmp"; else as="" user=--user=root; fi
fi
options="--no-defaults $user --datadir=$folder/data --tmpdir=$folder/tmp --innodb-log-file-size=32M
    --innodb-buffer-pool-size=128M --innodb-use-native-aio=0"
if [ ! -d "$folder/data/mysql" ]; then
    # shellcheck disable=SC2086 # both are lists of words
    $as mariadb-install-db $options --auth-root-authentication-method=normal --skip-test-db --skip-name-resolve \
        >"$folder/install.log" 2>&1
fi
network="--skip-networking"
if [ -n "${TLS_PORT:-}" ]; then
    network="--port=$TLS_PORT --bind-address=127.0.0.1 --ssl-cert=$folder/server.pem --ssl-key=$folder/server.key"
    new_key="-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
    # shellcheck disable=SC2086
    (
        cd "$folder"
        openssl req -x509 $new_key -days 2 -subj /CN=authority -keyout ca.key -out ca.pem
        openssl req $new_key -subj /CN=localhost -keyout server.key -out server.csr
        echo "subjectAltName=DNS:localhost" >names
        openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names -out server.pem
        [ -z "$as" ] || chown mysql server.key
    ) >"$folder/certificates.log" 2>&1
fi
# A test's data need not outlive the machine: nothing is synced, so that making tables takes no time.
case "${DURABLE:-0}" in 0) fast="--innodb-flush-method=nosync --debug-no-sync" ;; *) fast="" ;; esac
# shellcheck disable=SC2086
setsid $as mariadbd $options $fast --socket="$folder/s.sock" --pid-file="$folder/data/mariadbd.pid" $network \
    --innodb-flush-log-at-trx-commit="${DURABLE:-0}" --log-error="$folder/error.log" --max-connections=300 \
    --skip-name-resolve </dev/null >/dev/null 2>&1 &
echo $! >"$folder/pid"
if [ -n "${2:-}" ]; then
    (while kill -0 "$2" 2>/dev/null; do sleep 1; done; "$(dirname "$(realpath "$0")")/stop.sh" "$folder" --purge) \
        </dev/null >/dev/null 2>&1 &
fi
for _ in $(seq 1 300); do
    if ping; then
        [ -z "${TLS_PORT:-}" ] || mariadb --no-defaults --socket="$folder/s.sock" --user=root --execute="
            CREATE USER IF NOT EXISTS tls@'%' IDENTIFIED BY 'tls' REQUIRE SSL;
            GRANT ALL ON *.* TO tls@'%'; CREATE DATABASE IF NOT EXISTS shop"
        exit 0
    fi
    kill -0 "$(cat "$folder/pid")" 2>/dev/null || { tail -20 "$folder/error.log" >&2; exit 1; }
    sleep 0.05
done
echo "the server did not start within 15 seconds" >&2
exit 1
