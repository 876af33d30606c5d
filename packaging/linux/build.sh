#!/usr/bin/env bash
# Makes the archive for servers with any Linux of the last years, without a package: packaging/linux/build.sh [OUT]
#
# OUT/lamsach-<version>-linux-x86_64.tar.gz with the program, its units, man page, completions and licences; its checksum and
# its bill of materials. The program asks for no newer C library than that of RHEL 9 (2.34), which Debian 12 and Ubuntu 22.04
# have too, and for no other library than those of the C library and the compiler. Variables: LAMSACH_PROFILE (release),
# LAMSACH_FEATURES (encryption), LAMSACH_PROGRAM (one that is built already), LAMSACH_NO_SBOM=1, CARGO_TARGET_DIR, SOURCE_DATE_EPOCH.
set -euo pipefail
cd "$(dirname "$0")/../.."
out=$(realpath -m "${1:-target/packages}")
oldest=GLIBC_2.34
fail() { printf '%s\n' "build.sh: $*" >&2; exit 1; }
# shellcheck source=packaging/release-env.sh
. packaging/release-env.sh
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/target}

program=${LAMSACH_PROGRAM:-}
if [ -z "$program" ]; then
    cargo build --locked --profile "$profile" --bin lamsach ${LAMSACH_FEATURES:+--features "$LAMSACH_FEATURES"}
    folder=$profile
    [ "$profile" = dev ] && folder=debug
    program=$CARGO_TARGET_DIR/$folder/lamsach
fi

# What is older than the newest C library that it asks for cannot start it.
asked=$(objdump -T "$program" | grep -o 'GLIBC_[0-9.]*' | sort -uV | tail -1)
[ "$(printf '%s\n' "$asked" "$oldest" | sort -V | tail -1)" = "$oldest" ] || fail "the program asks for $asked; build it on a system as old as Debian 12"
libraries=$(objdump -p "$program" | sed -n 's/^ *NEEDED *//p' | sort)
foreign=$(grep -Ev '^(libc\.so\.6|libm\.so\.6|libgcc_s\.so\.1|ld-linux-x86-64\.so\.2)$' <<<"$libraries" || true)
[ -z "$foreign" ] || fail "the program asks for libraries that a server need not have: $foreign"
printf 'asks for %s; linked with:\n' "$asked"
ldd "$program"

name=lamsach-$version-linux-x86_64
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
stage=$work/$name
mkdir -p "$stage/systemd" "$stage/completions"
strip --strip-debug -o "$stage/lamsach" "$program"
"$program" man >"$stage/lamsach.1"
for shell in bash zsh fish; do "$program" completions $shell >"$stage/completions/lamsach.$shell"; done
cp packaging/systemd/* "$stage/systemd/"
cp LICENSE-MIT LICENSE-APACHE data/NOTICE.md "$stage/"
python3 packaging/licences.py x86_64-unknown-linux-gnu "$LAMSACH_FEATURES" >"$stage/GIAY-PHEP-THU-VIEN.txt"
(cd "$stage" && find . -type f ! -name SHA256SUMS -print0 | LC_ALL=C sort -z | xargs -0 sha256sum >SHA256SUMS)
chmod -R u=rwX,go=rX "$stage"
mkdir -p "$out"
tar -C "$work" --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" -cf - "$name" | gzip -9n >"$out/$name.tar.gz"
(cd "$out" && sha256sum "$name.tar.gz" >"$name.tar.gz.sha256")
[ -n "${LAMSACH_NO_SBOM:-}" ] || packaging/sbom.sh x86_64-unknown-linux-gnu "$out/$name.cdx.json"
(cd "$out" && du -h --apparent-size "$name.tar.gz")
