#!/usr/bin/env bash
# The unit tests of the crate, built for Windows and run under wine: packaging/windows/unit-tests.sh [PART...]
#
# All of them (or those with a PART in their name: disk:: archive::) but those of not-under-wine.txt, which says why. Fails where another one fails, and where a test that is
# named there is gone. Built without optimisation in $CARGO_TARGET_DIR, or target/windows; LAMSACH_WINE as in wine.sh.
set -euo pipefail
cd "$(dirname "$0")/../.."
fail() { printf '%s\n' "unit-tests.sh: $*" >&2; exit 1; }

rust=$(packaging/windows/toolchain.sh | tail -1)
unset RUSTUP_TOOLCHAIN
export PATH="$rust/bin:$PATH" CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/target/windows}
export CARGO_PROFILE_DEV_OPT_LEVEL=0 CARGO_PROFILE_DEV_DEBUG=none CARGO_INCREMENTAL=0
export CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER=wine
# Started by cargo, the tests have the seed of their property tests.
tests=(cargo test --locked --target x86_64-pc-windows-gnu --lib)
"${tests[@]}" --no-run

work=$(mktemp -d)
wine_home=${LAMSACH_WINE:-$work/wine}
# shellcheck source=packaging/windows/wine.sh
. packaging/windows/wine.sh
start_wine
trap 'stop_wine; rm -rf "$work"' EXIT

# The first word of a line is the test, the others are the reason.
names=() skipped=()
there=$("${tests[@]}" --quiet -- --list | tr -d '\r')
while read -r name reason; do
    case $name in ''|'#'*) continue ;; esac
    [ -n "$reason" ] || fail "not-under-wine.txt gives no reason for $name"
    grep -Fxq "$name: test" <<<"$there" || fail "not-under-wine.txt names a test that is not there: $name"
    names+=("$name")
    skipped+=(--skip "$name")
done <packaging/windows/not-under-wine.txt

begun=$(date +%s)
code=0
# Without a name that is wanted, those that are not are whole names.
[ $# -gt 0 ] || skipped=(--exact "${skipped[@]}")
"${tests[@]}" --quiet -- "${skipped[@]}" "$@" >"$work/said" 2>&1 || code=$?
tr -d '\r' <"$work/said" | sed -n '/^failures:$/,$p'
result=$(tr -d '\r' <"$work/said" | grep '^test result: ' || true)
if [ -z "$result" ]; then
    tail -n 20 "$work/said" >&2
    fail "the tests did not come to their end"
fi
# What holds by now need not be listed.
if [ ${#names[@]} -gt 0 ]; then
    hold=$("${tests[@]}" -- --exact "${names[@]}" 2>&1 | tr -d '\r' | sed -n 's/^test \(.*\) \.\.\. ok$/\1/p' || true)
    [ -z "$hold" ] || printf 'listed in not-under-wine.txt, and holds: %s\n' "$hold"
fi
printf '%s; %s listed with a reason; %s s\n' "$result" "${#names[@]}" $(($(date +%s) - begun))
exit "$code"
