#!/usr/bin/env bash
# Serves the café's pages with PHP's own server, over two years of real sales. `make demo` calls it.
#   PORT=8080      where to listen
#   CAFE_VAR=var   folder of the database, the report of the import, the orders and the sessions
#   CAFE_BUILD=    folder of the built engine, if it is not target/demo
#   CAFE_HEALTH_TOKEN=   who brings it to health.php is told details
set -euo pipefail
cd "$(dirname "$0")"

root=$(cd ../.. && pwd)
export CAFE_VAR=${CAFE_VAR:-$PWD/var}
build=${CAFE_BUILD:-$root/target/demo}
port=${PORT:-8080}
database=sqlite:$CAFE_VAR/loyalty.db
report=$CAFE_VAR/demo.json

mkdir -p "$CAFE_VAR"
# The report is moved into place last: a database without one is from an import that was interrupted, and starts anew.
# The sales end yesterday, because later today would still lie in the future. Factor 100 makes all four tiers occur.
if [ ! -s "$report" ]; then
    # Sessions and orders too: those of another database may name members that this one lacks.
    rm -rf "$CAFE_VAR"/loyalty.db* "$CAFE_VAR/sessions" "$CAFE_VAR/orders"
    echo "importing the sales of examples/data ..."
    "$build/loyalty" --database "$database" --json import-sales \
        "$root/examples/data/online_retail2_sample.csv.gz" \
        --price-factor 100 --until "$(TZ=America/Santiago date -d yesterday +%F)" >"$report.new"
    mv "$report.new" "$report"
fi
# What cron does for a real shop: each step runs once a day, so members find today's reminders among their notices.
"$build/loyalty" --database "$database" --json run-tasks >/dev/null
mkdir -p "$CAFE_VAR/sessions"
chmod 700 "$CAFE_VAR/sessions"

echo "Café-VT is open: http://127.0.0.1:$port/ (Ctrl-C closes it)"
# -n: without the machine's ini files, or an extension installed there would be taken in place of the one just built.
export PHP_CLI_SERVER_WORKERS=4
exec php -n \
    -d extension="$build/libloyalty.so" -d loyalty.database="$database" \
    -d session.save_path="$CAFE_VAR/sessions" -d display_errors=0 -d log_errors=1 \
    -d expose_php=0 -S "127.0.0.1:$port" -t public router.php
