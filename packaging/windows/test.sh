#!/usr/bin/env bash
# All that is tried of the Windows program under wine: packaging/windows/test.sh [RESIDENTS [KILLS [PICTURES]]]
#
# Its unit tests, a day at a desk (smoke.sh, on sample_data and on a mixed sample of RESIDENTS: 2000), runs that are
# killed (kills.sh, KILLS: 20), and the pages in a browser (pages.sh, what the screen shows goes to the folder PICTURES).
# Builds without optimisation, in a folder of its own ($CARGO_TARGET_DIR, or target/windows). LAMSACH_LINUX names the
# Linux program of the same source to compare with; it is built where none is named.
set -euo pipefail
cd "$(dirname "$0")/../.."
residents=${1:-2000} kills=${2:-20} pictures=${3:-}
begun=$(date +%s)
part() { printf '== %s (after %s s)\n' "$1" $(($(date +%s) - begun)); }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# One Windows for all of them.
export LAMSACH_WINE=${LAMSACH_WINE:-$work/wine}

linux=${LAMSACH_LINUX:-}
if [ -z "$linux" ]; then
    part "the Linux program"
    # As the tests of the pages build it.
    cargo test --locked --features encryption --test it --no-run
    linux=${CARGO_TARGET_DIR:-target}/debug/lamsach
fi
(
    part "the Windows program"
    export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/target/windows}
    export CARGO_PROFILE_DEV_OPT_LEVEL=0 CARGO_PROFILE_DEV_DEBUG=none CARGO_INCREMENTAL=0
    target=x86_64-pc-windows-gnu
    rust=$(packaging/windows/toolchain.sh | tail -1)
    unset RUSTUP_TOOLCHAIN
    export PATH="$rust/bin:$PATH"
    cargo build --locked --target $target --bin lamsach
    packaging/windows/opener.sh "$CARGO_TARGET_DIR/$target/debug/Mo-lamsach.exe"
    ln -sfn "$CARGO_TARGET_DIR/$target/debug" "$work/program"
)
exe=$work/program/lamsach.exe
part "unit tests"
packaging/windows/unit-tests.sh
part "a day at a desk"
packaging/windows/smoke.sh "$exe" "$linux" "$residents"
part "kills"
packaging/windows/kills.sh "$exe" "$linux" "$kills"
part "pages"
packaging/windows/pages.sh "$exe" ${pictures:+"$pictures"}
part "all done"
