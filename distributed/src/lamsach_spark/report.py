"""Progress and figures: text for people on stderr, JSON lines for programs on stdout, or nothing."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from pyspark import SparkContext

Mode = Literal["text", "json", "quiet"]
_EVERY = 10.0


class Report:
    """Tells how a job goes on. Says how many, never who."""

    def __init__(self, mode: Mode) -> None:
        self.mode = mode

    def tell(self, event: str, text: str, **figures: Any) -> None:
        """One event."""
        if self.mode == "json":
            print(json.dumps({"event": event, **figures}, ensure_ascii=False), flush=True)
        elif self.mode == "text":
            print(text, file=sys.stderr, flush=True)

    def result(self, text: str, **figures: Any) -> None:
        """What the command is for: told in quiet mode, too."""
        if self.mode == "json":
            print(json.dumps({"event": "result", **figures}, ensure_ascii=False), flush=True)
        else:
            print(text, flush=True)

    @contextmanager
    def watching(self, stage: str, context: SparkContext) -> Iterator[None]:
        """Tells from time to time how many tasks of a stage are done."""
        over = threading.Event()

        def watch() -> None:
            begun = time.monotonic()
            while not over.wait(_EVERY):
                done, all_tasks = _tasks(context)
                seconds = round(time.monotonic() - begun)
                self.tell(
                    "progress",
                    f"  {stage}: {done}/{all_tasks} tasks, {seconds} s",
                    stage=stage,
                    done=done,
                    tasks=all_tasks,
                    seconds=seconds,
                )

        thread = threading.Thread(target=watch, daemon=True)
        if self.mode != "quiet":
            thread.start()
        try:
            yield
        finally:
            over.set()


def _tasks(context: SparkContext) -> tuple[int, int]:
    tracker = context.statusTracker()
    stages = [tracker.getStageInfo(stage) for stage in tracker.getActiveStageIds()]
    running = [stage for stage in stages if stage is not None]
    return sum(stage.numCompletedTasks for stage in running), sum(stage.numTasks for stage in running)
