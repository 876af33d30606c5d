#!/usr/bin/env bash
# Makes the package for officers on Windows from Debian 12: packaging/windows/build.sh [OUT]
#
# OUT/lamsach-<version>-windows-x86_64.zip with the program, how to use it, the task for the scheduler, licences and
# checksums; beside it its own checksum and its bill of materials. Missing packages of Debian are installed where that
# is allowed (root). Variables: LAMSACH_WINDOWS_TOOLCHAIN (where the toolchain is kept), LAMSACH_PROFILE (release),
# LAMSACH_FEATURES (none: encryption was not tried on Windows), LAMSACH_PROGRAM (one that is built already),
# LAMSACH_NO_SBOM=1, CARGO_TARGET_DIR, SOURCE_DATE_EPOCH.
set -euo pipefail
cd "$(dirname "$0")/../.."
here=packaging/windows
out=$(realpath -m "${1:-target/packages}")
target=x86_64-pc-windows-gnu

fail() { printf '%s\n' "build.sh: $*" >&2; exit 1; }
missing=()
for package in zip python3-minimal binutils-mingw-w64-x86-64; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
    [ "$(id -u)" -eq 0 ] || fail "install first: apt-get install --no-install-recommends ${missing[*]}"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${missing[@]}" >/dev/null
fi

export LAMSACH_FEATURES=${LAMSACH_FEATURES-}
# shellcheck source=packaging/release-env.sh
. packaging/release-env.sh
rust=$($here/toolchain.sh | tail -1)
export PATH="$rust/bin:$PATH"
unset RUSTUP_TOOLCHAIN CARGO_ENCODED_RUSTFLAGS
[ "$(rustc -vV | sed -n 's/^release: //p')" = "$rustc_version" ] || fail "the toolchain in $rust is another version"
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/target/windows}
if [ "$profile" = release ]; then
    # Where the sources stood is nobody's business.
    export RUSTFLAGS="--remap-path-prefix=$PWD=. --remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=cargo"
fi

# Icon, version and manifest, as Windows keeps them in a program.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
quad=${version%%-*}.0
cp $here/lamsach.ico "$work/"
sed "s/@QUAD@/$quad/" $here/lamsach.manifest >"$work/lamsach.manifest"
sed "s/@COMMAS@/${quad//./,}/; s/@VERSION@/$version/g; s/@SOURCE@/$source_state/" $here/lamsach.rc >"$work/lamsach.rc"
resource=$CARGO_TARGET_DIR/lamsach-resource.o
mkdir -p "$CARGO_TARGET_DIR"
(cd "$work" && x86_64-w64-mingw32-windres lamsach.rc -O coff -o resource.o)
# Linked anew only where it says something else.
cmp -s "$work/resource.o" "$resource" || cp "$work/resource.o" "$resource"

exe=${LAMSACH_PROGRAM:-}
if [ -z "$exe" ]; then
    cargo rustc --locked --target $target --profile "$profile" --bin lamsach \
        ${LAMSACH_FEATURES:+--features "$LAMSACH_FEATURES"} -- -C "link-arg=$resource"
    folder=$profile
    [ "$profile" = dev ] && folder=debug
    exe=$CARGO_TARGET_DIR/$target/$folder/lamsach.exe
fi
opener=$CARGO_TARGET_DIR/Mo-lamsach.exe
$here/opener.sh "$opener" "$resource"

# Every library that it asks for is Windows' own.
own='^(kernel32|kernelbase|ntdll|advapi32|bcrypt|bcryptprimitives|crypt32|secur32|userenv|ws2_32|iphlpapi|user32|shell32|ole32|oleaut32|psapi|pdh|powrprof|dbghelp|msvcrt|netapi32|shlwapi|rpcrt4|combase|synchronization|api-ms-win-[a-z0-9-]+)\.dll$'
imported=$(x86_64-w64-mingw32-objdump -p "$exe" "$opener" | sed -n 's/^\tDLL Name: //p' | tr '[:upper:]' '[:lower:]' | sort -u)
foreign=$(grep -Ev "$own" <<<"$imported" || true)
[ -z "$foreign" ] || fail "the program asks for libraries that Windows does not have: $foreign"
for program in "$exe" "$opener"; do
    sections=$(x86_64-w64-mingw32-objdump -h "$program")
    grep -q '\.rsrc' <<<"$sections" || fail "no icon, version and manifest in $(basename "$program")"
done

name=lamsach-$version-windows-x86_64
stage=$work/$name
mkdir -p "$stage"
cp "$exe" "$stage/lamsach.exe"
cp "$opener" "$stage/Mo-lamsach.exe"
x86_64-w64-mingw32-strip --strip-debug "$stage/lamsach.exe"
cp LICENSE-MIT LICENSE-APACHE data/NOTICE.md "$stage/"
cp $here/lamsach.xml "$stage/lich-hang-dem.xml"
# Notepad of older systems wants the mark and both ends of lines.
{ printf '\xef\xbb\xbf'; sed "s/@VERSION@/$version/; s/\$/\r/" $here/HUONG-DAN.txt; } >"$stage/HUONG-DAN.txt"
python3 packaging/licences.py $target "$LAMSACH_FEATURES" >"$stage/GIAY-PHEP-THU-VIEN.txt"
(cd "$stage" && sha256sum -- * >SHA256SUMS.txt)
find "$stage" -exec touch -d "@$SOURCE_DATE_EPOCH" {} +
mkdir -p "$out"
rm -f "$out/$name.zip"
(cd "$work" && find "$name" -type f | LC_ALL=C sort | TZ=UTC zip -q -X "$out/$name.zip" -@)
(cd "$out" && sha256sum "$name.zip" >"$name.zip.sha256")
[ -n "${LAMSACH_NO_SBOM:-}" ] || packaging/sbom.sh $target "$out/$name.cdx.json"
printf 'imports:%s\n' "$(tr '\n' ' ' <<<" $imported")"
(cd "$out" && du -h --apparent-size "$name.zip")
