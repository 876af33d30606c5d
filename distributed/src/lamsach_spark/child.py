"""The child: one `lamsach worker serve`, asked one thing at a time."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from .frames import Answer, BrokenFrame, Json, read_answer, write_request
from .guard import start, watched


class ChildDied(Exception):
    """The child ended, or was ended because it did not answer in time."""


class Refused(Exception):
    """The child answered that it cannot do what was asked."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{message} ({code})")
        self.code = code
        self.message = message


class Child:
    """A running child."""

    def __init__(self, command: Sequence[str], folder: Path) -> None:
        self._process: subprocess.Popen[bytes] = start(command, folder)

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, op: str, parameters: Json, rows: pa.Table | None, deadline: float) -> Answer:
        """Asks and waits. A child that is silent for `deadline` seconds is killed: it hangs, or is stopped.

        Raises `ChildDied` or `Refused`; after the first the child is of no more use.
        """
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise ChildDied("the child has no pipes")
        try:
            with watched(self._process, deadline):
                write_request(stdin, op, parameters, rows)
                answer = read_answer(stdout)
        except (OSError, BrokenFrame, ValueError) as error:
            raise self._died(op) from error
        if answer is None:
            raise self._died(op)
        if not answer.ok:
            raise Refused(answer.code, answer.message)
        return answer

    def _died(self, op: str) -> ChildDied:
        self.kill()
        status = self._process.returncode
        how = f"killed by signal {-status}" if status < 0 else f"exit code {status}"
        return ChildDied(f"the worker program ended during '{op}' ({how})")

    def kill(self) -> None:
        """Ends the child at once."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
