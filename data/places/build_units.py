#!/usr/bin/env python3
"""Builds data/places/units.csv.gz: the communes of Viet Nam before and after 01/07/2025.

Source: the Python package vietnamadminunits 1.0.4 (MIT), which follows Resolution 202/2025/QH15, the
resolutions of the Standing Committee of the National Assembly on the communes of each province, and
Decision 19/2025/QD-TTg (codes). Only the standard library is needed:

    pip download --no-deps vietnamadminunits==1.0.4
    python3 data/places/build_units.py vietnamadminunits-1.0.4-py3-none-any.whl

The result does not depend on when or where it is made: the same wheel gives the same bytes. A change of the
law after the package was published is a line of PATCHES, with the text that orders it.
"""

import csv
import gzip
import hashlib
import io
import json
import pathlib
import sqlite3
import sys
import tempfile
import zipfile

WHEEL_SHA256 = "737ee3662e877290386c1c45ed4d71f2e5fae34ab6fb9c64bfb4cb74b216ea35"
COLUMNS = ["old_code", "old_name", "old_district", "old_province", "new_code", "new_name", "new_province"]

# Units in force that were changed after the package: (province, name) -> (province, name).
# Dong Nai is a city since 30/04/2026 (Resolution 30/2026/QH16), and ten of its communes are wards
# (Resolution 237/NQ-UBTVQH16).
RENAMED_PROVINCES = {"Tỉnh Đồng Nai": "Thành phố Đồng Nai"}
NEW_WARDS = {
    ("Tỉnh Đồng Nai", f"Xã {name}")
    for name in [
        "Lộc Ninh", "Tân Khai", "Đồng Phú", "Tân Phú", "Trị An", "Trảng Bom", "Dầu Giây", "Long Thành",
        "Xuân Lộc", "Nhơn Trạch",
    ]
}

# Published lists disagree on the code of one unit; files with either are read: (province, name) -> codes.
CODES_IN_USE = {("Tỉnh Quảng Ninh", "Xã Ba Chẽ"): ["06970", "06978"]}


def read_wheel(path):
    """The tables of old and new units and the mapping, out of the wheel."""
    wheel = pathlib.Path(path).read_bytes()
    if hashlib.sha256(wheel).hexdigest() != WHEEL_SHA256:
        sys.exit(f"{path} is not the published wheel of vietnamadminunits 1.0.4")
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive, tempfile.TemporaryDirectory() as folder:
        database = archive.extract("vietnamadminunits/data/dataset.db", folder)
        mapping = json.loads(archive.read("vietnamadminunits/data/converter_2025.json"))
        connection = sqlite3.connect(database)
        old = connection.execute(
            "SELECT provinceKey, districtKey, wardKey, wardCode, ward, district, province FROM admin_units_legacy"
        ).fetchall()
        new = connection.execute("SELECT provinceKey, wardKey, wardCode, ward, province FROM admin_units").fetchall()
        connection.close()
    return old, new, mapping


def successors(mapping):
    """Key of an old unit -> keys (province, commune) of the units that it went into."""
    found = {}
    for province, communes in mapping["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for commune, sources in communes.items():
            for source in sources:
                found.setdefault(source, []).append((province, commune))
    for province, sources in mapping["DICT_PROVINCE_WARD_DIVIDED"].items():
        for source, parts in sources.items():
            found.setdefault(source, []).extend((province, part["newWardKey"]) for part in parts)
    return found


def patched(code, name, province):
    """The (code, name, province) of a unit in force after the changes since the package."""
    codes = CODES_IN_USE.get((province, name), [code])
    assert code in codes, f"{name}: {code} is not among {codes}"
    if (province, name) in NEW_WARDS:
        name = "Phường " + name.removeprefix("Xã ")
    return [(code, name, RENAMED_PROVINCES.get(province, province)) for code in codes]


def build(old, new, mapping):
    """The lines of the table."""
    in_force = {(province, commune): row for province, commune, *row in new}
    missing = NEW_WARDS - {(province, name) for _, name, province in in_force.values()}
    assert not missing, f"no such communes: {missing}"
    into = successors(mapping)
    lines = []
    for province_key, district_key, commune_key, code, name, district, province in old:
        targets = into.pop(f"{province_key}_{district_key}_{commune_key or ''}")
        for target in targets:
            for unit in patched(*in_force[target]):
                # Five island districts had no communes: the district stands for one.
                lines.append((code or "", name or district, district, province, *unit))
    assert not into, f"sources that are no old unit: {sorted(into)[:5]}"
    assert len(old) == 10_040 and len(in_force) == 3_321
    assert len({line[4] for line in lines}) == 3_321 + 1  # Ba Che counts twice
    return sorted(lines)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    lines = build(*read_wheel(sys.argv[1]))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(lines)
    path = pathlib.Path(__file__).with_name("units.csv.gz")
    path.write_bytes(gzip.compress(text.getvalue().encode(), compresslevel=9, mtime=0))
    print(f"{path}: {len(lines)} lines, {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
