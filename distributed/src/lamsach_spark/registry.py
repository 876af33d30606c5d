"""Stage 2: who stands twice in the registry, and which of the rows is surplus."""

from __future__ import annotations

from pathlib import Path

from .job import Counts, Job, keep
from .manifest import Manifest
from .schemas import PAIRS, SURPLUS
from .tasks import Once, Slices

_RESIDENTS_A_SLICE = 50_000
_FEWEST_SLICES = 4


def find_twice(job: Job, registry: Manifest) -> Manifest:
    """Pairs of rows of one person, by slices of the registry."""
    residents = job.layout.residents
    slices = max(_FEWEST_SLICES, residents // _RESIDENTS_A_SLICE)
    task = Slices(job.needs(registry, "index"), residents, slices, PAIRS)

    def make(path: Path) -> Counts:
        keep(job.asked(job.each_of(slices), task, PAIRS), path)
        return {"pairs": job.read("twice").count()}

    return job.stage("twice", (registry,), make)


def find_surplus(job: Job, registry: Manifest, twice: Manifest) -> Manifest:
    """Rows of the registry that another row stands for."""
    task = Once(job.needs(twice, "whole"), "surplus", SURPLUS)

    def make(path: Path) -> Counts:
        keep(job.asked(job.each_of(1), task, SURPLUS), path)
        return {"surplus": job.read("surplus").count()}

    return job.stage("surplus", (registry, twice), make)
