#!/usr/bin/env bash
# A day at a desk with the Windows program under wine, held against the Linux program of the same source:
#   packaging/windows/smoke.sh LAMSACH.EXE LAMSACH [RESIDENTS]
# Mo-lamsach.exe has to stand beside LAMSACH.EXE.
# Lists are compared byte for byte, on sample_data and on a mixed sample of RESIDENTS (2000; 0: none).
set -euo pipefail
cd "$(dirname "$0")/../.."
exe=$(realpath "$1") linux=$(realpath "$2") residents=${3:-2000}
data=$PWD/sample_data
wine_home=${LAMSACH_WINE:-$(mktemp -d)}
# shellcheck source=packaging/windows/wine.sh
. packaging/windows/wine.sh
start_wine
desk=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; stop_wine; rm -rf "$desk"' EXIT
cd "$desk"

passed=0
step() { printf '%s\n' "$*"; }
ok() { passed=$((passed + 1)); }
fail() { printf 'FAILED: %s\n' "$*" >&2; exit 1; }
windows() { wine "$exe" "$@" 2>&1 | tr -d '\r'; }
# The folder of the last run: on Windows the name stands in a file.
last() { if [ -L "$1/latest" ]; then readlink -f "$1/latest"; else echo "$1/$(sed -n 2p "$1/latest" | tr -d '\r')"; fi; }
same() {
    local at there here
    there=$(last "$1") here=$(last "$2")
    for at in worklists/dung.csv worklists/du.csv worklists/sach.csv worklists/song.csv links.csv review.csv rejects.csv; do
        cmp "$there/$at" "$here/$at" || fail "$at of $1 and $2 differ"
        ok
    done
    [ "$(cd "$there" && find . -type f | sort)" = "$(cd "$here" && find . -type f | sort)" ] || fail "$1 and $2 hold other files"
    ok
    # All other files are compared, too; what holds times or the name of the run differs and is told.
    local other
    other=$(cd "$there" && find . -type f | sort | while read -r at; do cmp -s "$at" "$here/$at" || echo "$at"; done)
    printf 'other than on Linux: %s\n' "$(tr '\n' ' ' <<<"$other")"
}

step "version"
windows --version --verbose --lang en >version.txt
grep -q 'System: windows x86_64' version.txt || { cat version.txt; fail "version"; }
ok
step "first run"
cp -r "$data" 'dữ liệu'
windows run 'dữ liệu' --units 'dữ liệu/units.csv' --as-of 20/11/2026 --out 'kết quả w' >first.txt || { cat first.txt; fail "first run"; }
"$linux" run 'dữ liệu' --units 'dữ liệu/units.csv' --as-of 20/11/2026 --out 'kết quả l' >linux.txt
[ -f 'kết quả w/latest' ] && [ -f 'kết quả w/latest.html' ] || fail "no pointer"
ok
same 'kết quả w' 'kết quả l'
step "status, verify, explain"
windows status 'kết quả w' >status.txt || { cat status.txt; fail "status"; }
windows verify 'kết quả w' >verify.txt || { cat verify.txt; fail "verify"; }
windows verify 'kết quả w/latest' >>verify.txt || { cat verify.txt; fail "verify of the pointer"; }
windows explain deaths.csv:2 'dữ liệu' --out 'kết quả w' >explain.txt || { cat explain.txt; fail "explain"; }
"$linux" explain deaths.csv:2 'dữ liệu' --out 'kết quả l' >explain-linux.txt
diff explain.txt explain-linux.txt || fail "explain says something else"
ok
step "an answer by command, one by workbook"
list=$(last 'kết quả w')/worklists/song.csv
first=$(sed -n '2{s/^\xef\xbb\xbf//;p}' "$list" | grep -o '[A-Z]*-[0-9]*-[0-9a-f]\{12\}' | head -1)
second=$(sed -n 3p "$list" | grep -o '[A-Z]*-[0-9]*-[0-9a-f]\{12\}' | head -1)
python3 - "$second" "$(last 'kết quả w')/../so-lam-viec/don-vi" 'sổ đã điền.xlsx' <<'PYTHON'
"""Types an answer to a finding into a copy of the workbook of its office."""
import pathlib
import re
import sys
import xml.etree.ElementTree as tree
import zipfile

finding, folder, copy = sys.argv[1:]
main = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
tree.register_namespace("", main[1:-1])


def fill(book, name, strings):
    """The sheet with the answer, or None where the finding is not on it."""
    sheet = tree.fromstring(book.read(name))
    column = None
    for row in sheet.iter(main + "row"):
        found = False
        for cell in row:
            value, inline = cell.find(main + "v"), cell.find(main + "is")
            text = "".join(inline.itertext()) if inline is not None else value.text if value is not None else ""
            text = strings[int(text)] if cell.get("t") == "s" else text
            if text == "Kết quả xử lý":
                column = re.sub("[0-9]", "", cell.get("r"))
            found = found or text == finding
        if found and column:
            at = column + row.get("r")
            order = lambda cell: (len(re.sub("[0-9]", "", cell.get("r"))), cell.get("r"))
            for cell in [cell for cell in row if cell.get("r") == at]:
                row.remove(cell)
            cell = tree.Element(main + "c", {"r": at, "t": "inlineStr"})
            row.insert(sum(order(other) < order(cell) for other in row), cell)
            tree.SubElement(tree.SubElement(cell, main + "is"), main + "t").text = "Cảnh báo sai"
            return tree.tostring(sheet, encoding="utf-8", xml_declaration=True)
    return None


for path in sorted(pathlib.Path(folder).glob("*.xlsx")):
    with zipfile.ZipFile(path) as book:
        shared = "xl/sharedStrings.xml"
        items = tree.fromstring(book.read(shared)) if shared in book.namelist() else []
        strings = ["".join(item.itertext()) for item in items]
        sheets = [name for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
        filled = {name: sheet for name in sheets if (sheet := fill(book, name, strings))}
        if filled:
            with zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as new:
                for name in book.namelist():
                    new.writestr(name, filled.get(name) or book.read(name))
            sys.exit()
sys.exit(f"no workbook with {finding}")
PYTHON
for program in windows "$linux"; do
    [ "$program" = windows ] && out='kết quả w' || out='kết quả l'
    $program decide "$first" false_alarm --by An --out "$out" >decide.txt || { cat decide.txt; fail "decide"; }
    $program decide import 'sổ đã điền.xlsx' --by An --out "$out" >import.txt || { cat import.txt; fail "decide import"; }
    grep -q '1 quyết định mới' import.txt || { cat import.txt; fail "decide import took nothing"; }
done
ok
step "second run"
windows run 'dữ liệu' --units 'dữ liệu/units.csv' --as-of 21/11/2026 --out 'kết quả w' >second.txt || { cat second.txt; fail "second run"; }
"$linux" run 'dữ liệu' --units 'dữ liệu/units.csv' --as-of 21/11/2026 --out 'kết quả l' >linux.txt
same 'kết quả w' 'kết quả l'
[ "$(grep -c "$first\|$second" "$(last 'kết quả w')"/worklists/song.csv)" = "$(grep -c "$first\|$second" "$(last 'kết quả l')"/worklists/song.csv)" ] || fail "answers are not remembered"
ok
step "latest open in another program: for two seconds, and to the end"
cat >hold.c <<'HOLD'
/* Has a file open as many programs do: others may read it, none may replace it. Until the second file is there. */
#include <windows.h>
int main(int n, char **files) {
    HANDLE held = n == 3 ? CreateFileA(files[1], GENERIC_READ, FILE_SHARE_READ, 0, OPEN_EXISTING, 0, 0) : INVALID_HANDLE_VALUE;
    if (held == INVALID_HANDLE_VALUE) return 1;
    CloseHandle(CreateFileA("../held", GENERIC_WRITE, 0, 0, CREATE_ALWAYS, 0, 0));
    while (GetFileAttributesA(files[2]) == INVALID_FILE_ATTRIBUTES) Sleep(50);
    return 0;
}
HOLD
x86_64-w64-mingw32-gcc -O1 -o hold.exe hold.c
hold() { # starts it, in the folder of results
    rm -f let-go held
    (cd 'kết quả w' && exec wine ../hold.exe latest ../let-go) &
    holder=$!
    for _ in $(seq 100); do [ -e held ] && return; sleep 0.1; done
    fail "nothing holds latest"
}
before=$(last 'kết quả w')
hold
wine "$exe" run 'dữ liệu' --units 'dữ liệu/units.csv' --as-of 21/11/2026 --out 'kết quả w' >held.txt 2>&1 &
run=$!
# The new run has its name, and waits for the pointer.
for _ in $(seq 1200); do
    newest=$(find 'kết quả w' -maxdepth 1 -name '2*Z-*' | sort | tail -1)
    [ "$newest" != "$before" ] && break
    sleep 0.1
done
sleep 2
[ "$(last 'kết quả w')" = "$before" ] || fail "latest was replaced although it was open"
touch let-go
wait "$holder" || fail "the holder"
wait "$run" || { cat held.txt; fail "a file that is let go after two seconds"; }
[ "$(last 'kết quả w')" = "$newest" ] || fail "latest does not lead to the run that waited for it"
ok
hold
code=0
windows run 'dữ liệu' --units 'dữ liệu/units.csv' --as-of 21/11/2026 --out 'kết quả w' >held.txt || code=$?
[ "$code" = 6 ] || { cat held.txt; fail "exit code $code where latest is open to the end"; }
grep -q 'Excel' held.txt || { cat held.txt; fail "it is not said that a file is open elsewhere"; }
"$linux" verify -q 'kết quả w' || fail "latest is not whole"
[ "$(last 'kết quả w')" = "$newest" ] || fail "latest leads elsewhere"
touch let-go
wait "$holder" || fail "the holder"
windows run 'dữ liệu' --units 'dữ liệu/units.csv' --as-of 21/11/2026 --out 'kết quả w' >held.txt || { cat held.txt; fail "the run after that"; }
[ "$(last 'kết quả w')" != "$newest" ] || fail "latest stays where it was"
"$linux" verify -q 'kết quả w' || fail "latest is not whole"
ok
step "patterns that the shell leaves to the program"
windows run --residents 'dữ liệu/resid*.csv' --deaths 'dữ liệu/d*ths.csv' --as-of 21/11/2026 --out 'mẫu' >glob.txt || { cat glob.txt; fail "patterns"; }
ok
step "account, access log, review page"
printf 'mat-khau-rat-dai-2026\n' >password.txt
windows user add an.nguyen --role officer --commune 90001 --password-file password.txt --out 'kết quả w' >user.txt || { cat user.txt; fail "user add"; }
windows audit show --out 'kết quả w' >audit.txt || { cat audit.txt; fail "audit"; }
grep -q 'an.nguyen' audit.txt || fail "the log knows no account"
wine "$exe" review 'kết quả w' --listen 127.0.0.1:47653 >review.txt 2>&1 &
server=$!
for _ in $(seq 100); do
    page=$(python3 -c 'import urllib.request as u; print(u.urlopen("http://127.0.0.1:47653/", timeout=5).read().decode())' 2>/dev/null || true)
    [ -n "$page" ] && break
    sleep 0.3
done
grep -q 'name="password"' <<<"$page" || { cat review.txt; fail "no page to sign in"; }
ok
kill "$server" 2>/dev/null || true
wait "$server" 2>/dev/null || true
server=
step "the pages at a double click, without a terminal"
opener=$(dirname "$exe")/Mo-lamsach.exe
headers=$(x86_64-w64-mingw32-objdump -p "$opener")
grep -q 'Subsystem.*Windows GUI' <<<"$headers" || fail "the opener asks for a terminal"
ok
wine "$opener" --no-browser --port 47654 --out 'bàn làm việc' >opener.txt 2>&1 &
server=$!
answer=
for _ in $(seq 100); do
    # Who has no token is told so: the program is there, and lets nobody else in.
    answer=$(python3 - <<'PYTHON' || true
import urllib.error
import urllib.request

try:
    print(urllib.request.urlopen("http://127.0.0.1:47654/", timeout=5).status)
except urllib.error.HTTPError as error:
    print(error.code)
except OSError:
    pass
PYTHON
)
    [ -n "$answer" ] && break
    sleep 0.3
done
[ "$answer" = 403 ] || [ "$answer" = 401 ] || { cat opener.txt; fail "the opener opens nothing (answer: $answer)"; }
ok
wine taskkill /F /IM lamsach.exe >/dev/null 2>&1 || true
wait "$server" 2>/dev/null || true
server=
temporary=$WINEPREFIX/drive_c/users/$(id -un)/Temp
wine "$opener" --port none >opener.txt 2>&1 && fail "a wrong argument counts as right"
grep -ql 'port' "$temporary"/lamsach-loi-*.txt || fail "what the program says when it cannot begin is not shown"
rm -f "$temporary"/lamsach-loi-*.txt
mkdir alone
cp "$opener" alone/
wine alone/Mo-lamsach.exe >opener.txt 2>&1 && fail "an opener alone counts as right"
grep -ql 'Extract All' "$temporary"/lamsach-loi-*.txt || fail "an archive that was not unpacked is not told"
ok
step "letters, report"
windows letters --out 'kết quả w' >letters.txt || { cat letters.txt; fail "letters"; }
windows report --month 2026-11 --to 'báo cáo' --out 'kết quả w' >report.txt || { cat report.txt; fail "report"; }
[ -n "$(ls -A 'báo cáo')" ] || fail "no report"
ok
if [ "$residents" -gt 0 ]; then
    step "$residents residents, mixed"
    windows sample --residents "$residents" --seed 7 --format mixed --as-of 20/11/2026 --out mixed >sample.txt || { cat sample.txt; fail "sample"; }
    "$linux" sample --residents "$residents" --seed 7 --format mixed --as-of 20/11/2026 --out mixed-linux >/dev/null
    # The archive that a workbook is names the system on which it was made; what is in it is the same.
    diff -rq --exclude='*.xlsx' mixed mixed-linux || fail "the samples differ"
    python3 - <<'PYTHON' || fail "the workbooks of the samples differ"
import pathlib
import sys
import zipfile

for path in pathlib.Path("mixed").glob("*.xlsx"):
    with zipfile.ZipFile(path) as one, zipfile.ZipFile(pathlib.Path("mixed-linux") / path.name) as other:
        if one.namelist() != other.namelist() or any(one.read(name) != other.read(name) for name in one.namelist()):
            sys.exit(str(path))
PYTHON
    ok
    windows run mixed --as-of 20/11/2026 --out mixed-w >mixed.txt || { cat mixed.txt; fail "mixed run"; }
    "$linux" run mixed --as-of 20/11/2026 --out mixed-l >linux.txt
    same mixed-w mixed-l
fi
printf '%s passed, 0 failed\n' "$passed"
