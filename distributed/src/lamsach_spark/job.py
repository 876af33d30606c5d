"""A job: stages that are made once, each from those before it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from . import __version__
from .cluster import Cluster
from .errors import Code, Stop
from .folder import WorkFolder
from .layout import REGISTRY, Layout
from .manifest import Manifest, SetApart, fingerprint, inputs_of
from .plan import Plan
from .report import Report
from .schemas import ROWS, for_spark
from .session import Holding, Needs

Counts = dict[str, int]
MOST_SET_APART = 1000
MOST_SET_APART_SHARE = 0.001


@dataclass
class Job:
    """What all stages share."""

    spark: SparkSession
    plan: Plan
    cluster: Cluster
    folder: WorkFolder
    report: Report
    set_apart: list[SetApart] = field(default_factory=list)
    _layout: Layout | None = None

    def stage(
        self,
        name: str,
        after: Sequence[Manifest],
        make: Callable[[Path], Counts | None],
        parameters: dict[str, Any] | None = None,
        errors_of: str | None = None,
    ) -> Manifest:
        """Makes a stage, unless it stands as it would be made. Rows with an `error` in what it kept are set apart as
        rows of the kind `errors_of`."""
        known = parameters or {}
        if errors_of is not None:
            known = {**known, "without": self.without(errors_of)}
        inputs = inputs_of(after)
        wanted = fingerprint(name, inputs, {**known, "version": __version__})
        done = self.folder.manifest(name)
        if done is not None and done.fingerprint == wanted and self.folder.stage(name).exists():
            self.report.tell("skipped", f"  {name}: stands", stage=name, **done.counts)
        else:
            done = self._make(name, wanted, inputs, known, make, errors_of)
        self.set_apart += done.set_apart
        return done

    def _make(
        self,
        name: str,
        wanted: str,
        inputs: dict[str, str],
        parameters: dict[str, Any],
        make: Callable[[Path], Counts | None],
        errors_of: str | None,
    ) -> Manifest:
        self.folder.clear(name)
        self.report.tell("begun", f"  {name} …", stage=name)
        begun = time.monotonic()
        path = self.folder.stage(name)
        with self.report.watching(name, self.spark.sparkContext):
            counts = make(path) or {}
        apart = self._bad_rows(name, errors_of) if errors_of is not None else ()
        if apart:
            counts["set_apart"] = len(apart)
        seconds = round(time.monotonic() - begun, 3)
        done = Manifest(name, wanted, inputs, parameters, counts, seconds, apart)
        self.folder.done(done)
        figures = ", ".join(f"{what} {count:,}" for what, count in counts.items())
        self.report.tell("done", f"  {name}: {seconds:.1f} s  {figures}", stage=name, seconds=seconds, **counts)
        return done

    def _bad_rows(self, name: str, kind: str) -> tuple[SetApart, ...]:
        bad = self.read(name).where("error is not null and ordinal is not null").select("ordinal", "error")
        most = self.most_set_apart - len(self.set_apart)
        rows = bad.orderBy("ordinal").limit(most + 1).collect()
        if len(rows) > most:
            raise Stop(
                Code.INPUT,
                f"more than {self.most_set_apart} rows were set apart by stage {name}, the "
                f"last because: {rows[-1]['error']}. Something is wrong with all of them: make the stages again "
                "(remove the folder 'stages'), or look at the files.",
            )
        return tuple(SetApart(kind, row["ordinal"], row["error"]) for row in rows)

    @property
    def most_set_apart(self) -> int:
        """How many rows may be set apart: a job that lost more is worth nothing."""
        if self._layout is None:
            return MOST_SET_APART
        rows = sum(file.rows for file in self._layout.files)
        return min(MOST_SET_APART, max(1, int(rows * MOST_SET_APART_SHARE)))

    @property
    def layout(self) -> Layout:
        if self._layout is None:
            self._layout = Layout.read(self.folder.layout)
        return self._layout

    def without(self, kind: str) -> list[int]:
        """Numbers of rows of a kind that were set apart."""
        return sorted({row.ordinal for row in self.set_apart if row.kind == kind})

    def needs(self, registry: Manifest, holding: Holding, facts: Sequence[tuple[str, Manifest]] = ()) -> Needs:
        """What a child must know."""
        return Needs(
            work=str(self.folder.path),
            command=self.plan.serve(self.cluster.child_threads),
            as_of=self.plan.as_of,
            registry=registry.fingerprint,
            holding=holding,
            facts=tuple((name, stage.fingerprint) for name, stage in facts),
            kinds=tuple(self.layout.kinds),
            refused=tuple(self.without(REGISTRY)) if holding != "some" else (),
            deadline=self.cluster.deadline,
        )

    def read(self, name: str) -> DataFrame:
        """What a stage kept."""
        return self.spark.read.parquet(f"file://{self.folder.stage(name)}")

    def rows(self, kind: str) -> DataFrame:
        """The rows of a kind with their numbers, those left out that were set apart."""
        numbers = self.spark.createDataFrame(
            self.layout.numbers(), "file int, table int, base bigint, number bigint"
        )  # fmt: skip
        rows = self.spark.read.schema(for_spark(_rows_of_a_kind())).parquet(
            f"file://{self.folder.stage('rows')}/kind={kind}"
        )
        numbered = rows.where("index >= 0").join(F.broadcast(numbers), ["file", "table"]).select(
            (F.col("position") + F.col("base")).alias("ordinal"),
            F.col("number").alias("table"),
            "index", "record", "draw",
        )  # fmt: skip
        without = self.without(kind)
        return numbered.where(~F.col("ordinal").isin(without)) if without else numbered

    def asked(self, rows: DataFrame, task: Any, keeps: pa.Schema) -> DataFrame:
        """What children answer about rows."""
        return rows.mapInArrow(task, for_spark(keeps))

    def each_of(self, count: int) -> DataFrame:
        """A task for each number below `count`."""
        return self.spark.range(0, count, 1, max(1, count))


def keep(rows: DataFrame, path: Path) -> None:
    """Writes what a stage makes, by Spark's own committer."""
    rows.write.mode("overwrite").parquet(f"file://{path}")


def _rows_of_a_kind() -> pa.Schema:
    return ROWS.remove(ROWS.get_field_index("kind"))
