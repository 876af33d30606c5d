"""A child is told all it must know, once; and again when it had to be started anew."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lamsach_spark.errors import Stop
from lamsach_spark.folder import WorkFolder, write_json
from lamsach_spark.layout import lay_out
from lamsach_spark.schemas import PAIRS, PLACES, SUMS
from lamsach_spark.session import Needs, Session


def put(folder: WorkFolder, stage: str, rows: pa.Table) -> None:
    folder.stage(stage).mkdir(parents=True)
    pq.write_table(rows, folder.stage(stage) / "part-0.parquet")


@pytest.fixture
def needs(program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Needs:
    """A work folder with a registry of five, in two files, and what the stages before `weigh` keep."""
    monkeypatch.setenv("FAKE_LOG", str(tmp_path / "log"))
    folder = WorkFolder(tmp_path / "work")
    folder.make()
    files = [("residents", "a"), ("residents", "b"), ("births", "c")]
    lay_out(files, {0: 3, 1: 2, 2: 4}, {n: [(0, f"d{n}", 1)] for n in range(3)}).write(folder.layout)
    rows = [(0, -1, -1, None), *((file, at, at, f"{file}{at},An,Xa") for file, at in ((0, 0), (0, 1), (0, 2), (1, 0)))]
    rows.append((1, 1, 1, "00,An,Xa"))  # the first resident once more
    put(folder, "rows/kind=residents", pa.table({
        "file": pa.array([row[0] for row in rows], pa.int32()), "position": [row[1] for row in rows],
        "index": [row[2] for row in rows],
        "record": pa.array([row[3].encode() if row[3] else None for row in rows], pa.binary()),
    }))  # fmt: skip
    put(folder, "places", pa.table([[1, 0, 2], [0, 1, 0], ["", "", ""], ["Xa 1", "Xa 0", "Xa 2"]], schema=PLACES))
    put(folder, "twice", pa.table([[0], [4], [0.5]], schema=PAIRS))
    put(folder, "completeness.births", pa.table([[1], [2]], schema=SUMS))
    folder.stage("files").mkdir()
    write_json(folder.stage("files") / "facts.json", {"moved": [], "habits": []})
    write_json(folder.model, {"roles": []})
    facts = (("files", "f1"), ("model", "m1"))
    return Needs(
        str(folder.path), (str(program), "worker", "serve"), "20/11/2026", "r1", "whole", facts, ("births",), (), 20.0
    )


@pytest.fixture
def session() -> Iterator[Session]:
    session = Session()
    yield session
    session.end()


def told(tmp_path: Path) -> list[str]:
    """What children were asked since the last look."""
    log = tmp_path / "log"
    ops = [line.split()[1] for line in log.read_text().splitlines()] if log.exists() else []
    log.unlink(missing_ok=True)
    return ops


def find(session: Session, needs: Needs, name: str = "An") -> list[bytes]:
    rows = pa.table({"ordinal": [0], "table": [2], "index": [0], "record": [f"00,{name},Xa".encode()]})
    found: list[bytes] = session.ask(needs, "find", {"kind": "births"}, rows).rows["found"].to_pylist()
    return found


def test_a_child_is_told_once(session: Session, needs: Needs, tmp_path: Path) -> None:
    first = find(session, needs)
    assert told(tmp_path) == ["places", "residents", "ready", "files", "model", "find"]
    assert find(session, needs) == first
    assert told(tmp_path) == ["find"]


def test_only_what_changed_is_told_again(session: Session, needs: Needs, tmp_path: Path) -> None:
    find(session, needs)
    told(tmp_path)
    facts = (("files", "f1"), ("model", "m2"), ("completeness.births", "c1"))
    find(session, replace(needs, facts=facts))
    assert told(tmp_path) == ["model", "completeness", "find"]
    find(session, replace(needs, registry="r2"))
    assert told(tmp_path)[0] == "places"


def test_one_that_was_killed_is_started_and_told_anew(session: Session, needs: Needs, tmp_path: Path) -> None:
    first = find(session, needs)
    told(tmp_path)
    assert session._child is not None
    os.kill(session._child.pid, signal.SIGKILL)
    with pytest.raises(Exception, match="ended during 'find'"):
        find(session, needs)
    assert find(session, needs) == first
    assert told(tmp_path)[:2] == ["places", "residents"]


def test_the_index_is_kept_when_the_pairs_come(session: Session, needs: Needs, tmp_path: Path) -> None:
    index = replace(needs, holding="index", facts=())
    pairs = session.ask(index, "twice", {"from": 0, "to": 5}, None)
    assert pairs.rows.select(["a", "b"]).to_pylist() == [{"a": 0, "b": 4}]
    assert told(tmp_path) == ["places", "residents", "ready", "twice"]
    surplus = session.ask(needs, "surplus", {}, None)
    assert surplus.rows.select(["row", "kept"]).to_pylist() == [{"row": 4, "kept": 0}]
    assert told(tmp_path) == ["ready", "files", "model", "surplus"]


def test_rows_that_are_only_looked_at_are_no_registry(session: Session, needs: Needs, tmp_path: Path) -> None:
    some = replace(needs, holding="some", facts=())
    rows = pa.table({"ordinal": [1], "record": [b"1,An,Xa"]})
    session.ask(some, "residents", {}, rows)
    session.ask(some, "residents", {}, pa.table({"ordinal": [2], "record": [b"2,An,Xa"]}))
    assert told(tmp_path) == ["places", "residents", "residents"]
    find(session, needs)
    assert told(tmp_path) == ["places", "residents", "ready", "files", "model", "find"]


def test_residents_that_were_set_apart_are_left_out(session: Session, needs: Needs) -> None:
    session.ask(replace(needs, refused=(4,)), "files", {"moved": [], "habits": []}, None)
    index = replace(needs, holding="index", facts=(), refused=(4,))
    assert session.ask(index, "twice", {"from": 0, "to": 5}, None).rows.num_rows == 0


def test_a_program_that_cannot_take_the_registry_ends_the_job(session: Session, needs: Needs) -> None:
    broken = replace(needs, command=("false",))
    with pytest.raises(Stop, match="cannot take the registry"):
        find(session, broken)
