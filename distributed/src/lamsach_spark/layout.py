"""Numbers of rows and tables: where each file begins in its kind, and which number each table has among all.

Rows are numbered within their kind in the order of files, tables, rows; tables over all kinds, the registry first. No
row is rewritten for it: its number is its position in the file and where the file begins.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

REGISTRY = "residents"


@dataclass(frozen=True)
class TableNumber:
    """A table: its number in its file, among all, and the digest by which the program knows it again."""

    table: int
    number: int
    digest: str
    rows: int


@dataclass(frozen=True)
class FileNumber:
    """A file: its kind, the number of its first row within the kind, and its tables."""

    file: int
    kind: str
    path: str
    base: int
    rows: int
    tables: tuple[TableNumber, ...]


@dataclass(frozen=True)
class Layout:
    """All files in their order."""

    files: tuple[FileNumber, ...]

    @property
    def kinds(self) -> list[str]:
        """The kinds of extracts that have a file, in order."""
        return [kind for kind in dict.fromkeys(file.kind for file in self.files) if kind != REGISTRY]

    @property
    def residents(self) -> int:
        return self.rows_of(REGISTRY)

    @property
    def registry_files(self) -> int:
        return sum(file.kind == REGISTRY for file in self.files)

    @property
    def digests(self) -> list[str]:
        return [table.digest for file in self.files for table in file.tables]

    def rows_of(self, kind: str) -> int:
        return sum(file.rows for file in self.files if file.kind == kind)

    def bases(self) -> npt.NDArray[np.int64]:
        """Where each file begins within its kind, by number of file."""
        return np.array([file.base for file in self.files], np.int64)

    def of_row(self, kind: str, ordinal: int) -> tuple[str, int]:
        """The file of a row, and its position there."""
        for file in self.files:
            if file.kind == kind and file.base <= ordinal < file.base + file.rows:
                return file.path, ordinal - file.base
        return "", -1

    def numbers(self) -> list[tuple[int, int, int, int]]:
        """Lines (file, table, base, number) to join rows with."""
        return [(file.file, table.table, file.base, table.number) for file in self.files for table in file.tables]

    def write(self, path: Path) -> None:
        path.write_text(json.dumps([asdict(file) for file in self.files], ensure_ascii=False), encoding="utf-8")

    @staticmethod
    def read(path: Path) -> Layout:
        files = json.loads(path.read_text(encoding="utf-8"))
        return Layout(
            tuple(
                FileNumber(**{**file, "tables": tuple(TableNumber(**table) for table in file["tables"])})
                for file in files
            )
        )


def lay_out(
    files: Iterable[tuple[str, str]], rows: dict[int, int], tables: dict[int, list[tuple[int, str, int]]]
) -> Layout:
    """Numbers the files of a plan, given as (kind, path): `rows` are the data rows of each file, `tables` its tables as
    (number in the file, digest, rows)."""
    begins: dict[str, int] = {}
    numbered: list[FileNumber] = []
    number = 0
    for file, (kind, path) in enumerate(files):
        base, count = begins.get(kind, 0), rows.get(file, 0)
        of_file = []
        for table, digest, of_table in sorted(tables.get(file, [])):
            of_file.append(TableNumber(table, number, digest, of_table))
            number += 1
        numbered.append(FileNumber(file, kind, path, base, count, tuple(of_file)))
        begins[kind] = base + count
    return Layout(tuple(numbered))
