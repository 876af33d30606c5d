#!/usr/bin/env bash
# Makes the toolchain that builds the Windows program on Debian, once: packaging/windows/toolchain.sh [DIR]
#
# rustup's servers need not be reachable, only Debian's: the standard library for x86_64-pc-windows-gnu is built from
# Debian's package of its sources, which has to be of exactly the version of the rustc that is installed. A private copy
# of the toolchain (hard links) gets the result; the installed toolchain stays as it is.
# DIR is $LAMSACH_WINDOWS_TOOLCHAIN, or ~/.cache/lamsach-windows. Done twice, the second time does nothing.
set -euo pipefail

dir=${1:-${LAMSACH_WINDOWS_TOOLCHAIN:-${XDG_CACHE_HOME:-$HOME/.cache}/lamsach-windows}}
suite=${LAMSACH_RUST_SRC_SUITE:-trixie-backports}
target=x86_64-pc-windows-gnu

fail() { printf '%s\n' "toolchain.sh: $*" >&2; exit 1; }

# Debian's packages that are missing are installed where that is allowed, and asked for where it is not.
needs() {
    local missing=()
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return
    [ "$(id -u)" -eq 0 ] || fail "install first: apt-get install --no-install-recommends ${missing[*]}"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${missing[@]}" >/dev/null
}

needs gcc-mingw-w64-x86-64-win32 debian-archive-keyring ca-certificates
command -v cargo >/dev/null || fail "no cargo in PATH: install Rust first"

version=$(rustc -vV | sed -n 's/^release: //p')
sysroot=$(rustc --print sysroot)
rust=$dir/rust-$version
if [ -e "$rust/.whole" ]; then
    printf '%s\n' "$rust"
    exit 0
fi
rm -rf "$rust"
mkdir -p "$dir"
work=$(mktemp -d "$dir/.work.XXXXXX")
trap 'rm -rf "$work"' EXIT

# 1. The sources, by an apt that knows only this suite and writes only here.
apt=$work/apt
mkdir -p "$apt"/{lists/partial,cache/archives/partial,sources.d}
cat >"$apt/sources.d/$suite.sources" <<SOURCES
Types: deb
URIs: ${LAMSACH_DEBIAN_MIRROR:-http://deb.debian.org/debian}
Suites: $suite
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
SOURCES
private=(-o "Dir::Etc::sourcelist=/dev/null" -o "Dir::Etc::sourceparts=$apt/sources.d" -o "Dir::State::lists=$apt/lists"
    -o "Dir::Cache=$apt/cache" -o "APT::Sandbox::User=$(id -un)" -o "Acquire::Languages=none")
apt-get "${private[@]}" update -qq
debian=$(apt-cache "${private[@]}" show rust-src | sed -n 's/^Version: //p' | grep -m1 -F "$version+" || true)
if [ -z "$debian" ]; then
    fail "$suite has no rust-src $version (it has $(apt-cache "${private[@]}" show rust-src | sed -n 's/^Version: //p' | tr '\n' ' ')).
  Debian keeps only the newest. Either set LAMSACH_RUST_SRC_SUITE to a suite that has it (snapshot.debian.org by
  LAMSACH_DEBIAN_MIRROR), or build in a chroot of one suite with that suite's own rustc, cargo and rust-src."
fi
(cd "$work" && apt-get "${private[@]}" download -qq "rust-src=$debian")
dpkg-deb -x "$work"/rust-src_*.deb "$work/src"
source=$(find "$work/src/usr/src" -maxdepth 1 -type d -name 'rustc-*' | head -1)
[ "$(basename "$source")" = "rustc-$version" ] || fail "rust-src $debian holds $(basename "$source"), not rustc-$version"

# 2. A private copy of the toolchain. The printed sysroot is the real folder: a toolchain's name may be a link, and a copy
#    of that link would change the installed one.
cp -al "$sysroot" "$work/rust"
rm -rf "$work/rust/lib/rustlib/src"
mkdir -p "$work/rust/lib/rustlib/src"
mv "$source" "$work/rust/lib/rustlib/src/rust"

# 3. The standard library, built once for the target.
mkdir -p "$work/empty/src"
printf '[package]\nname = "empty"\nversion = "0.0.0"\nedition = "2024"\n' >"$work/empty/Cargo.toml"
printf 'fn main() {}\n' >"$work/empty/src/main.rs"
(
    cd "$work/empty"
    export PATH="$work/rust/bin:$PATH" RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR="$work/target" CARGO_INCREMENTAL=0
    unset RUSTFLAGS CARGO_ENCODED_RUSTFLAGS RUSTUP_TOOLCHAIN
    cargo build --quiet --release -Zbuild-std=std,panic_unwind,proc_macro,test --target "$target"
)
libraries=$work/rust/lib/rustlib/$target/lib
mkdir -p "$libraries"
find "$work/target/$target/release/deps" -name '*.rlib' ! -name 'libempty*' -exec cp {} "$libraries/" \;
ls "$libraries"/libstd-*.rlib >/dev/null || fail "the standard library was not built"

# 4. What uses it builds an ordinary program with it.
(
    cd "$work/empty"
    export PATH="$work/rust/bin:$PATH" CARGO_TARGET_DIR="$work/trial"
    unset RUSTFLAGS CARGO_ENCODED_RUSTFLAGS RUSTUP_TOOLCHAIN
    [ "$(rustc -vV | sed -n 's/^release: //p')" = "$version" ] || fail "the copied rustc is another version"
    cargo build --quiet --target "$target"
)
touch "$work/rust/.whole"
mv "$work/rust" "$rust"
printf '%s\n' "$rust"
