"""The bill before it starts: memory, bytes, tasks, hours; and on what it rests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from .layout import REGISTRY

#: Measured on the program, or by the size of its structures; the README says how.
BYTES_A_RESIDENT = 600
BASE_BYTES = 600 << 20
SECONDS_A_ROW = 25e-6
INDEX_SECONDS_A_RESIDENT = 4.1e-6
#: What Spark and Python take to carry a row through a worker once, on one core of it; and how often it is carried.
CARRY_SECONDS_A_ROW = 15e-6
PASSES = 4
#: To stream the registry into a child, and how often a worker does so in a job.
LOAD_SECONDS_A_RESIDENT = 1.2e-6
LOADS = 5
PUBLISH_SECONDS_A_ROW = 0.6e-6
BYTES_READ_A_RECORD = 110
BYTES_MOVED_A_FOUND_ROW = 60
CONTESTED = 0.065
BYTES_A_CONTESTED_ROW = 400
ROWS_A_TASK = 100_000
RAW_BYTES_A_ROW = {".csv": 180, ".txt": 180, ".tsv": 180, ".gz": 45, ".zip": 45, ".xlsx": 80, ".parquet": 60}
_SAMPLE = 1 << 20


@dataclass(frozen=True)
class Bill:
    """What linking will take."""

    residents: int
    rows: int
    files: int
    raw_bytes: int
    workers: int
    threads: int
    memory_a_worker: int
    stored: int
    read_by_workers: int
    shuffled: int
    tasks: int
    core_hours: float
    hours: float

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "assumptions": ASSUMPTIONS}

    def lines(self) -> list[str]:
        """For people."""
        return [
            f"residents          {self.residents:>16,}",
            f"rows of extracts   {self.rows:>16,}   in {self.files:,} files, {_size(self.raw_bytes)}",
            f"memory a worker    {_size(self.memory_a_worker):>16}   {self.workers} workers of {self.threads} threads",
            f"work folder        {_size(self.stored):>16}",
            f"read by workers    {_size(self.read_by_workers):>16}   the registry, once each",
            f"moved between them {_size(self.shuffled):>16}   numbers of rows and residents, contested rows",
            f"tasks              {self.tasks:>16,}",
            f"work               {self.core_hours:>16.2f}   core-hours",
            f"time               {self.hours:>16.2f}   hours, if nothing waits",
            "",
            *(f"- {line}" for line in ASSUMPTIONS),
        ]


ASSUMPTIONS = [
    f"{BYTES_A_RESIDENT} bytes of memory a resident and {BASE_BYTES >> 20} MB beside; Spark's own memory comes on top",
    f"{SECONDS_A_ROW * 1e6:.0f} microseconds of a core a row, reading and settling included; "
    f"{INDEX_SECONDS_A_RESIDENT * 1e6:.1f} a resident for an index",
    f"{CARRY_SECONDS_A_ROW * 1e6:.0f} microseconds for Spark and Python to carry a row through a worker, on one core "
    f"of it, {PASSES} times",
    f"each worker takes the registry {LOADS} times, {LOAD_SECONDS_A_RESIDENT * 1e6:.1f} microseconds a resident",
    f"{CONTESTED:.1%} of the rows contest a resident and are decided together",
    "rows are counted from the first megabyte of text files, and estimated from the size of others",
    "a machine whose disks and network keep up; files of much the same size, at least as many as workers",
]


def bill(residents: int, rows: int, files: int, raw_bytes: int, workers: int, threads: int) -> Bill:
    """Works out the bill."""
    workers, threads = max(1, workers), max(1, threads)
    records = residents + rows
    link = records * SECONDS_A_ROW
    carry = records * CARRY_SECONDS_A_ROW * PASSES
    load = LOADS * residents * (LOAD_SECONDS_A_RESIDENT + INDEX_SECONDS_A_RESIDENT)
    load_time = LOADS * residents * (LOAD_SECONDS_A_RESIDENT + INDEX_SECONDS_A_RESIDENT / threads)
    alone = rows * (CONTESTED * (CARRY_SECONDS_A_ROW + SECONDS_A_ROW / threads) + PUBLISH_SECONDS_A_ROW)
    cpu = link + carry + workers * load
    seconds = link / (workers * threads) + carry / workers + load_time + alone
    return Bill(
        residents=residents,
        rows=rows,
        files=files,
        raw_bytes=raw_bytes,
        workers=workers,
        threads=threads,
        memory_a_worker=BASE_BYTES + residents * BYTES_A_RESIDENT,
        stored=records * BYTES_READ_A_RECORD + rows * 2 * BYTES_READ_A_RECORD,
        read_by_workers=workers * residents * BYTES_READ_A_RECORD,
        shuffled=rows * BYTES_MOVED_A_FOUND_ROW + int(rows * CONTESTED) * BYTES_A_CONTESTED_ROW,
        tasks=2 * files + 3 * max(1, rows // ROWS_A_TASK),
        core_hours=round(cpu / 3600, 3),
        hours=round(seconds / 3600, 3),
    )


def of_files(files: Mapping[str, Iterable[Path]], workers: int, threads: int) -> Bill:
    """The bill of files by kind."""
    by_kind = {kind: list(paths) for kind, paths in files.items()}
    counts = {kind: sum(rows_in(path) for path in paths) for kind, paths in by_kind.items()}
    every = [path for paths in by_kind.values() for path in paths]
    rows = sum(count for kind, count in counts.items() if kind != REGISTRY)
    raw = sum(path.stat().st_size for path in every)
    return bill(counts.get(REGISTRY, 0), rows, len(every), raw, workers, threads)


def rows_in(path: Path) -> int:
    """About how many rows a file has."""
    size = path.stat().st_size
    suffix = path.suffix.lower()
    if suffix in {".csv", ".txt", ".tsv"}:
        with path.open("rb") as file:
            sample = file.read(_SAMPLE)
        lines = max(1, sample.count(b"\n"))
        return max(0, size * lines // max(1, len(sample)) - 1)
    return int(size // RAW_BYTES_A_ROW.get(suffix, 100))


def _size(count: int) -> str:
    value, unit = float(count), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if value < 1000:
            break
        value, unit = value / 1000, larger
    return f"{value:,.1f} {unit}"
