"""The work folder: on a disk that the driver and all workers see under the same path, and nobody else."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .errors import Code, Stop
from .manifest import Manifest


def write_json(path: Path, value: object) -> None:
    """Writes a file whole or not at all."""
    partial = path.with_name(f".{path.name}.partial")
    with partial.open("w", encoding="utf-8") as file:
        json.dump(value, file, ensure_ascii=False, indent=1)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


class WorkFolder:
    """Where a job keeps its stages."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def plan(self) -> Path:
        return self.path / "plan.json"

    @property
    def layout(self) -> Path:
        return self.stage("rows.layout.json")

    @property
    def links(self) -> Path:
        return self.path / "links"

    @property
    def parts(self) -> Path:
        return self.path / "parts"

    @property
    def model(self) -> Path:
        return self.path / "model.json"

    def stage(self, name: str) -> Path:
        """Where a stage keeps what it makes."""
        return self.path / "stages" / name

    def make(self) -> None:
        """Makes the folder, private."""
        try:
            for folder in (self.path, self.path / "stages", self.path / "manifests"):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.path.chmod(0o700)
        except OSError as error:
            raise Stop(Code.OUTPUT, f"the work folder {self.path} cannot be made: {error.strerror}") from error

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Holds the folder: one job at a time."""
        with (self.path / ".lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Stop(Code.BUSY, f"another job works in {self.path}; wait for it, or use another folder") from None
            yield

    def _manifest(self, name: str) -> Path:
        return self.path / "manifests" / f"{name}.json"

    def manifest(self, name: str) -> Manifest | None:
        """What a stage left when it was done, if it was."""
        try:
            return Manifest.from_json(read_json(self._manifest(name)))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def done(self, manifest: Manifest) -> None:
        write_json(self._manifest(manifest.stage), manifest.to_json())

    def clear(self, name: str) -> None:
        """Removes what a stage made."""
        self._manifest(name).unlink(missing_ok=True)
        shutil.rmtree(self.stage(name), ignore_errors=True)
