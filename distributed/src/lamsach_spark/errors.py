"""Why a job ends, as one sentence and an exit code."""

from __future__ import annotations

import re
from enum import IntEnum


class Code(IntEnum):
    """Exit codes; those of the `lamsach` program where they fit."""

    DONE = 0
    INTERNAL = 1
    USAGE = 2
    INPUT = 3
    BUSY = 5
    OUTPUT = 6


class Stop(Exception):
    """The job cannot go on: what is wrong, where, and what to do."""

    def __init__(self, code: Code, sentence: str) -> None:
        super().__init__(code, sentence)
        self.code = code
        self.sentence = sentence

    def __str__(self) -> str:
        return f"[{int(self.code)}] {self.sentence}"


_ON_A_WORKER = re.compile(r"lamsach_spark\.errors\.Stop: \[(\d)\] (.+)")


def from_worker(error: BaseException) -> Stop | None:
    """The `Stop` that a task raised, read back from what Spark says of a failed job."""
    match = _ON_A_WORKER.search(str(error))
    if match is None:
        return None
    return Stop(Code(int(match.group(1))), match.group(2).strip())
