"""`lamsach run --links` on this machine: findings, lists and reports from the links of the cluster."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from .errors import Code, Stop
from .folder import WorkFolder
from .layout import REGISTRY
from .plan import Plan

#: Kinds that have an argument of their own; others are named in it.
_OWN = (REGISTRY, "births", "deaths", "marriages", "welfare", "insurance")


def command(plan: Plan, folder: WorkFolder, out: Path, more: Sequence[str]) -> list[str]:
    """The run with the files in the order in which they were planned."""
    line = [plan.program, "run", "--links", str(folder.links), "--model", str(folder.model), "--out", str(out)]
    line += ["--as-of", plan.as_of]
    if plan.units:
        line += ["--units", plan.units]
    for kind in plan.kinds:
        files = [path for of, path in plan.files if of == kind]
        if kind in _OWN:
            line += [f"--{kind}", *files]
        else:
            for path in files:
                line += ["--list", f"{kind}={path}"]
    return [*line, *more]


def judge(folder: WorkFolder, out: Path, more: Sequence[str]) -> int:
    """Runs it; tells its exit code."""
    plan = Plan.read(folder.plan)
    plan.check_program()
    if not (folder.links / "manifest.json").exists():
        raise Stop(Code.USAGE, f"{folder.path} holds no links yet; make them with: lamsach-spark link {folder.path}")
    return subprocess.run(command(plan, folder, out, more), check=False).returncode
