"""Stages 4 to 6: rows are looked for, weighed, and decided together where they contest or contradict each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from . import sets
from .job import Counts, Job, keep
from .manifest import Manifest
from .schemas import FOUND, SETTLED, UNLINKED, WEIGHED
from .tasks import Each, Together

#: So few numbers are sent to all executors; beyond that both sides are sorted.
_FEW = 2_000_000
_ROW = ("ordinal", "table", "index", "record")


@dataclass(frozen=True)
class Known:
    """What all workers must know before rows are looked for."""

    twice: Manifest
    files: Manifest
    model: Manifest

    def facts(self, *more: tuple[str, Manifest]) -> list[tuple[str, Manifest]]:
        return [("files", self.files), ("model", self.model), *more]


def find(job: Job, known: Known, kind: str) -> Manifest:
    """The candidates of each row. Nothing moves: rows go where the registry is."""
    needs = job.needs(known.twice, "whole", known.facts())
    task = Each(needs, "find", {"kind": kind}, FOUND, job.most_set_apart)

    def make(path: Path) -> Counts:
        keep(job.asked(job.rows(kind).select(*_ROW), task, FOUND), path)
        return {"rows": job.layout.rows_of(kind)}

    return job.stage(f"find.{kind}", (known.model, known.files), make, errors_of=kind)


def complete(job: Job, found: Manifest, kind: str) -> Manifest:
    """How much of each group of residents the rows of a kind claim."""

    def make(path: Path) -> None:
        keep(sets.sums(job.read(f"find.{kind}")).coalesce(1), path)

    return job.stage(f"completeness.{kind}", (found,), make)


def weigh(job: Job, known: Known, found: Manifest, completeness: Manifest, kind: str) -> Manifest:
    """Decides each row as if nobody else claimed its residents."""
    needs = job.needs(known.twice, "whole", known.facts((f"completeness.{kind}", completeness)))
    task = Each(needs, "weigh", {"kind": kind}, WEIGHED, job.most_set_apart)

    def make(path: Path) -> None:
        keep(job.asked(_fine(job, f"find.{kind}", kind).select("ordinal", "found"), task, WEIGHED), path)

    return job.stage(f"weigh.{kind}", (found, completeness), make, errors_of=kind)


def gather_contested(job: Job, found: Manifest, weighed: Manifest, kind: str) -> Manifest:
    """Which rows must be decided together."""

    def make(path: Path) -> Counts:
        rows = sets.together(_fine(job, f"find.{kind}", kind), _fine(job, f"weigh.{kind}", kind))
        keep(rows, path)
        return {"rows": job.read(f"contested.{kind}").count()}

    return job.stage(f"contested.{kind}", (found, weighed), make, {"without": job.without(kind)})


def settle(
    job: Job, known: Known, completeness: Manifest, contested: Manifest, found_all: Sequence[Manifest], kind: str
) -> Manifest:
    """Decides rows together that contest or contradict each other: all in one request."""
    needs = job.needs(known.twice, "whole", known.facts((f"completeness.{kind}", completeness)))
    task = Together(needs, "settle", {"kind": kind}, SETTLED, job.most_set_apart)

    def make(path: Path) -> Counts:
        chosen = _chosen(job.read(f"contested.{kind}"), contested)
        found = _fine(job, f"find.{kind}", kind)
        last = sets.acts([_fine(job, f"find.{of}", of) for of in job.layout.kinds])
        told = sets.acts_of_rows(found, last)
        rows = job.rows(kind).select(*_ROW).join(chosen, "ordinal", "left_semi")
        rows = rows.join(found.select("ordinal", "found").join(chosen, "ordinal", "left_semi"), "ordinal")
        rows = rows.join(told, "ordinal", "left")
        none = F.array().cast("array<bigint>")
        columns = [F.coalesce(F.col(name), none).alias(name) for name in ("act_resident", "act_day")]
        rows = rows.select(*_ROW, "found", *columns).repartition(1).sortWithinPartitions("ordinal")
        keep(job.asked(rows, task, SETTLED), path)
        return {"rows": contested.counts["rows"]}

    return job.stage(f"settle.{kind}", (completeness, contested, *found_all), make, errors_of=kind)


def finish(job: Job, weighed: Manifest, settled: Manifest, kind: str) -> Manifest:
    """The links: those of rows decided together in the place of those decided alone; in the order of rows."""

    def make(path: Path) -> Counts:
        columns = ("ordinal", "links", "nobody", "residents")
        together = job.read(f"settle.{kind}").where("ordinal is not null")
        alone = _fine(job, f"weigh.{kind}", kind).select(*columns)
        alone = alone.join(together.select("ordinal"), "ordinal", "left_anti")
        links = alone.unionByName(together.where("error is null").select(*columns))
        keep(links.orderBy("ordinal"), path)
        kept = job.read(f"links.{kind}")
        return {"rows": kept.count(), "nobody": kept.where("nobody").count()}

    return job.stage(f"links.{kind}", (weighed, settled), make, {"without": job.without(kind)})


def find_unlinked(job: Job, known: Known, completeness: Manifest, links: Manifest, kind: str) -> Manifest:
    """Of rows that are nobody's in the registry, those of one person."""
    needs = job.needs(known.twice, "whole", known.facts((f"completeness.{kind}", completeness)))
    task = Together(needs, "unlinked", {"kind": kind}, UNLINKED, job.most_set_apart)

    def make(path: Path) -> Counts:
        linked = job.read(f"links.{kind}")
        chosen = sets.same_nobody(_fine(job, f"find.{kind}", kind), linked)
        rows = job.rows(kind).select(*_ROW).join(chosen, "ordinal", "left_semi")
        rows = rows.join(linked.select("ordinal", "links"), "ordinal").repartition(1).sortWithinPartitions("ordinal")
        keep(job.asked(rows, task, UNLINKED), path)
        return {"surplus": job.read(f"unlinked.{kind}").where("row is not null").count()}

    return job.stage(f"unlinked.{kind}", (links,), make, errors_of=kind)


def _fine(job: Job, stage: str, kind: str) -> DataFrame:
    """Rows of a stage without those that were set apart, by then or later."""
    rows = job.read(stage).where("error is null")
    without = job.without(kind)
    return rows.where(~F.col("ordinal").isin(without)) if without else rows


def _chosen(rows: DataFrame, counted: Manifest) -> DataFrame:
    return F.broadcast(rows) if counted.counts["rows"] <= _FEW else rows
