#!/usr/bin/env bash
# The Windows program killed again and again in the middle of a run, under wine:
#   packaging/windows/kills.sh LAMSACH.EXE LAMSACH [N]
#
# N (200) runs on sample_data into one folder of results are killed after a delay; the delays go evenly from nothing to the
# length of a run. A run that ends before it is killed is made again. After every kill `latest` leads to a whole run, the store, its log and an officer's answer are
# whole, and the next run completes, leaves nothing begun and gives the lists of a run that nobody disturbed.
# LAMSACH is the Linux program of the same source: it looks at the folder, which is quicker than a start of wine, and so
# the reader is not the program that wrote.
set -euo pipefail
cd "$(dirname "$0")/../.."
exe=$(realpath "$1") linux=$(realpath "$2") times=${3:-200}
work=$(mktemp -d)
wine_home=${LAMSACH_WINE:-$work/wine}
# shellcheck source=packaging/windows/wine.sh
. packaging/windows/wine.sh
start_wine
running=
trap '[ -z "$running" ] || kill -9 "$running" 2>/dev/null || true; stop_wine; rm -rf "$work"' EXIT

data=$work/data out=$work/out
cp -r sample_data "$data"
# Folders of old runs would only fill the disk; that they go is part of what may be cut short.
printf '[retention]\nruns = 4\n' >"$data/lamsach.toml"
as_of=20/11/2026
night() { # PROGRAM... : one night on the folder
    "$@" run -q "$data" --units "$data/units.csv" --as-of $as_of --out "$out"
}
# Wine's own process becomes the program's, so that killing it kills the program.
begin() {
    wine "$exe" run -q "$data" --units "$data/units.csv" --as-of $as_of --out "$out" >"$work/said" 2>&1 &
    running=$!
}
now() { date +%s%3N; }
latest() { sed -n 2p "$out/latest" | tr -d '\r'; }

failures=0
fail() {
    failures=$((failures + 1))
    printf 'FAILED after kill %s at %s ms: %s\n' "$number" "$delay" "$*" >&2
    tail -n 3 "$work/said" "$work/told" >&2 2>/dev/null || true
}
number=0 delay=0

# The store, without opening the one that the program will open next: what is read here changes nothing there.
store_is_whole() {
    rm -rf "$work/copy"
    mkdir "$work/copy"
    cp "$out"/lamsach.db* "$work/copy/"
    python3 - "$work/copy/lamsach.db" >"$work/told" 2>&1 <<'PYTHON'
import sqlite3
import sys

store = sqlite3.connect(sys.argv[1])
checked = store.execute("PRAGMA integrity_check").fetchall()
if checked != [("ok",)] or store.execute("PRAGMA foreign_key_check").fetchall():
    sys.exit(f"the store is damaged: {checked[:3]}")
answers = store.execute("SELECT count(*) FROM decisions").fetchone()[0]
if answers != 1:
    sys.exit(f"{answers} answers in the store, not 1")
PYTHON
}
# What a run begins and ends under another name.
left_over() {
    find "$out" \( -name '.tmp*' -o -name '*.partial*' -o -name '.latest.next' -o -name '.lamsach-backup*' \) -printf '%P '
}
same_lists() { # FOLDER
    local at
    for at in worklists/dung.csv worklists/du.csv worklists/sach.csv worklists/song.csv links.csv review.csv rejects.csv; do
        cmp -s "$1/$at" "$work/undisturbed/$at" || { printf '%s ' "$at"; }
    done
}

# What a run is that nobody disturbs, how long it takes, and an answer that must never be lost.
night wine "$exe" >"$work/said" 2>&1 || { cat "$work/said" >&2; exit 1; }
case=$(sed -n 2p "$out/$(latest)/worklists/song.csv" | grep -o '[A-Z]*-[0-9]*-[0-9a-f]\{12\}' | head -1)
wine "$exe" decide "$case" false_alarm --by An --out "$out" >"$work/said" 2>&1 || { cat "$work/said" >&2; exit 1; }
begun=$(now)
night wine "$exe" >"$work/said" 2>&1 || { cat "$work/said" >&2; exit 1; }
length=$(($(now) - begun))
cp -r "$out/$(latest)" "$work/undisturbed"
store_is_whole || { cat "$work/told" >&2; exit 1; }
printf 'a run takes %s ms\n' "$length"

killed=0 ended=0 early=0 within=0 between=0 after=0
while [ "$killed" -lt "$times" ]; do
    number=$((number + 1))
    [ "$number" -le $((times * 3)) ] || { fail "runs end before they are killed"; break; }
    delay=$((length * killed / times))
    before=$(latest)
    begin
    sleep "$(printf '%d.%03d' $((delay / 1000)) $((delay % 1000)))"
    kill -9 "$running" 2>/dev/null || true
    code=0
    # bash would tell of each kill.
    { wait "$running" || code=$?; } 2>/dev/null
    running=
    # Where it was hit: before the folder of the run, within it, between its name and `latest`, or behind that.
    newest=$(find "$out" -maxdepth 1 -name '2*Z-*' -printf '%f\n' | sort | tail -1)
    [ "$code" != 137 ] || killed=$((killed + 1))
    if [ "$code" = 0 ]; then ended=$((ended + 1))
    elif [ "$code" != 137 ]; then fail "exit code $code, neither killed nor complete"
    elif [ -n "$(find "$out" -maxdepth 1 -name '.*.partial')" ]; then within=$((within + 1))
    elif [ "$newest" != "$(latest)" ]; then between=$((between + 1))
    elif [ "$newest" = "$before" ]; then early=$((early + 1))
    else after=$((after + 1)); fi

    "$linux" verify -q "$out" >"$work/told" 2>&1 || fail "latest is not whole"
    store_is_whole || fail "the store"
    "$linux" audit verify -q --out "$out" >"$work/told" 2>&1 || fail "the access log is not whole"

    # What may still be at it is left alone for a day.
    find "$out" \( -name '.tmp*' -o -name '.*.partial' \) -type f -exec touch -d '2 days ago' {} +
    begun=$(now)
    night wine "$exe" >"$work/said" 2>&1 || fail "the next run does not complete"
    # The machine may have more or less to do than before.
    length=$(($(now) - begun))
    [ "$(latest)" != "$before" ] || fail "the next run changed nothing"
    "$linux" verify -q "$out" >"$work/told" 2>&1 || fail "the next run is not whole"
    "$linux" status -q "$out" >"$work/told" 2>&1 || fail "status after the next run"
    store_is_whole || fail "the store after the next run"
    left=$(left_over)
    [ -z "$left" ] || fail "left over: $left"
    other=$(same_lists "$out/$(latest)")
    [ -z "$other" ] || fail "other lists: $other"
    [ $((number % 20)) -ne 0 ] || printf '%s of %s killed, %s failures\n' "$killed" "$times" "$failures"
done
printf '%s killed: %s before a folder was begun, %s within it, %s between its name and latest, %s behind that; %s ended before; %s failures\n' \
    "$killed" "$early" "$within" "$between" "$after" "$ended" "$failures"
[ "$failures" = 0 ]
