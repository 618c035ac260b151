#!/bin/sh
# measure.sh [PROFILE]: the size of the installed C library, and how long it takes to load it and to open an engine.
#
# PROFILE is release, as `make install` builds it, or dev or demo, which are built sooner.
set -eu

cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
make --no-print-directory install PROFILE="${1:-release}" PREFIX="$work" >/dev/null
library=$(readlink -f "$work/lib/libloyalty.so")
strip -o "$work/stripped.so" "$library"
strip -g -o "$work/stripped.a" "$work/lib/libloyalty.a"

size() { printf '%-34s %8.2f MB\n' "$1" "$(stat -c %s "$2" | awk '{ print $1 / 1e6 }')"; }
size "shared library" "$library"
size "shared library, stripped" "$work/stripped.so"
size "static library" "$work/lib/libloyalty.a"
size "static library, stripped -g" "$work/stripped.a"

cc -std=c11 -O2 -I include tests/c/measure.c -o "$work/measure" -ldl
"$work/measure" "$library" "sqlite:$work/loyalty.db"
