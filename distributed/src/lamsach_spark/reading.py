"""Stages 0 and 1: every file is read by a task of its own; rows, tables and places are numbered."""

from __future__ import annotations

import json
from pathlib import Path

from pyspark.sql import functions as F

from .errors import Code, Stop
from .job import Counts, Job, keep
from .layout import REGISTRY, Layout, lay_out
from .manifest import Manifest
from .schemas import CHECKED, PLACES, ROWS, for_spark
from .tasks import Each, ReadFiles


def read_rows(job: Job) -> Manifest:
    """Reads and normalises all files."""
    job.plan.check_program()
    parameters = {"program": job.plan.program_digest, "as_of": job.plan.as_of, "files": job.plan.stamps()}
    return job.stage("rows", (), lambda path: _read(job, path), parameters)


def _read(job: Job, path: Path) -> Counts:
    task = ReadFiles((job.plan.program, "worker"), job.plan.files, job.plan.as_of, job.cluster.deadline)
    job.folder.layout.unlink(missing_ok=True)
    rows = job.each_of(len(job.plan.files)).mapInArrow(task, for_spark(ROWS))
    rows.write.mode("overwrite").partitionBy("kind").parquet(f"file://{path}")
    layout = _number(job)
    layout.write(job.folder.layout)
    extracts = sum(layout.rows_of(kind) for kind in layout.kinds)
    return {"files": len(layout.files), "tables": len(layout.digests), "residents": layout.residents, "rows": extracts}


def _number(job: Job) -> Layout:
    kept = job.spark.read.schema(for_spark(ROWS)).parquet(f"file://{job.folder.stage('rows')}")
    problems = kept.where("problem is not null").select("file", "problem").collect()
    if problems:
        raise _unreadable(job, {row["file"]: row["problem"] for row in problems})
    counted = kept.where("index >= 0").groupBy("file").count().collect()
    facts = kept.where("index = -1").select("file", "table", "table_facts").collect()
    tables: dict[int, list[tuple[int, str, int]]] = {}
    for row in facts:
        told = json.loads(row["table_facts"])
        tables.setdefault(row["file"], []).append((row["table"], str(told["digest"]), int(told["rows"])))
    return lay_out(job.plan.files, {row["file"]: row["count"] for row in counted}, tables)


def _unreadable(job: Job, problems: dict[int, str]) -> Stop:
    """All files that cannot be understood, in one sentence."""
    sentences = []
    for file in sorted(problems):
        _, message = json.loads(problems[file])
        path = job.plan.files[file][1]
        sentences.append(message if path in message else f"{path}: {message}")
    return Stop(Code.INPUT, "; ".join(sentences))


def number_places(job: Job, rows: Manifest) -> Manifest:
    """All ways in which rows write their commune, in the order in which they are written first."""

    def make(path: Path) -> Counts:
        kept = job.spark.read.schema(for_spark(ROWS)).parquet(f"file://{job.folder.stage('rows')}").where("index >= 0")
        written = [F.coalesce(name, F.lit("")).alias(name) for name in ("code", "commune")]
        pairs = kept.select("file", "position", *written)
        first = (
            pairs.where("code != '' or commune != ''")
            .groupBy("code", "commune")
            .agg(F.min(F.struct("file", "position")).alias("first"))
        )
        keep(first.select("first.file", "first.position", "code", "commune").coalesce(1), path)
        return {"places": job.spark.read.schema(for_spark(PLACES)).parquet(f"file://{path}").count()}

    return job.stage("places", (rows,), make)


def check_registry(job: Job, places: Manifest) -> Manifest:
    """Looks at every row of the registry once, to know those that cannot be read."""
    needs = job.needs(places, "some")
    task = Each(needs, "residents", {}, CHECKED, job.most_set_apart, fresh=True)

    def make(path: Path) -> None:
        keep(job.asked(job.rows(REGISTRY).select("ordinal", "record"), task, CHECKED), path)

    return job.stage("registry", (places,), make, errors_of=REGISTRY)
