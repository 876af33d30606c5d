#!/usr/bin/env bash
# Installs the package in a clean root made by debootstrap, runs it there, removes and purges it:
#   packaging/debian/test.sh FILE.deb [SUITE]
# Needs root and Debian's mirror. SUITE: bookworm.
set -euo pipefail
deb=$(realpath "$1") suite=${2:-bookworm}
# shellcheck source=packaging/clean-root.sh
. "$(dirname "$0")/../clean-root.sh"
root=$work
debootstrap --variant=minbase "$suite" "$root" "${LAMSACH_DEBIAN_MIRROR:-http://deb.debian.org/debian}" >/dev/null
within() { LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive chroot "$root" "$@"; }

cp "$deb" "$root/tmp/lamsach.deb"
within dpkg -i /tmp/lamsach.deb >/dev/null 2>"$root/tmp/told" || { cat "$root/tmp/told"; fail "not installed"; }
ok
within lamsach --version --verbose
for file in /usr/bin/lamsach /lib/systemd/system/lamsach.service /lib/systemd/system/lamsach.timer \
    /usr/share/man/man1/lamsach.1.gz /usr/share/bash-completion/completions/lamsach \
    /usr/share/doc/lamsach/copyright /usr/lib/sysusers.d/lamsach.conf; do
    [ -e "$root$file" ] || fail "$file is missing"
    ok
done
grep -q '/usr/bin/lamsach run' "$root/lib/systemd/system/lamsach.service" || fail "the unit starts another program"
[ "$(within stat -c '%U %a' /var/lib/lamsach)" = 'lamsach 700' ] || fail "the folder of the data is not private"
ok
cp -r "$data" "$root/var/lib/lamsach/data"
within chown -R lamsach: /var/lib/lamsach/data
within su lamsach -s /bin/sh -c \
    'cd && lamsach run data --units data/units.csv --as-of 20/11/2026 --out ket-qua -q && lamsach status ket-qua' \
    || fail "it does not run as its user"
ok
within dpkg -r lamsach >/dev/null
within dpkg -P lamsach
[ ! -e "$root/usr/bin/lamsach" ] || fail "the program is still there"
[ -e "$root/var/lib/lamsach/ket-qua/latest/summary.json" ] || fail "purging took the data"
ok
printf '%s passed, 0 failed\n' "$passed"
