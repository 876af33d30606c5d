#!/usr/bin/env bash
# Faults of the system, one at a time: each write, open, rename, fsync and unlink that a command does in the folder of
# results fails once (no space, input/output error, interrupted), or the program is killed before it. After each of them
# the last run is whole, so are the store and its log, the exit code is one of the contract, `lamsach status` tells, and
# the next run completes and leaves nothing over; an erasure is finished by whoever comes next. Needs strace and python3;
# takes long, and is no part of CI.
#
#   tests/faults.sh [EVERY [OFFSET [COMMAND ...]]]
#
# EVERY: each so-many-th point alone (1: all), from OFFSET on; COMMAND: run purge import report export review.
# LAMSACH: the program (target/debug/lamsach). What fails is told with the line that repeats it.
set -euo pipefail
cd "$(dirname "$0")/.."

every=${1:-1} offset=${2:-0}
shift $(($# < 2 ? $# : 2))
commands=("$@")
[ ${#commands[@]} -gt 0 ] || commands=(run purge import report export review)
program=$(realpath "${LAMSACH:-target/debug/lamsach}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
out=$work/out
key=age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p
calls=openat,write,pwrite64,rename,renameat,renameat2,fsync,fdatasync,unlink,unlinkat

data() { # FOLDER: one night on it
    "$program" run -q --as-of 20/11/2026 "$1" --units "$1/units.csv" --out "$out" --threads 1
}

# The command that is tried; its output goes to $work/said.
act() { # COMMAND TRACER...
    local command=$1
    shift
    case $command in
    run) "$@" "$program" run -q --as-of 20/11/2026 "$work/data" --units "$work/data/units.csv" --out "$out" --threads 1 ;;
    purge) "$@" "$program" purge -q --person "$person" --out "$out" ;;
    import) "$@" "$program" decide import "$work/book.xlsx" --by An --out "$out" ;;
    report) "$@" "$program" report -q --out "$out" ;;
    export) "$@" "$program" export -q --unit cong-an --recipient "$key" --to "$out/../sent.age" --out "$out" ;;
    review) serve "$@" ;;
    esac >"$work/said" 2>&1
}

# The pages are served until they can be opened, and then told to stop.
serve() {
    : >"$work/address"
    "$@" "$program" review "$out" --listen 127.0.0.1:0 >"$work/address" 2>&1 &
    local tracer=$! child
    until grep -q http "$work/address" || ! kill -0 "$tracer" 2>/dev/null; do sleep 0.05; done
    child=$(pgrep -P "$tracer" | head -1 || true)
    [ -z "$child" ] || kill -TERM "$child" 2>/dev/null || true
    wait "$tracer"
}

# A folder with two nights, decisions and reports; a workbook that was handed back; the data without one person.
prepare() {
    "$program" sample -q --residents 60 --seed 8 --as-of 20/11/2026 --out "$work/data"
    data "$work/data"
    data "$work/data"
    person=$(python3 - "$out/latest/worklists" <<'PY'
import csv, pathlib, sys
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.csv")):
    for line in csv.DictReader(path.open(encoding="utf-8-sig")):
        if len(line["personal_id"]) == 12:
            sys.exit(print(line["personal_id"]))
PY
)
    cp -r "$work/data" "$work/without"
    python3 - "$work/without" "$person" <<'PY'
import pathlib, re, sys
# Numbers stand in groups, too, and without their zeros in front.
number = sys.argv[2].lstrip("0")
for path in pathlib.Path(sys.argv[1]).rglob("*.csv"):
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(line for line in lines if number.encode() not in re.sub(rb"[ .-]", b"", line)))
PY
    python3 - "$out"/so-lam-viec/xa/*.xlsx "$work/book.xlsx" <<'PY'
import re, sys, zipfile
# The first workbook with a line: its first result is filled in.
for book in sys.argv[1:-1]:
    package = zipfile.ZipFile(book)
    texts = re.findall(r"<si>.*?</si>", package.read("xl/sharedStrings.xml").decode(), re.S)
    result = next(n for n, text in enumerate(texts) if re.search(r"<t[^>]*>Kết quả xử lý</t>", text))
    members = {name: package.read(name) for name in package.namelist()}
    for name in [name for name in members if name.startswith("xl/worksheets/sheet")]:
        sheet = members[name].decode()
        header = re.search(rf'<c r="([A-Z])(\d+)"[^>]*t="s"><v>{result}</v></c>', sheet)
        if not header:
            continue
        column, row = header[1], int(header[2]) + 1
        answer = f'<c r="{column}{row}" t="inlineStr"><is><t>đã cập nhật</t></is></c>'
        before = rf'(<c r="{chr(ord(column) - 1)}{row}"[^>]*?(?:/>|>.*?</c>))'
        filled, done = re.subn(before, lambda cell: cell[0] + answer, sheet, count=1)
        if done:
            members[name] = filled.encode()
            with zipfile.ZipFile(sys.argv[-1], "w") as copy:
                for member, content in members.items():
                    copy.writestr(member, content)
            sys.exit()
sys.exit("no workbook with a line")
PY
    data "$work/data"
    mv "$out" "$work/base"
}

fresh() {
    rm -rf "$out" "$work/sent.age"
    cp -a "$work/base" "$out"
}

# The points of a command: system call, its number within its thread, what happens to it.
points() { # COMMAND
    fresh
    act "$1" strace -f -y -qq -o "$work/trace" -e "trace=$calls" || true
    # Calls of other places are passed over; those that are cut in two by another thread count where they begin.
    awk -v out="$out" '
        match($0, /^[0-9]+ +[a-z0-9]+\(/) {
            call = substr($0, RSTART, RLENGTH); thread = $1; sub(/^[0-9]+ +/, "", call); sub(/\($/, "", call)
            n = ++count[thread, call]
            if (index($0, out) && !seen[call, n]++) {
                faults = "KILL EIO"
                if (call ~ /write|open|rename|sync/) faults = faults " ENOSPC"
                if (call ~ /write|open|sync/) faults = faults " EINTR"
                m = split(faults, each, " ")
                for (k = 1; k <= m; k++) print call, n, each[k]
            }
        }' "$work/trace"
}

fail() { # WHAT
    failures=$((failures + 1))
    echo "FAILED $command: $call number $n, $fault: $1 (exit $code)"
    sed 's/^/    /' "$work/said" | tail -3
}

number_stands() { grep -rqaF "$person" "$out"; }

left_over() {
    find "$out" \( -name '.tmp*' -o -name '*.partial*' -o -name '.latest.next' -o -name '.lamsach-backup*' \
        -o -name '.purge-pending.json' \) -printf '%P '
}

check() {
    local said
    case $code in
    0 | 3 | 5 | 6) [ "$fault" != KILL ] || [ "$command" = review ] || fail "not killed" ;;
    137) [ "$fault" = KILL ] || fail "killed" ;;
    *) fail "exit code" ;;
    esac
    if [ -L "$out/latest" ] || [ "$command" != purge ]; then
        "$program" verify -q "$out" >"$work/told" 2>&1 || fail "latest is not whole: $(tail -1 "$work/told")"
    fi
    "$program" audit verify -q --out "$out" >"$work/told" 2>&1 || fail "the log is not whole: $(tail -1 "$work/told")"
    said=$("$program" status "$out" 2>&1) && status=0 || status=$?
    if [ "$command" = run ] && { [ -s "$out/.lamsach.lock" ] || { [ "$code" != 0 ] && [ "$code" != 137 ]; }; }; then
        [ "$status" != 0 ] || fail "status tells nothing"
    fi
    if [ -e "$out/.purge-pending.json" ]; then
        grep -q 'lamsach purge' <<<"$said" || fail "status does not tell of the erasure"
    fi
    local next=$work/data
    if [ "$command" = purge ]; then
        next=$work/without
        [ "$code" != 0 ] || ! number_stands || fail "erased, and stands"
        if [ "$code" != 0 ] && [ $((point % 2)) = 0 ]; then
            "$program" purge -q --person "$person" --out "$out" >"$work/told" 2>&1 ||
                fail "the next erasure: $(tail -1 "$work/told")"
            ! number_stands || fail "erased by the next one, and stands"
        elif [ "$code" != 0 ] && [ -e "$out/.purge-pending.json" ]; then
            finished=1
        fi
    fi
    # What may still be at it is left alone for a day.
    find "$out" \( -name '.tmp*' -o -name '.*.partial' \) -type f -exec touch -d '2 days ago' {} +
    data "$next" >"$work/told" 2>&1 || fail "the next run: $(tail -1 "$work/told")"
    "$program" verify -q "$out" >"$work/told" 2>&1 || fail "the next run is not whole"
    "$program" status -q "$out" >"$work/told" 2>&1 || fail "status after the next run: $(tail -1 "$work/told")"
    [ -z "$(left_over)" ] || fail "left over: $(left_over)"
    [ -z "${finished:-}" ] || ! number_stands || fail "finished by the next run, and stands"
    unset finished
}

prepare
total=0 failures=0
for command in "${commands[@]}"; do
    points "$command" >"$work/points"
    tried=0 point=0
    while read -r -u 3 call n fault; do
        point=$((point + 1))
        [ $((point % every)) = $((offset % every)) ] || continue
        tried=$((tried + 1))
        fresh
        case $fault in
        # Filtered by the kernel, calls are traced faster, and no signal comes.
        KILL) how=signal=KILL quick=() ;;
        *) how=error=$fault quick=(--seccomp-bpf) ;;
        esac
        act "$command" strace -f -qq "${quick[@]}" -o /dev/null -e "trace=$call" -e "inject=$call:$how:when=$n" &&
            code=0 || code=$?
        check
    done 3<"$work/points"
    echo "$command: $tried of $point points"
    total=$((total + tried))
done
echo "$total points, $failures failures"
[ "$failures" = 0 ]
