"""Layout, manifests, plans and bills."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lamsach_spark.bill import bill, rows_in
from lamsach_spark.cli import main
from lamsach_spark.errors import Code, Stop, from_worker
from lamsach_spark.folder import WorkFolder
from lamsach_spark.layout import Layout, lay_out
from lamsach_spark.manifest import Manifest, SetApart, fingerprint
from lamsach_spark.plan import Plan, make_plan

from .conftest import World


@pytest.fixture
def layout() -> Layout:
    files = [("residents", "a"), ("residents", "b"), ("births", "c"), ("births", "d"), ("deaths", "e")]
    rows = {0: 10, 1: 5, 3: 7, 4: 2}
    tables = {
        0: [(1, "d1", 4), (0, "d0", 6)],
        1: [(0, "d2", 5)],
        2: [(0, "d3", 0)],
        3: [(0, "d4", 7)],
        4: [(0, "d5", 2)],
    }
    return lay_out(files, rows, tables)


def test_rows_are_numbered_in_their_kind_and_tables_over_all(layout: Layout) -> None:
    assert layout.bases().tolist() == [0, 10, 0, 0, 0]
    assert layout.digests == ["d0", "d1", "d2", "d3", "d4", "d5"]
    assert [(file, table, number) for file, table, _, number in layout.numbers()] == [
        (0, 0, 0), (0, 1, 1), (1, 0, 2), (2, 0, 3), (3, 0, 4), (4, 0, 5)
    ]  # fmt: skip
    assert (layout.residents, layout.registry_files, layout.kinds) == (15, 2, ["births", "deaths"])
    assert layout.of_row("residents", 12) == ("b", 2)
    assert layout.of_row("births", 0) == ("d", 0)
    assert layout.of_row("births", 7) == ("", -1)


def test_a_layout_is_read_as_it_was_written(layout: Layout, tmp_path: Path) -> None:
    layout.write(tmp_path / "layout.json")
    assert Layout.read(tmp_path / "layout.json") == layout


def test_a_manifest_is_read_as_it_was_written(tmp_path: Path) -> None:
    folder = WorkFolder(tmp_path / "work")
    folder.make()
    manifest = Manifest(
        "find.births", "abc", {"rows": "x"}, {"n": [1]}, {"rows": 3}, 1.5, (SetApart("births", 4, "bad"),)
    )
    folder.done(manifest)
    assert folder.manifest("find.births") == manifest
    assert (tmp_path / "work").stat().st_mode & 0o777 == 0o700
    (tmp_path / "work/manifests/find.births.json").write_text("{")
    assert folder.manifest("find.births") is None


def test_a_fingerprint_tells_stage_inputs_and_parameters_apart() -> None:
    first = fingerprint("find", {"rows": "a"}, {"batch": 1})
    assert first == fingerprint("find", {"rows": "a"}, {"batch": 1})
    others = {fingerprint("weigh", {"rows": "a"}, {"batch": 1}), fingerprint("find", {"rows": "b"}, {"batch": 1}),
              fingerprint("find", {"rows": "a"}, {"batch": 2})}  # fmt: skip
    assert len(others | {first}) == 4


def test_one_job_at_a_time(tmp_path: Path) -> None:
    folder = WorkFolder(tmp_path / "work")
    folder.make()
    with folder.lock(), pytest.raises(Stop) as stop, WorkFolder(tmp_path / "work").lock():
        pass
    assert stop.value.code == Code.BUSY


def test_a_plan_is_in_the_order_of_the_program(program: Path, world: World, tmp_path: Path) -> None:
    files = {"deaths": world.deaths, "births": world.births[::-1], "residents": world.residents}
    plan = make_plan(str(program), files, "1/2/2026", None, None)
    assert plan.kinds == ["residents", "births", "deaths"]
    assert [path for kind, path in plan.files if kind == "births"] == world.births[::-1]
    assert plan.as_of == "01/02/2026"
    plan.write(tmp_path / "plan.json")
    assert Plan.read(tmp_path / "plan.json") == plan


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (["--program", "/nowhere/lamsach"], 2),
        (["--as-of", "2026-11-20"], 2),
        (["--list", "planets=x.csv"], 2),
        (["--list", "planets"], 2),
        (["--births", "/nowhere/births.csv"], 3),
        (["--units", "/nowhere/units.csv"], 3),
        ([], 0),
    ],
)
def test_a_plan_that_cannot_be_is_told_by_its_exit_code(
    program: Path, world: World, tmp_path: Path, change: list[str], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    line = ["plan", "--json", "--work", str(tmp_path / "w"), "--program", str(program), "--residents", *world.residents]
    assert main([*line, *change]) == code
    told = capsys.readouterr()
    assert (tmp_path / "w/plan.json").exists() == (code == 0)
    if code == 0:
        assert json.loads(told.out)["residents"] == 60
    else:
        assert told.err.startswith("lamsach-spark: ")


def test_linking_without_a_plan_and_judging_without_links_are_refused(
    tmp_path: Path, program: Path, world: World
) -> None:
    assert main(["judge", str(tmp_path / "w"), "--out", str(tmp_path / "o")]) == 2
    main(["plan", "-q", "--work", str(tmp_path / "w"), "--program", str(program), "--residents", *world.residents])
    assert main(["judge", str(tmp_path / "w"), "--out", str(tmp_path / "o")]) == 2


def test_the_bill_of_a_country() -> None:
    country = bill(100_000_000, 200_000_000, 11_000, 80_000_000_000, 8, 16)
    assert 55e9 < country.memory_a_worker < 65e9
    assert 5 < country.core_hours < 20
    assert 0.3 < country.hours < 2
    assert country.tasks > 2000
    assert any("600 bytes" in line for line in country.to_json()["assumptions"])


def test_rows_of_text_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,b\n" + "1,2\n" * 500)
    assert rows_in(path) == 500


def test_what_a_task_raised_is_read_back_from_what_spark_says() -> None:
    told = from_worker(RuntimeError("Traceback…\nlamsach_spark.errors.Stop: [3] too many rows\n  at org.apache"))
    assert told is not None
    assert (told.code, told.sentence) == (Code.INPUT, "too many rows")
    assert from_worker(RuntimeError("Connection refused")) is None
