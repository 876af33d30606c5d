"""What is to be linked: files by kind, the day as of which, the program."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from .errors import Code, Stop
from .folder import read_json, write_json
from .layout import REGISTRY


@dataclass(frozen=True)
class Plan:
    """Everything that links depend on. Files stand in the order of kinds of the program, the registry first, and within
    a kind as they were given."""

    program: str
    program_digest: str
    as_of: str
    files: tuple[tuple[str, str], ...]
    units: str | None = None
    model: str | None = None

    @property
    def kinds(self) -> list[str]:
        return list(dict.fromkeys(kind for kind, _ in self.files))

    def serve(self, threads: int) -> tuple[str, ...]:
        """The command of a child."""
        units = ("--units", self.units) if self.units else ()
        return (self.program, "worker", "serve", *units, "--threads", str(threads))

    def stamps(self) -> list[tuple[str, str, int, int]]:
        """Kind, path, size and time of change of each file: a file that was not touched is not read again."""
        stamps = []
        for kind, path in self.files:
            try:
                stat = Path(path).stat()
            except OSError as error:
                raise Stop(Code.INPUT, f"{path} cannot be read: {error.strerror}") from error
            stamps.append((kind, path, stat.st_size, stat.st_mtime_ns))
        return stamps

    def check_program(self) -> None:
        """The program must still be the one that was planned with: rows that one version wrote another cannot read."""
        if digest(Path(self.program)) != self.program_digest:
            raise Stop(Code.USAGE, f"{self.program} is no longer the program that was planned with; plan again")

    def write(self, path: Path) -> None:
        write_json(path, {"format": 1, **asdict(self)})

    @staticmethod
    def read(path: Path) -> Plan:
        try:
            value = read_json(path)
            if value.pop("format") != 1:
                raise ValueError("another format")
            return Plan(**{**value, "files": tuple((kind, file) for kind, file in value["files"])})
        except FileNotFoundError:
            raise Stop(Code.USAGE, f"{path.parent} holds no plan; make one with: lamsach-spark plan") from None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Stop(Code.USAGE, f"{path} is no plan of this version; plan again") from error


def make_plan(
    program: str, files: dict[str, list[str]], as_of: str | None, units: str | None, model: str | None
) -> Plan:
    """Makes a plan of what was written on the command line."""
    found = shutil.which(program)
    if found is None:
        raise Stop(Code.USAGE, f"there is no program {program}; name it with --program")
    path = Path(found).resolve()
    order = kinds_of(path)
    unknown = [kind for kind in files if kind not in order]
    if unknown:
        raise Stop(Code.USAGE, f"the program knows no kind {unknown[0]}; it knows: {', '.join(order)}")
    if not files.get(REGISTRY):
        raise Stop(Code.USAGE, "no residents are given; without a registry nothing can be linked")
    return Plan(
        program=str(path),
        program_digest=digest(path),
        as_of=_day(as_of),
        files=tuple((kind, str(_file(file))) for kind in order for file in files.get(kind, [])),
        units=str(_file(units)) if units else None,
        model=str(_file(model)) if model else None,
    )


def kinds_of(program: Path) -> list[str]:
    """The kinds that the program knows, in its order, the registry first."""
    try:
        told = subprocess.run([program, "worker", "kinds"], capture_output=True, text=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        raise Stop(Code.USAGE, f"{program} is no lamsach that can work in a cluster (no 'worker kinds')") from error
    kinds = told.stdout.split()
    return [REGISTRY, *(kind for kind in kinds if kind != REGISTRY)]


def digest(path: Path) -> str:
    """The digest of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sizes(files: Iterable[tuple[str, str]]) -> dict[str, list[Path]]:
    """Files by kind."""
    by_kind: dict[str, list[Path]] = {}
    for kind, path in files:
        by_kind.setdefault(kind, []).append(Path(path))
    return by_kind


def _file(path: str) -> Path:
    file = Path(path).resolve()
    if not file.is_file():
        raise Stop(Code.INPUT, f"{path} is no file that can be read")
    return file


def _day(written: str | None) -> str:
    if written is None:
        return date.today().strftime("%d/%m/%Y")
    try:
        day, month, year = (int(part) for part in written.split("/"))
        return date(year, month, day).strftime("%d/%m/%Y")
    except ValueError:
        raise Stop(Code.USAGE, f"--as-of {written} is no day; write dd/mm/yyyy") from None
