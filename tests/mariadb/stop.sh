#!/bin/sh
# Stops what start.sh started, and only that: stop.sh FOLDER [--purge]
set -eu

folder=$(realpath -m "${1:?folder}")
if [ -s "$folder/pid" ]; then
    pid=$(cat "$folder/pid")
    if tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -q -- "$folder"; then kill -9 "$pid"; fi
    rm -f "$folder/pid"
fi
[ "${2:-}" != --purge ] || rm -rf "$folder"
