"""Rows that a child cannot bear are found by halving, set apart with a reason, and the others go on.

A child that dies is started anew and asked once more, since it may have been killed by chance. Where it dies again the
rows are halved; a row that kills it alone, twice, is poison.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from .child import ChildDied, Refused
from .errors import Code, Stop
from .frames import Answer

Ask = Callable[[pa.Table], Answer]


@dataclass(frozen=True)
class Poison:
    """A row that was set apart."""

    ordinal: int
    reason: str


@dataclass
class Limit:
    """How many rows may be set apart before the job is not worth going on."""

    most: int
    found: int = 0

    def count(self, poison: Poison) -> Poison:
        self.found += 1
        if self.found > self.most:
            raise Stop(
                Code.INPUT,
                f"more than {self.most} rows could not be read by the worker program, the last because: "
                f"{poison.reason}. Something is wrong with all of them: make the stage 'rows' again with the same "
                "program, or look for memory that is short.",
            )
        return poison


def ask_rows(ask: Ask, rows: pa.Table, limit: Limit) -> Iterator[Answer | Poison]:
    """Asks about rows that do not depend on each other; answers come in the order of the rows."""
    yield from _halve(ask, rows, limit, tries=2)


def _halve(ask: Ask, rows: pa.Table, limit: Limit, tries: int) -> Iterator[Answer | Poison]:
    if rows.num_rows == 1:
        tries = 2
    reason = ""
    for _ in range(tries):
        try:
            answer = ask(rows)
        except (ChildDied, Refused) as error:
            reason = str(error)
            if isinstance(error, Refused) and rows.num_rows > 1:
                break
        else:
            yield answer
            return
    if rows.num_rows <= 1:
        if rows.num_rows == 1:
            yield limit.count(Poison(rows["ordinal"][0].as_py(), reason))
        return
    middle = rows.num_rows // 2
    yield from _halve(ask, rows.slice(0, middle), limit, tries=1)
    yield from _halve(ask, rows.slice(middle), limit, tries=1)


def ask_whole(ask: Ask, rows: pa.Table, limit: Limit) -> tuple[Answer, list[Poison]]:
    """Asks about rows that must be seen together. Where that fails the rows that are at fault are looked for alone, by
    the same question about ever fewer rows, and the question is asked again without them."""
    poisons: list[Poison] = []
    while True:
        try:
            return _patiently(ask, rows), poisons
        except (ChildDied, Refused) as error:
            found = [part for part in ask_rows(ask, rows, limit) if isinstance(part, Poison)]
            if not found:
                raise Stop(
                    Code.INTERNAL,
                    f"the worker program fails on {rows.num_rows} rows together, and on none of them alone: {error}",
                ) from error
            poisons += found
            bad = pa.array([poison.ordinal for poison in found], pa.int64())
            rows = rows.filter(pc.invert(pc.is_in(rows["ordinal"], value_set=bad)))


def _patiently(ask: Ask, rows: pa.Table) -> Answer:
    try:
        return ask(rows)
    except ChildDied:
        return ask(rows)
