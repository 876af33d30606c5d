"""The country in figures: those of the provinces added up, without a word of any person.

What is added up stands in the `summary.json` of each province's last run. Provinces are named as their folders are;
communes are not told apart.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path
from typing import Any

from .errors import Code, Stop
from .folder import read_json, write_json

#: What is counted of findings, each by name.
_BY = ("by_pillar", "by_code", "by_kind", "by_unit")


def write_figures(out: Path) -> dict[str, Any]:
    """Writes `figures.json` and `figures.csv` beside the provinces; gives what the first says."""
    summaries = sorted(out.glob("*/latest/summary.json"))
    if not summaries:
        raise Stop(Code.USAGE, f"{out} holds no provinces; make them with: lamsach-spark judge --by-province")
    try:
        figures = _added({path.parent.parent.name: read_json(path) for path in summaries})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Stop(Code.INPUT, f"a summary below {out} cannot be read") from error
    try:
        write_json(out / "figures.json", figures)
        _write_lines(out / "figures.csv", figures)
    except OSError as error:
        raise Stop(Code.OUTPUT, f"the figures could not be written: {error.strerror}") from error
    return figures


def _added(summaries: dict[str, Any]) -> dict[str, Any]:
    days = {str(summary["as_of"]) for summary in summaries.values()}
    if len(days) > 1:
        raise Stop(Code.USAGE, f"the provinces are of different days: {', '.join(sorted(days))}; judge them again")
    total: dict[str, Counter[str]] = {by: Counter() for by in _BY}
    links: Counter[str] = Counter()
    parts = {}
    for name, summary in summaries.items():
        findings = summary["findings"]
        for by, counts in total.items():
            counts.update(findings[by])
        for decided in summary["links"].values():
            links.update(decided)
        told = {by: findings[by] for by in ("by_pillar", "by_code")}
        parts[name] = {"residents": summary["residents"], "total": findings["total"], **told}
    return {
        "format": 1,
        "as_of": days.pop(),
        "residents": sum(part["residents"] for part in parts.values()),
        "total": sum(part["total"] for part in parts.values()),
        **{by: dict(sorted(counts.items())) for by, counts in total.items()},
        "links": dict(sorted(links.items())),
        "parts": parts,
    }


def _write_lines(path: Path, figures: dict[str, Any]) -> None:
    """A line for each province and code that it has."""
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(["part", "pillar", "code", "count"])
    for name, part in figures["parts"].items():
        for code, count in sorted(part["by_code"].items()):
            if count:
                lines.writerow([name, code.rpartition("-")[0].lower(), code, count])
    partial = path.with_name(f".{path.name}.partial")
    partial.write_text(text.getvalue(), encoding="utf-8-sig")
    partial.replace(path)
