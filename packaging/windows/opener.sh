#!/usr/bin/env bash
# Builds what an officer double-clicks: packaging/windows/opener.sh OUT.EXE [RESOURCE.O]
# The toolchain for Windows has to be first in PATH (toolchain.sh).
set -euo pipefail
cd "$(dirname "$0")"
out=$(realpath -m "$1")
rustc --edition 2024 --target x86_64-pc-windows-gnu --crate-name mo_lamsach -D warnings \
    -C opt-level=s -C strip=symbols ${2:+-C "link-arg=$(realpath "$2")"} -o "$out" mo-lamsach.rs
