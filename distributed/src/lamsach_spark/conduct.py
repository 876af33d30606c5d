"""The stages in their order."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from . import dividing, learning, linking, publishing, reading, registry
from .cluster import Cluster, session
from .errors import Code, Stop, from_worker
from .folder import WorkFolder
from .job import Job
from .plan import Plan
from .report import Report
from .tasks import Clean

T = TypeVar("T")

_FEWEST_PARTS = 4
_ROWS_A_PART = 50_000


@dataclass(frozen=True)
class Linked:
    """What came of it."""

    digest: str
    rows: int
    set_apart: int
    links: Path

    def to_json(self) -> dict[str, Any]:
        return {"digest": self.digest, "rows": self.rows, "set_apart": self.set_apart, "links": str(self.links)}


def link(folder: WorkFolder, cluster: Cluster, report: Report) -> Linked:
    """Links what is planned in a folder; goes on where a job before it stopped."""
    return _with_job(folder, cluster, report, _link)


def _with_job(folder: WorkFolder, cluster: Cluster, report: Report, does: Callable[[Job], T]) -> T:
    """Does something with a session of Spark, and leaves nothing behind."""
    plan = Plan.read(folder.plan)
    folder.make()
    with folder.lock(), session(cluster) as spark:
        job = Job(spark, plan, cluster, folder, report)
        try:
            done = does(job)
        except Exception as error:
            told = from_worker(error) or _told(error)  # asked for while Spark is there
            _clean(job)
            raise told from error
        # whoever stops a job does not wait for a last stage: processes that are ended remove what is theirs
        _clean(job)
        return done


def divide(folder: WorkFolder, cluster: Cluster, report: Report, more: Sequence[str]) -> list[str]:
    """Divides a country that is linked into its provinces; tells their names."""

    def does(job: Job) -> list[str]:
        if not job.folder.layout.exists():
            raise Stop(
                Code.USAGE, f"{folder.path} holds no links yet; make them with: lamsach-spark link {folder.path}"
            )
        _set_parts(job)
        return dividing.divide(job, more)

    return _with_job(folder, cluster, report, does)


def _set_parts(job: Job) -> None:
    """In how many parts rows are shuffled: by how many there are."""
    parts = max(_FEWEST_PARTS, job.layout.residents // _ROWS_A_PART)
    job.spark.conf.set("spark.sql.shuffle.partitions", str(parts))


def _told(error: Exception) -> Exception:
    """What Spark says of an error, asked for while Spark is there: for whoever looks for a fault."""
    return RuntimeError(str(error)) if os.environ.get("LAMSACH_SPARK_DEBUG") else error


def _link(job: Job) -> Linked:
    rows = reading.read_rows(job)
    places = reading.number_places(job, rows)
    checked = reading.check_registry(job, places)
    twice = registry.find_twice(job, checked)
    surplus = registry.find_surplus(job, checked, twice)
    kinds = job.layout.kinds
    _set_parts(job)
    tables = [learning.look_at_tables(job, twice, kind) for kind in kinds]
    files = learning.gather_files(job, tables)
    model = learning.learn_model(job, twice, files)
    known = linking.Known(twice, files, model)
    # step by step over all kinds, so that workers keep their children between kinds
    found = {kind: linking.find(job, known, kind) for kind in kinds}
    complete = {kind: linking.complete(job, found[kind], kind) for kind in kinds}
    weighed = {kind: linking.weigh(job, known, found[kind], complete[kind], kind) for kind in kinds}
    contested = {kind: linking.gather_contested(job, found[kind], weighed[kind], kind) for kind in kinds}
    every = list(found.values())
    settled = {kind: linking.settle(job, known, complete[kind], contested[kind], every, kind) for kind in kinds}
    links = {kind: linking.finish(job, weighed[kind], settled[kind], kind) for kind in kinds}
    unlinked = [linking.find_unlinked(job, known, complete[kind], links[kind], kind) for kind in kinds]
    published = publishing.publish(job, [surplus, *links.values(), *unlinked])
    _keep_set_apart(job)
    return Linked(publishing.digest_of(job), published.counts["rows"], len(job.set_apart), job.folder.links)


def _keep_set_apart(job: Job) -> None:
    """Rows that were set apart, for whoever looks after the files."""
    folder = job.folder.path / "quarantine"
    folder.mkdir(mode=0o700, exist_ok=True)
    where = [job.layout.of_row(row.kind, row.ordinal) for row in job.set_apart]
    rows = pa.table(
        {
            "kind": pa.array([row.kind for row in job.set_apart], pa.string()),
            "ordinal": pa.array([row.ordinal for row in job.set_apart], pa.int64()),
            "reason": pa.array([row.reason for row in job.set_apart], pa.string()),
            "file": pa.array([path for path, _ in where], pa.string()),
            "position": pa.array([position for _, position in where], pa.int64()),
        }
    )
    pq.write_table(rows, folder / "rows.parquet")


def _clean(job: Job) -> None:
    """Ends the children and removes what lies on local disks. The job is over, well or badly: what cannot be cleaned
    now is removed when the process ends, or by the next job on that machine."""
    context = job.spark.sparkContext
    try:
        context.cancelAllJobs()  # tasks of one that failed may still be running
        job.each_of(2 * context.defaultParallelism).mapInArrow(Clean(), "removed bigint").collect()
    except Exception as error:
        job.report.tell("unclean", f"  local folders were left to their processes: {type(error).__name__}")
