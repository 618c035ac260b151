#!/bin/sh
# threads.sh: threads that share a handle, and close it under each other, under ThreadSanitizer.
#
# All is instrumented but Rust's own library: the engine by the compiler, with a switch that stable Rust keeps for its
# makers (hence RUSTC_BOOTSTRAP), SQLite and the tests by gcc. The runtime is Rust's, which is the newer one.
set -eu

cd "$(dirname "$0")/.."
host=$(rustc -vV | sed -n 's/^host: //p')
runtime=$(find "$(rustc --print sysroot)/lib/rustlib/$host" -name '*_rt.tsan.a')
RUSTC_BOOTSTRAP=1 RUSTFLAGS="-Zsanitizer=thread -Cunsafe-allow-abi-mismatch=sanitizer" \
    CFLAGS="-fsanitize=thread -g" cargo build -p loyalty-ffi --target "$host"
built=${CARGO_TARGET_DIR:-target}/$host/debug
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for source in arguments calls closing fork main threads; do
    gcc -std=c11 -fsanitize=thread -g -I include -c "tests/c/$source.c" -o "$work/$source.o"
done
gcc "$work"/*.o "$built/libloyalty_ffi.a" -Wl,--whole-archive "$runtime" -Wl,--no-whole-archive \
    -Wl,--export-dynamic -o "$work/tests" -pthread -ldl -lm -lrt -lgcc_s
TSAN_OPTIONS="suppressions=loyalty-ffi/threads.supp exitcode=66" \
    "$work/tests" "sqlite:$work/loyalty.db" 50 threads closing
echo "no data race"
