"""The figures of provinces, added up."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from lamsach_spark.errors import Stop
from lamsach_spark.figures import write_figures


def summary(day: str, residents: int, codes: dict[str, int]) -> dict[str, Any]:
    total = sum(codes.values())
    findings = {"total": total, "by_code": codes, "by_pillar": {"du": total}, "by_kind": {"births": total}}
    return {
        "as_of": day,
        "residents": residents,
        "findings": {**findings, "by_unit": {"tu-phap": total}},
        "links": {"births": {"link": residents, "review": 1, "none": 2}},
    }


def put(out: Path, part: str, told: dict[str, Any]) -> None:
    folder = out / part / "latest"
    folder.mkdir(parents=True)
    (folder / "summary.json").write_text(json.dumps(told))


def test_figures_of_provinces_add_up(tmp_path: Path) -> None:
    put(tmp_path, "nghe-an", summary("20/11/2026", 5, {"DU-01": 3, "DU-02": 0}))
    put(tmp_path, "dak-lak", summary("20/11/2026", 7, {"DU-01": 1, "DU-02": 2}))
    figures = write_figures(tmp_path)
    assert (figures["residents"], figures["total"], figures["by_code"]) == (12, 6, {"DU-01": 4, "DU-02": 2})
    assert figures["links"] == {"link": 12, "none": 4, "review": 2}
    assert figures["parts"]["nghe-an"]["total"] == 3
    assert json.loads((tmp_path / "figures.json").read_text()) == figures
    with (tmp_path / "figures.csv").open(encoding="utf-8-sig") as file:
        lines = list(csv.reader(file))
    assert lines[1:] == [
        ["dak-lak", "du", "DU-01", "1"],
        ["dak-lak", "du", "DU-02", "2"],
        ["nghe-an", "du", "DU-01", "3"],
    ]


def test_provinces_of_different_days_are_no_country(tmp_path: Path) -> None:
    with pytest.raises(Stop, match="no provinces"):
        write_figures(tmp_path)
    put(tmp_path, "nghe-an", summary("20/11/2026", 5, {}))
    put(tmp_path, "dak-lak", summary("21/11/2026", 7, {}))
    with pytest.raises(Stop, match="different days"):
        write_figures(tmp_path)
