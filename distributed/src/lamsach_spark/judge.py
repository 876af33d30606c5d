"""Findings, lists and reports from the links of the cluster, on this machine: `lamsach run --links` of the whole
country, or `lamsach run --part` province by province."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from .errors import Code, Stop
from .folder import WorkFolder, read_json
from .layout import REGISTRY
from .manifest import Manifest, fingerprint, inputs_of
from .plan import Plan
from .report import Report

#: Kinds that have an argument of their own; others are named in it.
_OWN = (REGISTRY, "births", "deaths", "marriages", "welfare", "insurance")


def command(plan: Plan, folder: WorkFolder, out: Path, more: Sequence[str]) -> list[str]:
    """The run with the files in the order in which they were planned."""
    line = [plan.program, "run", "--links", str(folder.links), "--model", str(folder.model), "--out", str(out)]
    line += _as_planned(plan)
    for kind in plan.kinds:
        files = [path for of, path in plan.files if of == kind]
        if kind in _OWN:
            line += [f"--{kind}", *files]
        else:
            for path in files:
                line += ["--list", f"{kind}={path}"]
    return [*line, *more]


def _as_planned(plan: Plan) -> list[str]:
    return ["--as-of", plan.as_of, *(["--units", plan.units] if plan.units else [])]


def judge(folder: WorkFolder, out: Path, more: Sequence[str]) -> int:
    """Runs it; tells its exit code."""
    plan = Plan.read(folder.plan)
    plan.check_program()
    if not (folder.links / "manifest.json").exists():
        raise Stop(Code.USAGE, f"{folder.path} holds no links yet; make them with: lamsach-spark link {folder.path}")
    return subprocess.run(command(plan, folder, out, more), check=False).returncode


def judge_parts(folder: WorkFolder, out: Path, only: Sequence[str], more: Sequence[str], report: Report) -> int:
    """Runs it for each province by itself, or for those that are named; tells the exit code of the first that failed.

    Those that stand are not judged again: each leaves a manifest, as stages do.
    """
    plan = Plan.read(folder.plan)
    plan.check_program()
    counted = folder.manifest("counts")
    if counted is None or not (folder.parts / "manifest.json").exists():
        raise Stop(Code.USAGE, f"{folder.path} is not divided yet; do so with: lamsach-spark divide {folder.path}")
    if counted.parameters.get("arguments") != list(more):
        raise Stop(Code.USAGE, "give the same arguments behind -- to divide and to judge; parts count by them, too")
    names = [str(name) for name in read_json(folder.parts / "manifest.json")["parts"]]
    unknown = [name for name in only if name not in names]
    if unknown:
        raise Stop(Code.USAGE, f"there is no part {unknown[0]}; there are: {', '.join(names)}")
    for name in only or names:
        code = _judge_part(folder, plan, counted, name, out / name, more, report)
        if code != 0:
            report.tell("failed", f"  {name}: exit code {code}", part=name, code=code)
            return code
    return Code.DONE


def _judge_part(
    folder: WorkFolder, plan: Plan, counted: Manifest, name: str, out: Path, more: Sequence[str], report: Report
) -> int:
    stage = f"judge.{name}"
    parameters = {"out": str(out), "arguments": list(more), "program": plan.program_digest}
    wanted = fingerprint(stage, inputs_of([counted]), parameters)
    done = folder.manifest(stage)
    if done is not None and done.fingerprint == wanted and (out / "latest").exists():
        report.tell("skipped", f"  {name}: stands", part=name)
        return Code.DONE
    report.tell("begun", f"  {name} …", part=name)
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    line = [plan.program, "run", "--part", str(folder.parts / name), "--out", str(out), *_as_planned(plan), *more]
    begun = time.monotonic()
    code = subprocess.run(line, check=False).returncode
    seconds = round(time.monotonic() - begun, 3)
    if code == 0:
        findings = int(read_json(out / "latest" / "summary.json")["findings"]["total"])
        folder.done(Manifest(stage, wanted, inputs_of([counted]), parameters, {"findings": findings}, seconds))
        report.tell("done", f"  {name}: {findings:,} findings", part=name, findings=findings)
    return code
