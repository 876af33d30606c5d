#!/usr/bin/env bash
# The pages of the Windows program in a real browser: packaging/windows/pages.sh LAMSACH.EXE [PICTURES]
#
# The program serves them under wine, Chromium on this system opens the address that it prints. Done by the browser tests
# of tests/it, which are told to start that program: an officer goes from the first start over files that are dropped and
# chosen, a question, and a run, to the list and the page to be printed; a list is printed and saved as a workbook; and
# what goes over the wire without a browser. PICTURES is a folder for what the screen shows.
set -euo pipefail
cd "$(dirname "$0")/../.."
exe=$(realpath "$1") pictures=${2:+$(realpath -m "$2")}
work=$(mktemp -d)
wine_home=${LAMSACH_WINE:-$work/wine}
# shellcheck source=packaging/windows/wine.sh
. packaging/windows/wine.sh
start_wine
# Wine has folders of one user; each test brings a home of its own, and afterwards they are as they were.
users=$WINEPREFIX/drive_c/users/$(id -un)
own=("$users/Documents" "$users/AppData/Local/lamsach" "$users/AppData/Roaming/lamsach")
give_back() {
    stop_wine
    rm -rf "${own[@]}"
    ln -s "$HOME" "$users/Documents"
    rm -rf "$work"
}
trap give_back EXIT

# Paths of this system are those of a drive there.
cat >"$work/lamsach" <<'WRAPPER'
#!/usr/bin/env bash
set -euo pipefail
users=$WINEPREFIX/drive_c/users/$(id -un)
if [ "$HOME" != "$LAMSACH_TEST_HOME" ]; then
    rm -rf "$users/Documents" "$users/AppData/Local/lamsach" "$users/AppData/Roaming/lamsach"
    ln -s "$HOME/Documents" "$users/Documents"
    for folder in Local Roaming; do
        mkdir -p "$HOME/AppData/$folder"
        ln -s "$HOME/AppData/$folder" "$users/AppData/$folder/lamsach"
    done
fi
arguments=()
for argument in "$@"; do
    case $argument in /*) argument=Z:$argument ;; esac
    arguments+=("$argument")
done
HOME=$LAMSACH_TEST_HOME exec wine "$LAMSACH_TEST_EXE" "${arguments[@]}"
WRAPPER
chmod +x "$work/lamsach"
export LAMSACH_TEST_WINE=$work/lamsach LAMSACH_TEST_EXE=$exe LAMSACH_TEST_HOME=$HOME
[ -z "$pictures" ] || export LAMSACH_SCREENSHOTS=$pictures

tests/install-browser.sh
# One after the other: they share the folders of wine's user.
cargo test --locked --features encryption --test it -- --test-threads 1 \
    review::desk:: review::browser::a_visit_list_is_printed_and_a_workbook_saved
