"""Stage 7: rows go to the province in which they are at home, and to others that have to know them. The folders that
`lamsach run --part` takes, one a province."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import functions as F

from .child import Child, ChildDied, Refused
from .errors import Code, Stop
from .folder import write_json
from .guard import private_folder
from .job import Counts, Job, keep
from .layout import REGISTRY
from .manifest import Manifest
from .schemas import COUNTED, PIECES, ROUTED, ROWS, for_spark
from .tasks import CountPart, CutFile

_TIES = ("ordinal", "file", "code", "commune", "numbers", "subjects")
_BATCH = 65_536


def divide(job: Job, more: Sequence[str]) -> list[str]:
    """Divides a country whose links stand; tells the names of the parts."""
    published = job.folder.manifest("publish")
    if published is None or not (job.folder.links / "manifest.json").exists():
        raise Stop(
            Code.USAGE, f"{job.folder.path} holds no links yet; make them with: lamsach-spark link {job.folder.path}"
        )
    kinds = [REGISTRY, *job.layout.kinds]
    ties = [gather_ties(job, published, kind) for kind in kinds]
    routed = route(job, ties)
    cut = cut_files(job, routed)
    parted = [part_links(job, routed, kind) for kind in kinds]
    parts = write_parts(job, [cut, *parted])
    count_parts(job, parts, more)
    return _names(job)


def gather_ties(job: Job, published: Manifest, kind: str) -> Manifest:
    """What ties each row to others, in the order of rows: its commune, its numbers, its links."""

    def make(path: Path) -> Counts:
        bases = job.spark.createDataFrame([(of.file, of.base) for of in job.layout.files], "file int, base bigint")
        rows = job.spark.read.schema(for_spark(ROWS)).parquet(f"file://{job.folder.stage('rows')}")
        rows = rows.where((F.col("kind") == kind) & (F.col("index") >= 0)).join(F.broadcast(bases), "file")
        rows = rows.withColumn("ordinal", F.col("position") + F.col("base"))
        empty = [F.coalesce(name, F.lit("")).alias(name) for name in ("code", "commune")]
        rows = rows.select("ordinal", F.col("file").cast("bigint").alias("file"), *empty, "numbers", "subjects")
        if kind != REGISTRY:
            rows = rows.join(job.read(f"links.{kind}").select("ordinal", "links"), "ordinal", "left")
        keep(rows.orderBy("ordinal"), path)
        return {"rows": job.layout.rows_of(kind)}

    return job.stage(f"ties.{kind}", (published,), make)


def route(job: Job, ties: Sequence[Manifest]) -> Manifest:
    """Which rows each part has at home, which it judges, which it has to know: one process holds what ties all rows."""

    def make(path: Path) -> Counts:
        path.mkdir(mode=0o700, parents=True)
        with _router(job) as router:
            places = _places(job)
            router.ask("places", {"as_of": job.plan.as_of, "of_registry": _of_registry(job)}, places)
            heads = _heads(job)
            write_json(path / "followed.json", router.ask("heads", {}, heads).to_pylist())
            kinds = [REGISTRY, *job.layout.kinds]
            for kind in kinds:
                for rows in _in_order(job.folder.stage(f"ties.{kind}")):
                    router.ask("rows", {"kind": kind}, rows)
            router.ask("surplus", {}, _pairs(job, "surplus"))
            for kind in job.layout.kinds:
                router.ask("unlinked", {"kind": kind}, _pairs(job, f"unlinked.{kind}"))
            names = [str(name) for name in router.tell("parts")["parts"]]
            write_json(path / "parts.json", names)
            counts = {"parts": len(names), "rows": 0, "guests": 0}
            for part in names:
                for kind in kinds:
                    rows = router.ask("part", {"part": part, "kind": kind}, None)
                    guests = int(np.count_nonzero(rows["presence"].to_numpy()))
                    counts["rows"] += rows.num_rows - guests
                    counts["guests"] += guests
                    named = {"part": [part] * rows.num_rows, "kind": [kind] * rows.num_rows}
                    columns = {name: rows[name] for name in ("ordinal", "file", "presence")}
                    pq.write_table(pa.table({**named, **columns}, schema=ROUTED), path / f"{part}.{kind}.parquet")
        return counts

    return job.stage("route", ties, make)


def cut_files(job: Job, routed: Manifest) -> Manifest:
    """Each file is read once more and cut for all parts that have rows in it: a task a file."""
    followed: dict[int, dict[str, str]] = {}
    for row in json.loads((job.folder.stage("route") / "followed.json").read_text(encoding="utf-8")):
        followed.setdefault(row["file"], {})[str(row["table"])] = row["by"]
    task = CutFile(
        (job.plan.program, "worker", "cut"), job.plan.files, job.plan.as_of,
        tuple(of.base for of in job.layout.files), followed, job.cluster.deadline,
    )  # fmt: skip

    def make(path: Path) -> Counts:
        rows = job.spark.read.parquet(f"file://{job.folder.stage('route')}/*.parquet")
        wanted = rows.select("part", "file", "ordinal").repartition(max(1, len(job.plan.files)), "file")
        # a function of one argument: Spark counts them to tell whether the key is wanted, too
        pieces = wanted.groupBy("file").applyInArrow(lambda rows: task(rows), for_spark(PIECES))
        pieces.write.mode("overwrite").partitionBy("part").parquet(f"file://{path}")
        return {"pieces": job.spark.read.parquet(f"file://{path}").count()}

    return job.stage("cut", (routed,), make, {"files": job.plan.stamps()})


def part_links(job: Job, routed: Manifest, kind: str) -> Manifest:
    """The links of the rows of each part, in the order of rows."""

    def make(path: Path) -> None:
        rows = job.spark.read.parquet(f"file://{job.folder.stage('route')}/*.{kind}.parquet")
        rows = rows.select("part", "ordinal", "presence")
        if kind != REGISTRY:
            rows = rows.join(job.read(f"links.{kind}").select("ordinal", "links"), "ordinal", "left")
        rows = rows.repartition("part").sortWithinPartitions("part", "ordinal")
        rows.write.mode("overwrite").partitionBy("part").parquet(f"file://{path}")

    return job.stage(f"parted.{kind}", (routed,), make)


def write_parts(job: Job, made: Sequence[Manifest]) -> Manifest:
    """The folders of all parts, as `lamsach run --part` reads them."""

    def make(path: Path) -> Counts:
        partial = job.folder.path / "parts.partial"
        shutil.rmtree(partial, ignore_errors=True)
        (partial / "counts").mkdir(mode=0o700, parents=True)
        names = _names(job)
        try:
            _write_common(job, partial, names)
            for part in names:
                _write_part(job, partial / part, part)
        except OSError as error:
            raise Stop(Code.OUTPUT, f"the folders of parts could not be written: {error.strerror}") from error
        shutil.rmtree(job.folder.parts, ignore_errors=True)
        partial.rename(job.folder.parts)
        path.mkdir(mode=0o700, parents=True)
        return {"parts": len(names)}

    if not job.folder.parts.exists():
        job.folder.clear("parts")
    return job.stage("parts", made, make)


def count_parts(job: Job, parts: Manifest, more: Sequence[str]) -> Manifest:
    """What each part counts of its own for all others to know: a task a part."""
    names = _names(job)
    line = [job.plan.program, "worker", "count", "--as-of", job.plan.as_of]
    units = ["--units", job.plan.units] if job.plan.units else []
    task = CountPart((*line, *units, *more), str(job.folder.parts), tuple(names))

    def make(path: Path) -> None:
        told = job.asked(job.each_of(len(names)), task, COUNTED).collect()
        failed = [row["part"] for row in told if row["code"] != 0]
        if failed:
            raise Stop(Code.INTERNAL, f"'lamsach worker count' failed on {', '.join(sorted(failed))}")
        for row in told:
            write_json(job.folder.parts / "counts" / f"{row['part']}.json", json.loads(row["counts"]))
        path.mkdir(mode=0o700, parents=True)

    counts = job.folder.parts / "counts"
    if not all((counts / f"{name}.json").exists() for name in names):
        job.folder.clear("counts")
    return job.stage("counts", (parts,), make, {"arguments": list(more)})


def _names(job: Job) -> list[str]:
    return [str(name) for name in json.loads((job.folder.stage("route") / "parts.json").read_text(encoding="utf-8"))]


class _Router:
    """The process that routes."""

    def __init__(self, child: Child, deadline: float) -> None:
        self._child = child
        self._deadline = deadline

    def ask(self, op: str, parameters: dict[str, object], rows: pa.Table | None) -> pa.Table:
        # to tie all rows together takes as long as there are rows
        return self._child.ask(op, parameters, rows, 60 * self._deadline).rows

    def tell(self, op: str) -> dict[str, list[str]]:
        return self._child.ask(op, {}, None, 60 * self._deadline).answer

    def close(self) -> None:
        self._child.kill()


@contextmanager
def _router(job: Job) -> Iterator[_Router]:
    units = ("--units", job.plan.units) if job.plan.units else ()
    child = Child((job.plan.program, "worker", "route", *units), private_folder())
    try:
        with closing(_Router(child, job.cluster.deadline)) as router:
            yield router
    except (ChildDied, Refused) as error:
        raise Stop(Code.INTERNAL, f"rows could not be routed: {error}") from error


def _places(job: Job) -> pa.Table:
    places = pq.read_table(job.folder.stage("places")).sort_by([("file", "ascending"), ("position", "ascending")])
    return places.select(["file", "code", "commune"])


def _of_registry(job: Job) -> int:
    """How many of the communes the registry writes."""
    files = _places(job)["file"].to_pylist()
    return sum(file < job.layout.registry_files for file in files)


def _heads(job: Job) -> pa.Table:
    """What is known of each file beside its rows; its first table brings it."""
    rows = job.spark.read.schema(for_spark(ROWS)).parquet(f"file://{job.folder.stage('rows')}")
    heads = rows.where("index = -1 and `table` = 0").select("file", "record").orderBy("file").collect()
    files = pa.array([row["file"] for row in heads], pa.int64())
    return pa.table({"file": files, "head": pa.array([bytes(row["record"]) for row in heads], pa.binary())})


def _pairs(job: Job, stage: str) -> pa.Table:
    rows = job.read(stage).where("row is not null").select("row", "kept", "p").orderBy("row", "kept").collect()
    columns = {name: [row[name] for row in rows] for name in ("row", "kept", "p")}
    types = {"row": pa.int64(), "kept": pa.int64(), "p": pa.float32()}
    return pa.table({name: pa.array(values, types[name]) for name, values in columns.items()})


def _in_order(stage: Path) -> Iterator[pa.Table]:
    """Rows of files that follow each other, as Spark writes what is sorted."""
    for path in sorted(stage.glob("part-*.parquet")):
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=_BATCH):
                if batch.num_rows:
                    yield pa.Table.from_batches([batch])


def _write_common(job: Job, folder: Path, names: list[str]) -> None:
    """What all parts share."""
    _write(folder / "places.arrow", [_places(job).select(["code", "commune"])])
    _write(folder / "heads.arrow", [_heads(job)])
    manifest = {"format": 1, "digests": job.layout.digests, "as_of": job.plan.as_of}
    write_json(folder / "manifest.json", {**manifest, "of_registry": _of_registry(job), "parts": names})


def _write_part(job: Job, folder: Path, part: str) -> None:
    folder.mkdir(mode=0o700)
    pieces = _of_part(job.folder.stage("cut"), part, PIECES.remove(0))
    _write(folder / "pieces.arrow", [pieces.sort_by("file")])
    for kind in (REGISTRY, *job.layout.kinds):
        links = [] if kind == REGISTRY else [("links", pa.binary())]
        schema = pa.schema([("ordinal", pa.int64()), ("presence", pa.int64()), *links])
        rows = _of_part(job.folder.stage(f"parted.{kind}"), part, schema)
        _write(folder / f"{kind}.arrow", [rows.sort_by("ordinal")])
    _write(folder / "surplus.arrow", [_pairs_of(job, part, "surplus", REGISTRY)])
    for kind in job.layout.kinds:
        _write(folder / f"{kind}.unlinked.arrow", [_pairs_of(job, part, f"unlinked.{kind}", kind)])


def _pairs_of(job: Job, part: str, stage: str, kind: str) -> pa.Table:
    """The pairs of which a part has the row; the program leaves those out of which it has not both."""
    own = _of_part(job.folder.stage(f"parted.{kind}"), part, pa.schema([("ordinal", pa.int64())]))
    return _pairs(job, stage).join(own, "row", "ordinal", "left semi").sort_by([("row", "ascending")])


def _of_part(stage: Path, part: str, schema: pa.Schema) -> pa.Table:
    paths = sorted((stage / f"part={part}").glob("*.parquet"))
    tables = [pq.ParquetFile(path).read(columns=schema.names).select(schema.names).cast(schema) for path in paths]
    return pa.concat_tables(tables) if tables else schema.empty_table()


def _write(path: Path, tables: Sequence[pa.Table]) -> None:
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_stream(sink, tables[0].schema) as writer:
        for table in tables:
            writer.write_table(table, max_chunksize=_BATCH)
