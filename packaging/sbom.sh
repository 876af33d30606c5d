#!/usr/bin/env bash
# packaging/sbom.sh TARGET FILE: the bill of materials of a build for TARGET, in CycloneDX (JSON), by cargo-cyclonedx.
set -euo pipefail
target=$1 file=$(realpath -m "$2")
cd "$(dirname "$0")/.."
command -v cargo-cyclonedx >/dev/null || cargo install --quiet --locked --debug cargo-cyclonedx
# It writes beside Cargo.toml, and nowhere else.
name=lamsach-sbom.$$
trap 'rm -f "$name.json"' EXIT
cargo cyclonedx --quiet --format json --target "$target" ${LAMSACH_FEATURES:+--features "$LAMSACH_FEATURES"} --override-filename "$name"
mkdir -p "$(dirname "$file")"
cp "$name.json" "$file"
