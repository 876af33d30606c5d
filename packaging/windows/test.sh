#!/usr/bin/env bash
# The unit tests and a day at a desk of the Windows program, under wine: packaging/windows/test.sh
#
# Builds without optimisation, in a folder of its own ($CARGO_TARGET_DIR, or target/windows). Left out, with reasons:
# see the list below. LAMSACH_LINUX names the Linux program to compare with (built where it does not).
set -euo pipefail
cd "$(dirname "$0")/../.."
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/target/windows} LAMSACH_FEATURES=${LAMSACH_FEATURES-}
export CARGO_PROFILE_DEV_OPT_LEVEL=0 CARGO_PROFILE_DEV_DEBUG=none INSTA_UPDATE=no CARGO_INCREMENTAL=0
target=x86_64-pc-windows-gnu
rust=$(packaging/windows/toolchain.sh | tail -1)
native=$PATH
export PATH="$rust/bin:$PATH"
unset RUSTUP_TOOLCHAIN

cargo build --locked --target $target --bin lamsach
cargo test --locked --target $target --lib --no-run
wine_home=${LAMSACH_WINE:-$(mktemp -d)}
export LAMSACH_WINE=$wine_home
# shellcheck source=packaging/windows/wine.sh
. packaging/windows/wine.sh
start_wine

# Where a test is left out under wine, the reason stands behind it.
skipped=(
)
skip=()
for test in "${skipped[@]}"; do skip+=(--skip "$test"); done
tests=$(ls -t "$CARGO_TARGET_DIR/$target"/debug/deps/lamsach-*.exe | while read -r exe; do
    wine "$exe" --list 2>/dev/null | grep -q 'disk::pointer' && { echo "$exe"; break; }
done)
[ -n "$tests" ] || { echo "no unit tests were built" >&2; exit 1; }
PROPTEST_RNG_SEED=20261120 CARGO_MANIFEST_DIR="Z:${PWD//\//\\}" wine "$tests" -q --test-threads 2 "${skip[@]}"

linux=${LAMSACH_LINUX:-}
if [ -z "$linux" ]; then
    (PATH=$native CARGO_TARGET_DIR=$PWD/target cargo build --locked --bin lamsach)
    linux=target/debug/lamsach
fi
packaging/windows/smoke.sh "$CARGO_TARGET_DIR/$target/debug/lamsach.exe" "$linux"
