"""A child that is told all it must know before it is asked, once, and again when it had to be started anew.

There is one per Python worker of Spark, and it outlives tasks: to hold a registry takes minutes, a task seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from .child import Child, ChildDied, Refused
from .errors import Code, Stop
from .folder import WorkFolder, read_json
from .frames import Answer, Json
from .guard import private_folder
from .layout import REGISTRY, Layout

#: How a registry is held: `some` rows of it that were looked at, `index` all without knowing who stands in it twice,
#: `whole` with that.
Holding = Literal["some", "index", "whole"]
_ORDER: dict[Holding | None, int] = {None: 0, "some": 1, "index": 2, "whole": 3}
_ROWS_A_REQUEST = 100_000


@dataclass(frozen=True)
class Needs:
    """What a child must know for a task. Facts are pairs (name, fingerprint of the stage that made them)."""

    work: str
    command: tuple[str, ...]
    as_of: str
    registry: str
    holding: Holding
    facts: tuple[tuple[str, str], ...] = ()
    kinds: tuple[str, ...] = ()
    refused: tuple[int, ...] = ()
    deadline: float = 600.0

    @property
    def long_deadline(self) -> float:
        """For what takes as long as the registry is large."""
        return 6 * self.deadline


class Session:
    """The child of this process, and what it was told."""

    def __init__(self) -> None:
        self._child: Child | None = None
        self._base: tuple[str, ...] = ()
        self._holding: Holding | None = None
        self._told: dict[str, str] = {}

    def ask(self, needs: Needs, op: str, parameters: Json, rows: pa.Table | None, *, whole: bool = False) -> Answer:
        """Asks a child that knows what it needs."""
        self._prepare(needs)
        return self._raw(op, parameters, rows, needs.long_deadline if whole else needs.deadline)

    def end(self) -> None:
        """Ends the child."""
        if self._child is not None:
            self._child.kill()
        self._child, self._base, self._holding, self._told = None, (), None, {}

    def _raw(self, op: str, parameters: Json, rows: pa.Table | None, deadline: float) -> Answer:
        if self._child is None:
            raise ChildDied("there is no child")
        try:
            return self._child.ask(op, parameters, rows, deadline)
        except ChildDied:
            self.end()
            raise
        except Refused as refused:
            # one that gave up half-way may hold the half; one that only looks at rows may have taken some of them
            if refused.code == "panic" or self._holding == "some":
                self.end()
            raise

    def _prepare(self, needs: Needs) -> None:
        """Tells the child what it lacks. No row is at fault where this fails; it is tried twice."""
        for last in (False, True):
            try:
                self._tell(needs)
                return
            except ChildDied as error:
                if last:
                    raise Stop(
                        Code.INTERNAL,
                        f"the worker program cannot take the registry: {error}. Look for memory "
                        "that is short (lamsach-spark bill), or a program of another version.",
                    ) from error
            except Refused as error:
                self.end()
                raise Stop(Code.INTERNAL, f"the worker program refused what it must know: {error}") from error

    def _tell(self, needs: Needs) -> None:
        base = (*needs.command, needs.registry, *map(str, needs.refused))
        wrong = self._base != base or _ORDER[self._holding] > _ORDER[needs.holding]
        if self._child is None or wrong or (self._holding == "some" and needs.holding != "some"):
            self.end()
            self._child, self._base = Child(needs.command, private_folder()), base
            self._places(needs)
            if needs.holding != "some":
                self._residents(needs)
        if self._holding != needs.holding:
            if needs.holding != "some":
                self._ready(needs)
            self._holding, self._told = needs.holding, {}
        for name, fingerprint in needs.facts:
            if self._told.get(name) != fingerprint:
                self._fact(needs, name)
                self._told[name] = fingerprint

    def _places(self, needs: Needs) -> None:
        folder = WorkFolder(Path(needs.work))
        layout = Layout.read(folder.layout)
        places = _read(folder, "places").sort_by([("file", "ascending"), ("position", "ascending")])
        of_registry = int(np.count_nonzero(places["file"].to_numpy() < layout.registry_files))
        parameters = {"as_of": needs.as_of, "of_registry": of_registry, "residents": layout.residents}
        self._raw("places", parameters, places.select(["code", "commune"]), needs.long_deadline)

    def _residents(self, needs: Needs) -> None:
        folder = WorkFolder(Path(needs.work))
        refused = pa.array(needs.refused, pa.int64())
        for rows in registry_rows(folder, Layout.read(folder.layout)):
            fine = rows.filter(pc.invert(pc.is_in(rows["ordinal"], value_set=refused))) if needs.refused else rows
            answer = self._raw("residents", {}, fine, needs.deadline)
            if answer.rows.num_rows:
                raise Refused("residents", f"{answer.rows.num_rows} residents could not be read")

    def _ready(self, needs: Needs) -> None:
        if needs.holding == "index":
            self._raw("ready", {"twice": None}, None, needs.long_deadline)
            return
        pairs = _read(WorkFolder(Path(needs.work)), "twice").sort_by([("a", "ascending"), ("b", "ascending")])
        self._raw("ready", {"twice": True}, pairs, needs.long_deadline)

    def _fact(self, needs: Needs, name: str) -> None:
        folder = WorkFolder(Path(needs.work))
        what, _, kind = name.partition(".")
        tell: dict[str, Callable[[], tuple[Json, pa.Table | None]]] = {
            "files": lambda: (read_json(folder.stage("files") / "facts.json"), None),
            "model": lambda: ({"model": read_json(folder.model), "kinds": list(needs.kinds)}, None),
            "completeness": lambda: (
                {"kind": kind}, _read(folder, f"completeness.{kind}").sort_by([("group", "ascending")])
            ),
        }  # fmt: skip
        parameters, rows = tell[what]()
        self._raw(what, parameters, rows, needs.long_deadline)


def _read(folder: WorkFolder, stage: str) -> pa.Table:
    return ds.dataset(folder.stage(stage), format="parquet").to_table()


def registry_rows(folder: WorkFolder, layout: Layout) -> Iterator[pa.Table]:
    """The rows of the registry with their numbers, a part at a time."""
    bases = layout.bases()
    rows = ds.dataset(folder.stage("rows") / f"kind={REGISTRY}", format="parquet")
    batches = rows.to_batches(
        columns=["file", "position", "record"], filter=ds.field("index") >= 0,
        batch_size=_ROWS_A_REQUEST, batch_readahead=2, fragment_readahead=1,
    )  # fmt: skip
    for batch in batches:
        if batch.num_rows:
            ordinals = bases[batch["file"].to_numpy()] + batch["position"].to_numpy()
            yield pa.table({"ordinal": ordinals, "record": batch["record"]})


SESSION = Session()
