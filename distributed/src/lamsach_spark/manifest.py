"""What a stage leaves when it is done: from what it was made, and how much it is.

The fingerprint of a stage covers its parameters and the fingerprints of the stages before it. A stage whose
fingerprint is still the same need not be made again; where one changes all after it change, too.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class SetApart:
    """A row that the program could not read."""

    kind: str
    ordinal: int
    reason: str


@dataclass(frozen=True)
class Manifest:
    """A stage that is done."""

    stage: str
    fingerprint: str
    inputs: dict[str, str]
    parameters: dict[str, Any]
    counts: dict[str, int]
    seconds: float
    set_apart: tuple[SetApart, ...] = field(default=())

    def to_json(self) -> dict[str, Any]:
        return {"format": 1, **asdict(self)}

    @staticmethod
    def from_json(value: dict[str, Any]) -> Manifest:
        if value.pop("format") != 1:
            raise ValueError("another format")
        apart = tuple(SetApart(**row) for row in value.pop("set_apart"))
        return Manifest(**value, set_apart=apart)


def fingerprint(stage: str, inputs: dict[str, str], parameters: dict[str, Any]) -> str:
    """The digest of all that a stage is made from."""
    text = json.dumps([stage, inputs, parameters], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def inputs_of(stages: Iterable[Manifest]) -> dict[str, str]:
    """The fingerprints of stages that another is made from."""
    return {stage.stage: stage.fingerprint for stage in stages}
