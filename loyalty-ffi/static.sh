#!/bin/sh
# static.sh BUILT WANTED: makes a static library of which only loyalty_* can be seen.
#
# As Cargo builds it, it also shows the SQLite inside; a program that links another SQLite would silently get this one.
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
ld -r --whole-archive "$1" -o "$work/loyalty.o"
# The bitcode that Rust's own library carries is of no use once the objects are one.
objcopy --remove-section .llvmbc --remove-section .llvmcmd --wildcard --keep-global-symbol 'loyalty_*' "$work/loyalty.o"
rm -f "$2"
ar rcsD "$2" "$work/loyalty.o"
chmod 644 "$2"
