"""Stages 2b and 3: what tables show as a whole, and the parameters."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from pyspark.sql import functions as F

from .errors import Code, Stop
from .folder import read_json, write_json
from .job import Counts, Job, keep
from .manifest import Manifest
from .plan import digest
from .schemas import HEADER, QUESTION, ROLES, TABLE, for_spark
from .tasks import Once, OneTable, Together

ROWS_TO_LEARN = 30_000
#: Compared as if they had no sign: the order of numbers with the top bit turned round.
_TOP_BIT = -(1 << 63)


def look_at_tables(job: Job, twice: Manifest, kind: str) -> Manifest:
    """What the tables of a kind show as wholes: each of them is given to one worker."""
    task = OneTable(job.needs(twice, "whole"), kind, job.most_set_apart)

    def make(path: Path) -> None:
        rows = job.rows(kind).select("table", "index", "record", "ordinal")
        # a function of one argument: Spark counts them to tell whether the key is wanted, too
        keep(rows.groupBy("table").applyInArrow(lambda table: task(table), for_spark(TABLE)), path)

    return job.stage(f"tables.{kind}", (twice,), make, errors_of=kind)


def gather_files(job: Job, tables: list[Manifest]) -> Manifest:
    """What is known of all tables, in their order."""

    def make(path: Path) -> Counts:
        told: list[tuple[int, dict[str, Any]]] = []
        for kind in job.layout.kinds:
            rows = job.read(f"tables.{kind}").where("facts is not null").select("table", "facts").collect()
            told += [(row["table"], json.loads(row["facts"])) for row in rows]
        told.sort(key=lambda of_table: of_table[0])
        facts = {name: [fact for _, table in told for fact in table.get(name, [])] for name in ("moved", "habits")}
        path.mkdir(mode=0o700, parents=True)
        write_json(path / "facts.json", facts)
        return {name: len(of_all) for name, of_all in facts.items()}

    return job.stage("files", tables, make)


def learn_model(job: Job, twice: Manifest, files: Manifest) -> Manifest:
    """The model that was given, or one that is learned on the rows that were drawn first."""
    if job.plan.model is not None:
        given = Path(job.plan.model)

        def take(path: Path) -> None:
            path.mkdir(mode=0o700, parents=True)
            shutil.copyfile(given, job.folder.model)
            _check(job.folder.model)

        return job.stage("model", (files,), take, {"model": digest(given)})
    learned = [_learn_kind(job, twice, files, kind) for kind in job.layout.kinds]
    return job.stage("model", (files, *learned), lambda path: _assemble(job, twice, path))


def _learn_kind(job: Job, twice: Manifest, files: Manifest, kind: str) -> Manifest:
    needs = job.needs(twice, "whole", [("files", files)])
    task = Together(needs, "learn", {"kind": kind}, ROLES, job.most_set_apart, "roles")

    def make(path: Path) -> Counts:
        if job.layout.rows_of(kind) == 0:  # there are parameters for a list without rows, too
            nothing = Once(needs, "learn", ROLES, {"kind": kind}, QUESTION, "roles")
            keep(job.asked(job.each_of(1), nothing, ROLES), path)
            return {"rows": 0}
        drawn = job.rows(kind).orderBy(F.col("draw").bitwiseXOR(F.lit(_TOP_BIT)), "ordinal").limit(ROWS_TO_LEARN)
        rows = drawn.select("ordinal", "table", "index", "record").coalesce(1).sortWithinPartitions("ordinal")
        keep(job.asked(rows, task, ROLES), path)
        return {"rows": min(ROWS_TO_LEARN, job.layout.rows_of(kind))}

    return job.stage(f"learn.{kind}", (files,), make, errors_of=kind)


def _assemble(job: Job, twice: Manifest, path: Path) -> Counts:
    counts = {kind: job.layout.rows_of(kind) for kind in job.layout.kinds}
    parameters = {
        "as_of": job.plan.as_of,
        "residents": job.layout.residents,
        "rows": counts,
        "digests": job.layout.digests,
    }
    task = Once(job.needs(twice, "whole"), "model_header", HEADER, parameters, answer_as="header")
    told = job.asked(job.each_of(1), task, HEADER).collect()
    model = json.loads(told[0]["header"])
    model["roles"] = []
    for kind in job.layout.kinds:
        for row in job.read(f"learn.{kind}").where("roles is not null").select("roles").collect():
            model["roles"] += json.loads(row["roles"])["roles"]
    path.mkdir(mode=0o700, parents=True)
    write_json(job.folder.model, model)
    return {"roles": len(model["roles"])}


def _check(path: Path) -> None:
    """A model that was given must be one."""
    try:
        model = read_json(path)
    except (OSError, ValueError):
        model = None
    if not isinstance(model, dict) or "roles" not in model:
        raise Stop(Code.INPUT, "the file given with --model is no model; take one of lamsach train")
