#!/usr/bin/env bash
# A day at a desk with the Windows program, under wine: packaging/windows/test.sh [RESIDENTS]
#
# Builds without optimisation, in a folder of its own ($CARGO_TARGET_DIR, or target/windows). LAMSACH_LINUX names the
# Linux program of the same source to compare with; it is built where none is named.
set -euo pipefail
cd "$(dirname "$0")/../.."
residents=${1:-2000}
linux=${LAMSACH_LINUX:-}
if [ -z "$linux" ]; then
    cargo build --locked --bin lamsach
    linux=target/debug/lamsach
fi
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/target/windows}
export CARGO_PROFILE_DEV_OPT_LEVEL=0 CARGO_PROFILE_DEV_DEBUG=none CARGO_INCREMENTAL=0
target=x86_64-pc-windows-gnu
rust=$(packaging/windows/toolchain.sh | tail -1)
unset RUSTUP_TOOLCHAIN
PATH="$rust/bin:$PATH" cargo build --locked --target $target --bin lamsach
PATH="$rust/bin:$PATH" packaging/windows/opener.sh "$CARGO_TARGET_DIR/$target/debug/Mo-lamsach.exe"
packaging/windows/smoke.sh "$CARGO_TARGET_DIR/$target/debug/lamsach.exe" "$linux" "$residents"
