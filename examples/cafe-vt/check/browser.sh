# A browser in shell, and a server of its own to visit. check.sh reads it.

folder=$(mktemp -d)
jar=$folder/cookies
page=$folder/page.html
server=
extra=

finish() {
    # The server and its workers are one process group.
    for group in $server $extra; do
        kill -- "-$group" 2>/dev/null || true
        wait "$group" 2>/dev/null || true
    done
    rm -rf "$folder"
}
trap finish EXIT

fail() {
    echo "FAILED: $1" >&2
    if [ -s "$page" ]; then head -c 3000 "$page" >&2; fi
    if [ -s "$folder/log" ]; then tail -n 20 "$folder/log" >&2; fi
    exit 1
}

# visit STATUS PATH [curl's arguments]: loads a page, and says where it leads to in $location. STATUS `-` means any, also
# no answer at all.
visit() {
    local wanted=$1 path=$2 status
    shift 2
    : >"$folder/head" >"$page"
    status=$(curl -sS --max-time 30 -b "$jar" -c "$jar" -D "$folder/head" -o "$page" -w '%{http_code}' "$@" "$base/$path" \
        2>"$folder/curl") || [ "$wanted" = - ] || fail "$path does not answer"
    [ "$wanted" = - ] || [ "$status" = "$wanted" ] || fail "$path answers $status instead of $wanted"
    location=$(tr -d '\r' <"$folder/head" | sed -n 's/^Location: //p')
}

has() { grep -qF -- "$1" "$page" || fail "the page lacks: $1"; }
lacks() { if grep -qF -- "$1" "$page"; then fail "the page has: $1"; fi; }
# The first value of a field of that name on the page.
field() { grep -o "name=\"$1\" value=\"[^\"]*\"" "$page" | head -n 1 | cut -d '"' -f 4; }
# What the engine says, asked past the pages.
engine() { "$CAFE_BUILD/loyalty" --database "sqlite:$folder/loyalty.db" --json "$@"; }
# A whole number of the engine's one line of JSON.
number() { sed -n "s/.*\"$1\":\(-\{0,1\}[0-9]*\).*/\1/p"; }
# The same of money, which is text.
money() { sed -n "s/.*\"$1\":\"\(-\{0,1\}[0-9.]*\)\".*/\1/p"; }
# give USER POINTS: a present.
give() {
    engine record-transaction --user-id "$1" --transaction-type bonus --points "$2" --description present >/dev/null
}
balance() { engine profile --user-id "$1" | number current_points; }
# As the Spanish pages write numbers.
written() { sed -e ':again' -e 's/\([0-9]\)\([0-9]\{3\}\)\(\.\|$\)/\1.\2\3/' -e 't again' <<<"$1"; }
# Signs in as a member, who joins if nobody has the number.
enter() {
    rm -f "$jar"
    visit 200 index.php
    csrf=$(field csrf)
    visit 303 index.php -d "user_id=$1" -d join=1 -d "csrf=$csrf"
    [ "$location" = loyalty.php ] || fail "the sign-in leads to $location"
    visit 200 loyalty.php
    csrf=$(field csrf)
}

free_port() {
    php -n -r '$s = stream_socket_server("tcp://127.0.0.1:0"); echo substr(strrchr(stream_socket_get_name($s, false), ":"), 1);'
}

root=$(cd ../.. && pwd)
export CAFE_BUILD=${CAFE_BUILD:-$root/target/demo} CAFE_VAR=$folder CAFE_HEALTH_TOKEN=of-the-operator
port=$(free_port)
base=http://127.0.0.1:$port

# Job control gives the server a process group of its own.
set -m
PORT=$port ./serve.sh >"$folder/log" 2>&1 &
server=$!
set +m
curl -sS --retry 60 --retry-delay 1 --retry-all-errors --max-time 120 -o /dev/null "$base/health.php" 2>/dev/null \
    || fail "the server does not start"
