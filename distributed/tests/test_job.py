"""Whole jobs with the fake program: the same links whatever the batches, the deaths, the stops."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession

from lamsach_spark.cluster import Cluster
from lamsach_spark.conduct import Linked, _link
from lamsach_spark.errors import Code, Stop, from_worker
from lamsach_spark.folder import WorkFolder
from lamsach_spark.job import Job
from lamsach_spark.plan import make_plan
from lamsach_spark.report import Report

from .conftest import World

pytestmark = pytest.mark.spark


def link(spark: SparkSession, program: Path, world: World, work: Path, batch: int = 10_000) -> Linked:
    plan = make_plan(str(program), world.files(), "20/11/2026", None, None)
    folder = WorkFolder(work)
    folder.make()
    plan.write(folder.plan)
    spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", batch)
    try:
        return _link(Job(spark, plan, Cluster("local[2]", deadline=20.0), folder, Report("json")))
    except Exception as error:
        raise from_worker(error) or error from error


def skipped(told: str) -> int:
    return sum(json.loads(line)["event"] == "skipped" for line in told.splitlines() if line.startswith("{"))


def test_batches_and_deaths_change_nothing_and_what_stands_is_not_made_again(
    spark: SparkSession,
    program: Path,
    world: World,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    world.spoil(world.births[1], 7, "ONCE")
    whole = link(spark, program, world, tmp_path / "whole")
    assert whole.rows == 105
    assert whole.set_apart == 0
    capsys.readouterr()
    # a child of the other job ends at the first row of that name, once
    once = program.with_name("die-once")
    once.touch()
    assert link(spark, program, world, tmp_path / "parts", batch=7).digest == whole.digest
    assert not once.exists()
    assert skipped(capsys.readouterr().out) == 0
    assert link(spark, program, world, tmp_path / "parts").digest == whole.digest
    assert skipped(capsys.readouterr().out) == len(list((tmp_path / "parts/manifests").glob("*.json")))

    (tmp_path / "parts/manifests/weigh.deaths.json").unlink()
    assert link(spark, program, world, tmp_path / "parts").digest == whole.digest
    made = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [event["stage"] for event in made if event["event"] == "done"] == ["weigh.deaths"]


def test_rows_that_cannot_be_read_are_set_apart_and_named(
    spark: SparkSession, program: Path, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lamsach_spark.job.MOST_SET_APART_SHARE", 0.1)
    world.spoil(world.births[1], 3, "KILL-find")
    world.spoil(world.births[2], 0, "PANIC")
    world.spoil(world.deaths[0], 29, "BAD")
    linked = link(spark, program, world, tmp_path / "work", batch=16)
    apart = pq.read_table(tmp_path / "work/quarantine").to_pylist()
    named = {(row["kind"], row["ordinal"], row["file"], row["position"]) for row in apart}
    assert named == {
        ("births", 28, world.births[1], 3),
        ("births", 50, world.births[2], 0),
        ("deaths", 29, world.deaths[0], 29),
    }
    assert {row["reason"] for row in apart} == {
        "the worker program ended during 'find' (killed by signal 9)", "the program gave up (panic)", "cannot be read",
    }  # fmt: skip
    assert (linked.rows, linked.set_apart) == (102, 3)


def test_too_many_of_them_end_the_job(spark: SparkSession, program: Path, world: World, tmp_path: Path) -> None:
    for row in range(3):
        world.spoil(world.deaths[0], row, "PANIC")
    with pytest.raises(Stop, match="more than 1 rows") as stop:
        link(spark, program, world, tmp_path / "work")
    assert stop.value.code == Code.INPUT


def test_files_that_cannot_be_read_are_all_named(
    spark: SparkSession, program: Path, world: World, tmp_path: Path
) -> None:
    for path in (world.births[0], world.deaths[0]):
        Path(path).write_text("UNREADABLE\n")
    with pytest.raises(Stop) as stop:
        link(spark, program, world, tmp_path / "work")
    assert stop.value.code == Code.INPUT
    assert world.births[0] in stop.value.sentence
    assert world.deaths[0] in stop.value.sentence
