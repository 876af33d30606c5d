"""The folder of links for `lamsach run --links`: written in the order of rows, a part at a time, and digested."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from .errors import Code, Stop
from .folder import read_json, write_json
from .job import Counts, Job
from .manifest import Manifest

if TYPE_CHECKING:
    from hashlib import _Hash as Digest

_LINKS = pa.schema([("ordinal", pa.int64()), ("links", pa.binary())])
_SURPLUS = pa.schema([("row", pa.int64()), ("kept", pa.int64()), ("p", pa.float32())])


def publish(job: Job, made: list[Manifest]) -> Manifest:
    """Writes the folder; its digest is the same wherever and however the links were made."""

    def make(path: Path) -> Counts:
        partial = job.folder.path / "links.partial"
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(mode=0o700)
        try:
            digest, rows = _write(job, partial)
        except OSError as error:
            raise Stop(Code.OUTPUT, f"the folder of links could not be written: {error.strerror}") from error
        shutil.rmtree(job.folder.links, ignore_errors=True)
        partial.rename(job.folder.links)
        path.mkdir(mode=0o700, parents=True)
        write_json(path / "digest.json", digest)
        return {"rows": rows}

    if not job.folder.links.exists():
        job.folder.clear("publish")
    return job.stage("publish", made, make)


def digest_of(job: Job) -> str:
    """The digest of the links of a job that is done."""
    return str(read_json(job.folder.stage("publish") / "digest.json"))


def _write(job: Job, folder: Path) -> tuple[str, int]:
    """One file after the other; the digest of all, and how many rows have links."""
    digest = hashlib.sha256()
    rows = 0
    _write_surplus(_sorted(job.folder.stage("surplus"), _SURPLUS), folder / "surplus.arrow", digest, "surplus")
    for kind in job.layout.kinds:
        digest.update(kind.encode() + b"\0")
        with pa.OSFile(str(folder / f"{kind}.arrow"), "wb") as sink, pa.ipc.new_stream(sink, _LINKS) as writer:
            parts = hashlib.sha256(), hashlib.sha256(), hashlib.sha256()
            for batch in _every_row(_in_order(job.folder.stage(f"links.{kind}")), job.layout.rows_of(kind)):
                writer.write_batch(batch)
                _digest_links(parts, batch)
                rows += batch.num_rows - batch["links"].null_count
            for part in parts:
                digest.update(part.digest())
        unlinked = _sorted(job.folder.stage(f"unlinked.{kind}"), _SURPLUS)
        _write_surplus(unlinked, folder / f"{kind}.unlinked.arrow", digest, f"{kind}.unlinked")
    write_json(folder / "manifest.json", {"format": 1, "digests": job.layout.digests, "as_of": job.plan.as_of})
    return digest.hexdigest(), rows


def _in_order(stage: Path) -> Iterator[pa.RecordBatch]:
    """Rows of files that follow each other, as Spark writes what is sorted; whether they do is looked at."""
    last = -1
    for path in sorted(stage.glob("part-*.parquet")):
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=65_536, columns=["ordinal", "links"]):
                if batch.num_rows == 0:
                    continue
                ordinals = batch["ordinal"].to_numpy()
                if ordinals[0] <= last or np.any(np.diff(ordinals) <= 0):
                    raise Stop(Code.INTERNAL, f"rows of {stage.name} do not stand in their order, or stand twice")
                last = int(ordinals[-1])
                yield pa.RecordBatch.from_arrays([batch["ordinal"], batch["links"].cast(pa.binary())], schema=_LINKS)


def _every_row(batches: Iterator[pa.RecordBatch], rows: int) -> Iterator[pa.RecordBatch]:
    """Every row of the kind: one that was set apart has no links, and that is said."""
    after = 0
    for batch in batches:
        ordinals = batch["ordinal"].to_numpy()
        last = int(ordinals[-1])
        missing = np.setdiff1d(np.arange(after, last + 1), ordinals, assume_unique=True)
        if len(missing):
            whole = pa.concat_tables([pa.Table.from_batches([batch]), _without_links(missing)])
            yield from whole.sort_by("ordinal").combine_chunks().to_batches()
        else:
            yield batch
        after = last + 1
    if after < rows:
        yield from _without_links(np.arange(after, rows)).to_batches()


def _without_links(ordinals: npt.NDArray[np.int64]) -> pa.Table:
    return pa.table([pa.array(ordinals, pa.int64()), pa.nulls(len(ordinals), pa.binary())], schema=_LINKS)


def _digest_links(parts: tuple[Digest, Digest, Digest], batch: pa.RecordBatch) -> None:
    """Numbers, lengths and bytes each for themselves, so that it does not matter where a batch ends."""
    links = batch["links"].to_pylist()
    parts[0].update(batch["ordinal"].to_numpy().astype("<i8").tobytes())
    parts[1].update(np.array([-1 if link is None else len(link) for link in links], "<i8").tobytes())
    parts[2].update(b"".join(link for link in links if link is not None))


def _sorted(stage: Path, schema: pa.Schema) -> pa.Table:
    parts = [pq.read_table(path, columns=schema.names).cast(schema) for path in sorted(stage.glob("part-*.parquet"))]
    table = pa.concat_tables(parts) if parts else schema.empty_table()
    return table.filter(table["row"].is_valid()).sort_by([("row", "ascending")])


def _write_surplus(rows: pa.Table, path: Path, digest: Digest, name: str) -> None:
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_stream(sink, _SURPLUS) as writer:
        writer.write_table(rows)
    digest.update(name.encode() + b"\0")
    for column, kind in (("row", "<i8"), ("kept", "<i8"), ("p", "<f4")):
        digest.update(rows[column].to_numpy().astype(kind).tobytes())
