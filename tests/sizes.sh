#!/bin/sh
# What a member and an entry take on disk, in SQLite and in InnoDB: sizes.sh [LOYALTY]
# Imports the sales of a café into both: MEMBERS members (1000) with ten purchases each, of two articles, in the order of
# time, so that pages are as full as in use. LOYALTY is the command line (default target/release/loyalty). A private
# server is started and removed. Needs sqlite3 with dbstat, python3 and mariadb.
set -eu

here=$(cd "$(dirname "$0")/.." && pwd)
loyalty=${1:-$here/target/release/loyalty}
folder=$(mktemp -d "${TMPDIR:-/tmp}/sizes.XXXXXX")
trap '"$here/tests/mariadb/stop.sh" "$folder/server" --purge >/dev/null 2>&1 || true; rm -rf "$folder"' EXIT
chmod 755 "$folder"
"$here/tests/mariadb/start.sh" "$folder/server"
sql() { mariadb --no-defaults --socket="$folder/server/s.sock" --user=root --skip-column-names --batch -e "$1"; }
sql "CREATE DATABASE sizes"
file=sqlite:$folder/loyalty.db
server="mysql://root@localhost/sizes?socket=$folder/server/s.sock"
sales=$folder/sales.csv
python3 - "${MEMBERS:-1000}" >"$sales" <<'PYTHON'
import datetime, random, sys
random.seed(7)
print("invoice,datetime,customer_id,stock_code,quantity,unit_price")
number, members = 0, int(sys.argv[1])
# Within a year of today, so that no points have ended.
first = datetime.date.today() - datetime.timedelta(days=10 * 28)
for month in range(10):
    for member in random.sample(range(1, members + 1), members):
        number += 1
        for article in random.sample(range(30), 2):
            hour, day = 8 + number * 10 // members % 10, 28 * month + (number - 1) % members * 28 // members
            print(f"V-{number},{first + datetime.timedelta(days=day)}T{hour:02}:00:00-03:00,{member},articulo-{article:02},1,{1500 + 100 * article}")
PYTHON
for database in "$file" "$server"; do
    "$loyalty" --database "$database" --json import-sales "$sales" >"$folder/report.json"
done
sqlite3 "$folder/loyalty.db" "PRAGMA wal_checkpoint(TRUNCATE)" >/dev/null
sqlite3 "$folder/loyalty.db" "SELECT name, SUM(pgsize) FROM dbstat GROUP BY name" >"$folder/sqlite.txt"
sqlite3 "$folder/loyalty.db" "SELECT tbl_name, name FROM sqlite_master WHERE type IN ('table', 'index')" >"$folder/owners.txt"
tables=$(sql "SELECT GROUP_CONCAT(TABLE_NAME) FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'sizes' AND TABLE_TYPE = 'BASE TABLE'")
sql "USE sizes; ANALYZE TABLE $tables" >/dev/null
sql "SELECT TABLE_NAME, DATA_LENGTH + INDEX_LENGTH FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'sizes' AND TABLE_TYPE = 'BASE TABLE'" >"$folder/mysql.txt"
for table in $(echo "$tables" | tr , ' '); do
    echo "$table $(sql "SELECT COUNT(*) FROM sizes.$table")"
done >"$folder/rows.txt"
python3 - "$folder" <<'PYTHON'
import sys
folder = sys.argv[1]
lines = lambda name, sep: [line.strip().split(sep) for line in open(f"{folder}/{name}") if line.strip()]
rows = {table: int(count) for table, count in lines("rows.txt", " ")}
owner = {name: table for table, name in lines("owners.txt", "|")}
sqlite, mysql = {}, {}
for name, size in lines("sqlite.txt", "|"):
    table = owner.get(name, name)
    sqlite[table] = sqlite.get(table, 0) + int(size)
for name, size in lines("mysql.txt", "\t"):
    mysql[name] = int(size)
members, entries = rows["loyalty_users"], rows["loyalty_transactions"]
print(f"{members} members, {entries} entries")
print(f"{'table':28}{'rows':>9}{'SQLite B/row':>14}{'InnoDB B/row':>14}")
for table in sorted(rows, key=lambda table: -mysql[table]):
    if rows[table] >= 100:
        print(f"{table:28}{rows[table]:>9}{sqlite[table] / rows[table]:>14.0f}{mysql[table] / rows[table]:>14.0f}")
of_member = ("loyalty_users", "loyalty_persons", "loyalty_identities")
for name, sizes in (("SQLite", sqlite), ("InnoDB", mysql)):
    own = sum(sizes.get(table, 0) for table in of_member)
    rest = sum(size for table, size in sizes.items() if rows.get(table, 0) >= 100 and table not in of_member)
    print(f"{name}: {own / members:.0f} B a member, {rest / entries:.0f} B an entry with all that belongs to it")
PYTHON
