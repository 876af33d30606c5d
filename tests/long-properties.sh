#!/usr/bin/env bash
# The property tests at length: a million cases each from a fresh seed, optimised, with overflow checks. Takes hours.
# Arguments choose tests, as those of `cargo test` do: `tests/long-properties.sh vietnamese:: linkage::`.
# A find is kept by proptest under `proptest-regressions/`; CONTRIBUTING.md says what becomes of it.
set -euo pipefail
cd "$(dirname "$0")/.."

seed=${PROPTEST_RNG_SEED:-$(od -An -N8 -tu8 /dev/urandom | tr -d ' ')}
cases=${PROPTEST_CASES:-1000000}
export PROPTEST_RNG_SEED=$seed PROPTEST_CASES=$cases LAMSACH_FUZZ_CASES=$cases
# Cases that a property sets aside must not end it before its time.
export PROPTEST_MAX_GLOBAL_REJECTS=$cases PROPTEST_MAX_LOCAL_REJECTS=$cases
echo "seed $seed, $cases cases a property"

# The libraries are those of a release build; only the crate itself is built with checks.
cargo test --release --locked --lib \
    --config 'profile.release.package.lamsach.debug-assertions=true' \
    --config 'profile.release.package.lamsach.overflow-checks=true' \
    -- "$@"
