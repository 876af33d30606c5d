#!/usr/bin/env bash
# Makes the package for servers with Debian or Ubuntu, by cargo-deb: packaging/debian/build.sh [OUT]
#
# OUT/lamsach_<version>-1_amd64.deb, its checksum and its bill of materials. Variables: LAMSACH_PROFILE (release),
# LAMSACH_FEATURES (encryption), LAMSACH_PROGRAM (one that is built already), LAMSACH_NO_SBOM=1, CARGO_TARGET_DIR, SOURCE_DATE_EPOCH.
set -euo pipefail
cd "$(dirname "$0")/../.."
out=$(realpath -m "${1:-target/packages}")
fail() { printf '%s\n' "build.sh: $*" >&2; exit 1; }
# shellcheck source=packaging/release-env.sh
. packaging/release-env.sh
command -v cargo-deb >/dev/null || cargo install --quiet --locked --debug cargo-deb
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/target}
folder=$profile
[ "$profile" = dev ] && folder=debug

program=${LAMSACH_PROGRAM:-}
if [ -z "$program" ]; then
    cargo build --locked --profile "$profile" --bin lamsach ${LAMSACH_FEATURES:+--features "$LAMSACH_FEATURES"}
    program=$CARGO_TARGET_DIR/$folder/lamsach
fi

# The newest C library that it asks for: what is older than that cannot start it.
asks() { objdump -T "$program" | grep -o 'GLIBC_[0-9.]*' | sort -uV | tail -1; }
printf 'asks for %s; linked with:\n' "$(asks)"
ldd "$program"

# Written by the program itself, or as the package wants it: the units of the sources start /usr/local/bin.
assets=target/debian-assets
rm -rf $assets
mkdir -p $assets/units
strip --strip-debug -o $assets/lamsach "$program"
"$program" man | gzip -9n >$assets/lamsach.1.gz
"$program" completions bash >$assets/lamsach.bash
"$program" completions zsh >$assets/_lamsach
"$program" completions fish >$assets/lamsach.fish
for unit in packaging/systemd/*.service packaging/systemd/*.timer; do
    sed 's|/usr/local/bin/lamsach|/usr/bin/lamsach|' "$unit" >$assets/units/"$(basename "$unit")"
done
{
    printf 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: lamsach\n\n'
    printf 'Files: *\nLicense: MIT or Apache-2.0\n\nThe program:\n\n'
    cat LICENSE-MIT
    printf '\nApache-2.0: /usr/share/common-licenses/Apache-2.0\n\n'
    python3 packaging/licences.py x86_64-unknown-linux-gnu "$LAMSACH_FEATURES"
} >$assets/copyright
mkdir -p "$out"
cargo deb --locked --no-build --no-strip --profile "$profile" --output "$out/"
deb=$(cd "$out" && ls -t lamsach_*.deb | head -1)
[ -n "$deb" ] || fail "no package was made"
(cd "$out" && sha256sum "$deb" >"$deb.sha256")
[ -n "${LAMSACH_NO_SBOM:-}" ] || packaging/sbom.sh x86_64-unknown-linux-gnu "$out/${deb%.deb}.cdx.json"
(cd "$out" && du -h --apparent-size "$deb")
