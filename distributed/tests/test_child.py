from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from lamsach_spark.child import Child, ChildDied, Refused
from lamsach_spark.guard import sweep

PLACES = {"as_of": "20/11/2026", "of_registry": 0, "residents": 1}


@pytest.fixture
def child(program: Path, tmp_path: Path) -> Iterator[Child]:
    child = Child([str(program), "worker", "serve"], tmp_path)
    yield child
    child.kill()


def one(name: str) -> pa.Table:
    return pa.table({"ordinal": [0], "record": [f"1,{name},Xa".encode()]})


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_it_answers_one_question_after_the_other(child: Child) -> None:
    places = pa.table({"code": pa.array([], pa.string()), "commune": pa.array([], pa.string())})
    child.ask("places", PLACES, places, 30)
    assert child.ask("residents", {}, one("An"), 30).rows.num_rows == 0
    assert (
        child.ask("residents", {}, pa.table({"ordinal": [1], "record": [b"2,BAD,"]}), 30).rows["ordinal"][0].as_py()
        == 1
    )
    assert child.ask("ready", {"twice": None}, None, 30).answer == {"residents": 1}


def test_a_refusal_leaves_it_alive(child: Child) -> None:
    with pytest.raises(Refused, match="gave up"):
        child.ask("residents", {}, one("PANIC"), 30)
    child.ask("surplus", {}, None, 30)


def test_its_death_is_told_with_the_signal(child: Child) -> None:
    with pytest.raises(ChildDied, match="killed by signal 9"):
        child.ask("residents", {}, one("KILL"), 30)


def test_one_that_hangs_or_is_stopped_is_killed(program: Path, tmp_path: Path, child: Child) -> None:
    with pytest.raises(ChildDied):
        child.ask("residents", {}, one("HANG"), 1)
    stopped = Child([str(program), "worker", "serve"], tmp_path)
    os.kill(stopped.pid, signal.SIGSTOP)
    # more than a pipe holds: writing must not wait for ever, either
    with pytest.raises(ChildDied):
        stopped.ask("residents", {}, pa.table({"ordinal": [0], "record": [b"x" * 1_000_000]}), 1)
    assert not alive(stopped.pid)


def test_it_dumps_no_core_and_dies_with_its_parent(program: Path, tmp_path: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from lamsach_spark.child import Child\n"
        f"child = Child([{str(program)!r}, 'worker', 'serve'], Path({str(tmp_path)!r}))\n"
        "print(child.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    assert resource.prlimit(pid, resource.RLIMIT_CORE) == (0, 0)
    parent.kill()
    parent.wait()
    until = time.monotonic() + 10
    while alive(pid) and time.monotonic() < until:
        time.sleep(0.05)
    assert not alive(pid)


def test_folders_of_processes_that_are_gone_are_swept_and_others_left(tmp_path: Path) -> None:
    gone = subprocess.Popen(["true"])
    gone.wait()
    (tmp_path / f"lamsach-spark-{gone.pid}-12345-x").mkdir()
    started = Path(f"/proc/{os.getpid()}/stat").read_text().rpartition(")")[2].split()[19]
    mine = tmp_path / f"lamsach-spark-{os.getpid()}-{started}-x"
    mine.mkdir()
    (tmp_path / "lamsach-spark-other").mkdir()
    assert sweep(tmp_path) == 1
    assert {path.name for path in tmp_path.iterdir()} == {mine.name, "lamsach-spark-other"}
