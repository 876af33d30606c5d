"""The folder of links is the same however its rows lie in files."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lamsach_spark.errors import Stop
from lamsach_spark.folder import WorkFolder
from lamsach_spark.layout import lay_out
from lamsach_spark.publishing import _write

LINKS = [(n, b"x" * (n % 5) + bytes([n])) for n in range(100)]


def job(folder: WorkFolder) -> Any:
    files = [("residents", "a"), ("births", "b")]
    layout = lay_out(files, {0: 10, 1: 100}, {0: [(0, "d0", 10)], 1: [(0, "d1", 100)]})
    return SimpleNamespace(folder=folder, layout=layout, plan=SimpleNamespace(as_of="20/11/2026"))


def write(tmp_path: Path, name: str, cuts: list[int], surplus: list[int]) -> tuple[str, int, Path]:
    folder = WorkFolder(tmp_path / name)
    folder.make()
    for stage in ("links.births", "surplus", "unlinked.births"):
        folder.stage(stage).mkdir()
    parts = zip([0, *cuts], [*cuts, len(LINKS)], strict=True)
    for number, (begin, end) in enumerate(parts):
        part = LINKS[begin:end]
        rows = pa.table({"ordinal": pa.array([n for n, _ in part], pa.int64()),
                         "links": pa.array([link for _, link in part], pa.binary())})  # fmt: skip
        pq.write_table(rows, folder.stage("links.births") / f"part-{number:05}.parquet")
    for number, row in enumerate(surplus):
        pairs = pa.table({"row": [row], "kept": [0], "p": pa.array([0.5], pa.float32())})
        pq.write_table(pairs, folder.stage("surplus") / f"part-{number:05}.parquet")
    out = tmp_path / f"{name}-links"
    out.mkdir()
    digest, count = _write(job(folder), out)
    return digest, count, out


def test_it_does_not_matter_where_files_end(tmp_path: Path) -> None:
    one = write(tmp_path, "one", [], [3, 5])
    many = write(tmp_path, "many", [1, 1, 40, 77], [5, 3])
    assert one[:2] == many[:2] == (one[0], 100)
    for folder in (one[2], many[2]):
        rows = pa.ipc.open_stream((folder / "births.arrow").read_bytes()).read_all()
        assert list(zip(*rows.to_pydict().values(), strict=True)) == LINKS
        assert pa.ipc.open_stream((folder / "surplus.arrow").read_bytes()).read_all()["row"].to_pylist() == [3, 5]
        assert pa.ipc.open_stream((folder / "births.unlinked.arrow").read_bytes()).read_all().num_rows == 0


def test_a_row_that_was_set_apart_stands_there_without_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = list(LINKS)
    monkeypatch.setitem(globals(), "LINKS", [link for link in whole if link[0] not in {0, 41, 99}])
    digest, count, folder = write(tmp_path, "apart", [20, 30], [])
    assert count == 97
    rows = pa.ipc.open_stream((folder / "births.arrow").read_bytes()).read_all()
    assert rows["ordinal"].to_pylist() == list(range(100))
    assert [n for n, link in enumerate(rows["links"].to_pylist()) if link is None] == [0, 41, 99]
    assert digest == write(tmp_path, "again", [], [])[0]


def test_another_link_is_another_digest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = write(tmp_path, "one", [], [3])
    assert write(tmp_path, "surplus", [], [4])[0] != one[0]
    monkeypatch.setitem(globals(), "LINKS", [*LINKS[:50], (50, b"other"), *LINKS[51:]])
    assert write(tmp_path, "other", [], [3])[0] != one[0]


def test_rows_that_do_not_follow_each_other_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "LINKS", [LINKS[1], LINKS[0]])
    with pytest.raises(Stop, match="order"):
        write(tmp_path, "wrong", [1], [])
    monkeypatch.setitem(globals(), "LINKS", [LINKS[1], LINKS[1]])
    with pytest.raises(Stop, match="order"):
        write(tmp_path, "twice", [1], [])
