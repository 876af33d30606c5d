"""What runs on the workers: bodies of `mapInArrow`, each a small object that Spark carries there."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .child import Child, ChildDied, Refused
from .errors import Code, Stop
from .frames import Answer, BrokenFrame, Json, read_frame
from .guard import at_hangup, leave, private_folder, shut, start, sweep, watched
from .patience import Limit, Poison, ask_rows, ask_whole
from .schemas import COUNTED, PIECES, ROWS, TABLE, conform, errors
from .session import SESSION, Needs


def _begin() -> None:
    shut()
    at_hangup()


@dataclass(frozen=True)
class ReadFiles:
    """Reads and normalises files by `lamsach worker rows`; comes with the numbers of the files to read."""

    command: tuple[str, ...]
    files: tuple[tuple[str, str], ...]
    as_of: str
    deadline: float

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        _begin()
        for batch in batches:
            for file in batch["id"].to_pylist():
                yield from self._read(file)

    def _read(self, file: int) -> Iterator[pa.RecordBatch]:
        kind, path = self.files[file]
        command = (*self.command, "rows", "--kind", kind, "--as-of", self.as_of, path)
        position = 0
        process = start(command, private_folder())
        try:
            if process.stdin is None or process.stdout is None:
                raise Stop(Code.INTERNAL, "the reader has no pipes")
            process.stdin.close()
            while True:
                with watched(process, self.deadline):
                    frame = read_frame(process.stdout)
                if frame is None:
                    break
                metadata, rows = frame
                if metadata.get("lamsach.status") == "error":
                    yield from _problem(kind, file, metadata)
                    return
                rows, position = _placed(rows, kind, file, position)
                yield from rows.to_batches()
            status = process.wait(self.deadline)
        except (BrokenFrame, subprocess.TimeoutExpired) as error:
            raise Stop(Code.INTERNAL, f"the reader of {path} did not come to its end: {error}") from error
        finally:
            process.kill()
            process.wait()
        if status != 0:
            raise Stop(Code.INTERNAL, f"the reader of {path} ended with code {status}")


@dataclass(frozen=True)
class CutFile:
    """Reads a file once more and cuts it for all parts that have rows in it; comes with these rows."""

    command: tuple[str, ...]
    files: tuple[tuple[str, str], ...]
    as_of: str
    #: Where each file begins within its kind.
    bases: tuple[int, ...]
    #: By file and table, the later list that followed it.
    followed: dict[int, dict[str, str]]
    deadline: float

    def __call__(self, rows: pa.Table) -> pa.Table:
        _begin()
        file = rows["file"][0].as_py()
        kind, path = self.files[file]
        wanted = pa.table({"part": rows["part"], "position": pc.subtract(rows["ordinal"], self.bases[file])})
        line = (*self.command, "--kind", kind, "--as-of", self.as_of, path)
        child = Child(line, private_folder())
        try:
            told = child.ask("cut", {"followed": self.followed.get(file, {})}, wanted, 6 * self.deadline)
        except (ChildDied, Refused) as error:
            raise Stop(Code.INTERNAL, f"{path} could not be cut: {error}") from error
        finally:
            child.kill()
        numbered = told.rows.append_column("file", pa.array([file] * told.rows.num_rows, pa.int64()))
        return conform(numbered, PIECES)


@dataclass(frozen=True)
class CountPart:
    """Counts what parts have at home; comes with the numbers of the parts."""

    command: tuple[str, ...]
    folder: str
    parts: tuple[str, ...]

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        _begin()
        for batch in batches:
            for number in batch["id"].to_pylist():
                part = self.parts[number]
                process = start((*self.command, "--part", f"{self.folder}/{part}"), private_folder())
                counts, _ = process.communicate()
                told = {"part": [part], "code": [process.returncode], "counts": [counts.decode()]}
                yield from pa.table(told).cast(COUNTED).to_batches()


def _placed(rows: pa.Table, kind: str, file: int, position: int) -> tuple[pa.Table, int]:
    """Rows with the number of their file and their position in it; and the position after them."""
    data = rows["index"].to_numpy() >= 0
    positions = position + np.cumsum(data) - 1
    columns = {
        "kind": pa.array([kind] * rows.num_rows, pa.string()),
        "file": pa.array(np.full(rows.num_rows, file, np.int32)),
        "position": pa.array(np.where(data, positions, -1)),
    }
    for name, column in columns.items():
        rows = rows.append_column(name, column)
    return conform(rows, ROWS), position + int(np.count_nonzero(data))


def _problem(kind: str, file: int, metadata: dict[str, str]) -> Iterator[pa.RecordBatch]:
    problem = json.dumps([metadata.get("lamsach.code", ""), metadata.get("lamsach.message", "")], ensure_ascii=False)
    row = {"kind": [kind], "file": [file], "position": [-1], "table": [-1], "index": [-1], "problem": [problem]}
    yield from conform(pa.table(row), ROWS).to_batches()


@dataclass(frozen=True)
class Each:
    """Asks about rows that do not depend on each other."""

    needs: Needs
    op: str
    parameters: Json
    keeps: pa.Schema
    most_poison: int
    #: For rows that a child may see once: each task has a child of its own.
    fresh: bool = False

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        _begin()
        if self.fresh:
            SESSION.end()
        limit = Limit(self.most_poison)
        for batch in batches:
            if batch.num_rows == 0:
                continue
            rows = pa.Table.from_batches([batch])
            for part in ask_rows(lambda rows: SESSION.ask(self.needs, self.op, self.parameters, rows), rows, limit):
                if isinstance(part, Poison):
                    yield from errors([(part.ordinal, part.reason)], self.keeps).to_batches()
                else:
                    yield from conform(part.rows, self.keeps).to_batches()


@dataclass(frozen=True)
class Together:
    """Asks about rows that must be seen together: all that the task is given, in their order."""

    needs: Needs
    op: str
    parameters: Json
    keeps: pa.Schema
    most_poison: int
    #: The column by which the answer, an object and no rows, is kept.
    answer_as: str | None = None

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        _begin()
        given = [batch for batch in batches if batch.num_rows]
        if given:
            yield from self._ask(pa.Table.from_batches(given)).to_batches()

    def _ask(self, rows: pa.Table) -> pa.Table:
        answer, poisons = ask_whole(
            lambda rows: SESSION.ask(self.needs, self.op, self.parameters, rows, whole=True),
            rows,
            Limit(self.most_poison),
        )
        bad = errors([(poison.ordinal, poison.reason) for poison in poisons], self.keeps)
        return pa.concat_tables([conform(_kept(answer, self.answer_as), self.keeps), bad])


def _kept(answer: Answer, answer_as: str | None) -> pa.Table:
    """What is kept of an answer: its rows, or the object as text."""
    if answer_as is None:
        return answer.rows
    return pa.table({answer_as: [json.dumps(answer.answer, ensure_ascii=False)]})


@dataclass(frozen=True)
class OneTable:
    """Asks what the rows of one table show of the table as a whole; a body of `applyInArrow`."""

    needs: Needs
    kind: str
    most_poison: int

    def __call__(self, rows: pa.Table) -> pa.Table:
        _begin()
        rows = rows.sort_by("index")
        number = rows["table"][0].as_py()
        ask = Together(self.needs, "table", {"kind": self.kind}, TABLE, self.most_poison, "facts")
        told = ask._ask(rows)
        return told.set_column(0, "table", pa.array([number] * told.num_rows, pa.int64()))


@dataclass(frozen=True)
class Slices:
    """Looks for residents who stand twice in the registry, a slice at a time; comes with the numbers of slices."""

    needs: Needs
    residents: int
    slices: int
    keeps: pa.Schema

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        _begin()
        for batch in batches:
            for slice_ in batch["id"].to_pylist():
                ends = [self.residents * at // self.slices for at in (slice_, slice_ + 1)]
                answer = SESSION.ask(self.needs, "twice", {"from": ends[0], "to": ends[1]}, None, whole=True)
                yield from conform(answer.rows, self.keeps).to_batches()


@dataclass(frozen=True)
class Once:
    """Asks one thing, without rows."""

    needs: Needs
    op: str
    keeps: pa.Schema
    parameters: Json = field(default_factory=dict)
    #: Columns of the question, where it has some.
    of: pa.Schema | None = None
    #: The column by which the answer, an object and no rows, is kept.
    answer_as: str | None = None

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        _begin()
        none = None if self.of is None else self.of.empty_table()
        for batch in batches:
            for _ in range(batch.num_rows):
                answer = SESSION.ask(self.needs, self.op, self.parameters, none, whole=True)
                yield from conform(_kept(answer, self.answer_as), self.keeps).to_batches()


class Clean:
    """Ends the child of each worker and removes what it left on local disks."""

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        SESSION.end()
        leave()
        removed = sweep()
        for batch in batches:
            yield pa.RecordBatch.from_pydict({"removed": pa.array([removed] * batch.num_rows, pa.int64())})
