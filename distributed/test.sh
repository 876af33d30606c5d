#!/bin/sh
# Tests of the package, and the proof on a small cluster of this machine.
#
#   distributed/test.sh PROGRAM [RESIDENTS]
#
# PROGRAM is the lamsach binary. 2,000 residents by default, in some minutes; 20,000 for the proof of a release.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
program=$(realpath "${1:?which program? distributed/test.sh PROGRAM [RESIDENTS]}")
residents=${2:-2000}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

command -v java >/dev/null || { apt-get update -qq && apt-get install -y -qq openjdk-17-jre-headless; }
if [ -n "${VENV:-}" ]; then
    python=$VENV/bin/python
else
    python3 -m venv "$work/venv"
    python=$work/venv/bin/python
    "$python" -m pip install -q "$here[test]"
fi

cd "$here"
"$python" -m ruff check . && "$python" -m ruff format --check .
"$python" -m mypy
"$python" -m pytest -q
"$python" tests/proof.py --program "$program" --residents "$residents" --work "$work/proof"
