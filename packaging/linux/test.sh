#!/usr/bin/env bash
# Unpacks the archive in clean roots of other systems and runs the program there: packaging/linux/test.sh FILE.tar.gz [SYSTEM…]
#
# SYSTEM: bookworm (Debian 12), jammy (Ubuntu 22.04); both by default. Needs root and the mirrors of Debian and Ubuntu; where Ubuntu's keyring is not installed its packages are not checked:
# the roots are thrown away. The lists have to be those that the program makes here.
set -euo pipefail
archive=$(realpath "$1")
shift
systems=("$@")
[ ${#systems[@]} -gt 0 ] || systems=(bookworm jammy)
# shellcheck source=packaging/clean-root.sh
. "$(dirname "$0")/../clean-root.sh"
name=$(basename "$archive" .tar.gz)
lists() { (cd "$1/latest" && sha256sum worklists/*.csv links.csv review.csv); }
run=(run data --units data/units.csv --as-of 20/11/2026 --out ket-qua -q)

mkdir "$work/here"
tar -C "$work/here" -xzf "$archive"
cp -r "$data" "$work/here/data"
(cd "$work/here" && "./$name/lamsach" "${run[@]}")
for system in "${systems[@]}"; do
    case $system in
    bookworm) mirror=${LAMSACH_DEBIAN_MIRROR:-http://deb.debian.org/debian} ;;
    jammy) mirror=http://archive.ubuntu.com/ubuntu ;;
    *) fail "no system is called $system" ;;
    esac
    root=$work/$system
    debootstrap --variant=minbase "$system" "$root" "$mirror" >"$work/told" 2>&1 || { tail -5 "$work/told"; fail "no root of $system"; }
    tar -C "$root/opt" -xzf "$archive"
    (cd "$root/opt/$name" && sha256sum --quiet -c SHA256SUMS) || fail "$system: what was unpacked is not what was packed"
    ok
    cp -r "$data" "$root/opt/data"
    printf '%s: %s\n' "$system" "$(LC_ALL=C.UTF-8 chroot "$root" ldd --version | head -1)"
    LC_ALL=C.UTF-8 chroot "$root" /bin/sh -c "cd /opt && ldd $name/lamsach && $name/lamsach --version --verbose && $name/lamsach ${run[*]} && $name/lamsach status ket-qua" || fail "it does not run on $system"
    ok
    [ "$(lists "$root/opt/ket-qua")" = "$(lists "$work/here/ket-qua")" ] || fail "$system: other lists than here"
    ok
    rm -rf --one-file-system "$root"
done
printf '%s passed, 0 failed\n' "$passed"
