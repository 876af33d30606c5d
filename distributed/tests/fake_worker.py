#!/usr/bin/env python3
"""A worker program for tests: it speaks the frames, holds a registry, and links by equal numbers.

A row is a line `number,name,commune`. What a row's name says happens: KILL ends the process, PANIC and HANG are what
they say, BAD is a row that cannot be read. Decisions depend on all that the real program's depend on: places,
residents, pairs, facts, model, completeness, claims, acts; whoever conducts wrongly gets other bytes.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import struct
import sys
import time
from pathlib import Path
from typing import Any

import pyarrow as pa

Row = dict[str, Any]
LONGS = pa.large_list(pa.int64())
FOUND_LISTS = (
    "claim_resident", "claim_group", "claim_parts", "numbers", "nameless", "dead", "alive", "keys", "act_resident",
    "act_day",
)  # fmt: skip


def number_of(*parts: object) -> int:
    return int.from_bytes(hashlib.sha256(repr(parts).encode()).digest()[:8], "little", signed=True)


def write(metadata: dict[str, str], rows: pa.Table) -> None:
    sink = pa.BufferOutputStream()
    rows = rows.replace_schema_metadata({"lamsach.version": "1", **metadata})
    with pa.ipc.new_stream(sink, rows.schema) as writer:
        writer.write_table(rows)
    body = sink.getvalue()
    sys.stdout.buffer.write(struct.pack("<Q", body.size) + body.to_pybytes())
    sys.stdout.buffer.flush()


def rows(kind: str, path: str) -> int:
    lines = Path(path).read_text().splitlines()
    if lines and lines[0] == "UNREADABLE":
        write(
            {"lamsach.status": "error", "lamsach.code": "input", "lamsach.message": f"{path}: no table"}, pa.table({})
        )
        return 3
    facts = json.dumps(
        {"name": path, "kind": kind, "digest": hashlib.sha256(path.encode()).hexdigest(), "rows": len(lines)}
    )
    records = [None, *(line.encode() for line in lines)]
    communes = ["", *([*line.split(","), "", ""][2] for line in lines)]
    count = len(records)
    write({"lamsach.status": "ok"}, pa.table({
        "table": pa.array([0] * count, pa.int32()),
        "index": pa.array(range(-1, count - 1), pa.int64()),
        "source_row": pa.array(range(1, count + 1), pa.int32()),
        "draw": pa.array([number_of(record) for record in records], pa.int64()),
        "code": pa.array([""] * count, pa.large_utf8()),
        "commune": pa.array(communes, pa.large_utf8()),
        "numbers": pa.array([[]] * count, LONGS),
        "subjects": pa.array([[]] * count, LONGS),
        "record": pa.array(records, pa.large_binary()),
        "cells": pa.array(records, pa.large_binary()),
        "table_facts": pa.array([facts, *[None] * (count - 1)], pa.large_utf8()),
    }))  # fmt: skip
    return 0


class Refused(Exception):
    pass


class Fake:
    def __init__(self) -> None:
        self.log = os.environ.get("FAKE_LOG")
        self.places: list[tuple[str, str]] | None = None
        self.residents: dict[int, list[str]] = {}
        self.by_number: dict[str, list[int]] = {}
        self.twice: dict[int, int] | None = None
        self.known: dict[str, Any] = {}

    def serve(self) -> None:
        while head := sys.stdin.buffer.read(8):
            body = sys.stdin.buffer.read(struct.unpack("<Q", head)[0])
            table = pa.ipc.open_stream(body).read_all()
            metadata = {key.decode(): value.decode() for key, value in table.schema.metadata.items()}
            op, parameters = metadata["lamsach.op"], json.loads(metadata["lamsach.parameters"])
            if self.log:
                with Path(self.log).open("a") as log:
                    log.write(f"{os.getpid()} {op} {table.num_rows}\n")
            try:
                for record in table["record"].to_pylist() if "record" in table.column_names else []:
                    self.suffer(record, op)
                told, answer = getattr(self, f"op_{op}")(parameters, table.to_pylist())
            except Refused as error:
                write({"lamsach.status": "error", "lamsach.code": "panic", "lamsach.message": str(error)}, pa.table({}))
                continue
            write({"lamsach.status": "ok", "lamsach.answer": json.dumps(told)}, answer)

    def suffer(self, record: bytes, op: str) -> None:
        name = record.split(b",")[1]
        if name == b"KILL" or name == f"KILL-{op}".encode():
            os.kill(os.getpid(), signal.SIGKILL)
        if name == b"HANG":
            time.sleep(3600)
        if name == b"PANIC":
            raise Refused("the program gave up")
        once = Path(sys.argv[0]).with_name("die-once")
        if name == b"ONCE" and once.exists():
            once.unlink(missing_ok=True)
            os.kill(os.getpid(), signal.SIGKILL)

    @staticmethod
    def lines(rows: list[Row]) -> list[list[str]]:
        return [row["record"].decode().split(",") for row in rows]

    def op_places(self, parameters: Row, rows: list[Row]) -> tuple[Row, pa.Table]:
        self.places = [(row["code"], row["commune"]) for row in rows]
        self.known["total"] = parameters["residents"]
        self.known["of_registry"] = parameters["of_registry"]
        return {}, pa.table({})

    def op_residents(self, _: Row, rows: list[Row]) -> tuple[Row, pa.Table]:
        if self.places is None:
            raise Refused("no places")
        bad = []
        for row, line in zip(rows, self.lines(rows), strict=True):
            if row["ordinal"] in self.residents:
                raise Refused("a resident comes twice")
            if line[1] == "BAD":
                bad.append(row["ordinal"])
                continue
            self.residents[row["ordinal"]] = line
        return {}, pa.table({
            "ordinal": pa.array(bad, pa.int64()),
            "error": pa.array(["cannot be read"] * len(bad), pa.large_utf8()),
        })  # fmt: skip

    def op_ready(self, parameters: Row, rows: list[Row]) -> tuple[Row, pa.Table]:
        self.by_number = {}
        for ordinal in sorted(self.residents):
            self.by_number.setdefault(self.residents[ordinal][0], []).append(ordinal)
        self.twice = None if parameters["twice"] is None else {row["b"]: row["a"] for row in rows}
        return {"residents": len(self.residents)}, pa.table({})

    def op_twice(self, parameters: Row, _: list[Row]) -> tuple[Row, pa.Table]:
        same = [(others[0], other) for others in self.by_number.values() for other in others[1:]]
        of_slice = sorted((a, b) for a, b in same if parameters["from"] <= a < parameters["to"])
        return {}, pa.table({
            "a": pa.array([a for a, _ in of_slice], pa.int64()),
            "b": pa.array([b for _, b in of_slice], pa.int64()),
            "p": pa.array([0.5] * len(of_slice), pa.float32()),
        })  # fmt: skip

    def op_surplus(self, _: Row, __: list[Row]) -> tuple[Row, pa.Table]:
        return {}, self.surplus(sorted((self.twice or {}).items()))

    @staticmethod
    def surplus(pairs: list[tuple[int, int]]) -> pa.Table:
        return pa.table({
            "row": pa.array([row for row, _ in pairs], pa.int64()),
            "kept": pa.array([kept for _, kept in pairs], pa.int64()),
            "p": pa.array([0.5] * len(pairs), pa.float32()),
        })  # fmt: skip

    def op_table(self, parameters: Row, rows: list[Row]) -> tuple[Row, pa.Table]:
        if [row["index"] for row in rows] != sorted(row["index"] for row in rows):
            raise Refused("rows of a table come in their order")
        table = {row["table"] for row in rows}
        return {"moved": [[*table, len(rows)]], "habits": [number_of(self.lines(rows))]}, pa.table({})

    def op_files(self, parameters: Row, _: list[Row]) -> tuple[Row, pa.Table]:
        self.known["files"] = parameters
        return {}, pa.table({})

    def op_learn(self, parameters: Row, rows: list[Row]) -> tuple[Row, pa.Table]:
        if [row["ordinal"] for row in rows] != sorted(row["ordinal"] for row in rows):
            raise Refused("rows to learn on come in their order")
        return {"roles": [[parameters["kind"], number_of(self.known["files"], rows)]]}, pa.table({})

    def op_model_header(self, parameters: Row, _: list[Row]) -> tuple[Row, pa.Table]:
        return {"format": 1, "program": "fake", "trained_on": parameters, "roles": []}, pa.table({})

    def op_model(self, parameters: Row, _: list[Row]) -> tuple[Row, pa.Table]:
        self.known["model"] = parameters["model"]
        return {}, pa.table({})

    def op_find(self, _: Row, rows: list[Row]) -> tuple[Row, pa.Table]:
        facts = number_of(self.places, self.known["files"], self.known["model"], self.known["of_registry"])
        out: dict[str, list[Any]] = {name: [] for name in ("ordinal", "found", *FOUND_LISTS, "error")}
        for row, (number, name, *_) in zip(rows, self.lines(rows), strict=True):
            bad = name == "BAD"
            told = self.by_number.get(number, [])
            claims = [resident for resident in told if resident not in (self.twice or {})]
            lists = {
                "claim_resident": claims,
                "claim_group": [resident % 7 for resident in claims],
                "claim_parts": [(row["ordinal"] * 31) % 1000 + 1 for _ in claims],
                "numbers": [int(number)] if number.isdigit() else [],
                "nameless": [int(number)] if number.isdigit() and not name else [],
                "dead": claims if name.startswith("Chet") else [],
                "alive": claims if not name.startswith("Chet") else [],
                "keys": [number_of(number) % 1000],
                "act_resident": claims if name.startswith("Lam") else [],
                "act_day": [row["ordinal"] for _ in claims] if name.startswith("Lam") else [],
            }
            out["ordinal"].append(row["ordinal"])
            out["found"].append(None if bad else json.dumps([facts, claims, row["table"], row["index"]]).encode())
            out["error"].append("cannot be read" if bad else None)
            for key, value in lists.items():
                out[key].append(None if bad else value)
        return {}, table_of(out)

    def op_completeness(self, parameters: Row, rows: list[Row]) -> tuple[Row, pa.Table]:
        self.known[f"sums.{parameters['kind']}"] = sorted((row["group"], row["sum"]) for row in rows)
        return {}, pa.table({})

    def decided(self, kind: str, rows: list[Row], claims: list[list[int]], why: list[Any]) -> dict[str, list[Any]]:
        sums = self.known[f"sums.{kind}"]
        return {
            "ordinal": [row["ordinal"] for row in rows],
            "links": [
                json.dumps([row["found"].decode(), claim, reason, sums]).encode()
                for row, claim, reason in zip(rows, claims, why, strict=True)
            ],
            "nobody": [not claim for claim in claims],
            "residents": claims,
            "error": [None] * len(rows),
        }

    def op_weigh(self, parameters: Row, rows: list[Row]) -> tuple[Row, pa.Table]:
        claims = [json.loads(row["found"])[1] for row in rows]
        return {}, table_of({**self.decided(parameters["kind"], rows, claims, ["alone"] * len(rows)), "claims": claims})

    def op_settle(self, parameters: Row, rows: list[Row]) -> tuple[Row, pa.Table]:
        if [row["ordinal"] for row in rows] != sorted(row["ordinal"] for row in rows):
            raise Refused("rows that are settled come in their order")
        taken: set[int] = set()
        claims, why = [], []
        for row in rows:
            claim = [resident for resident in json.loads(row["found"])[1] if resident not in taken]
            taken.update(claim)
            claims.append(claim)
            why.append([row["act_resident"], row["act_day"]])
        return {}, table_of(self.decided(parameters["kind"], rows, claims, why))

    def op_unlinked(self, _: Row, rows: list[Row]) -> tuple[Row, pa.Table]:
        first: dict[str, int] = {}
        pairs = []
        for row, line in zip(rows, self.lines(rows), strict=True):
            kept = first.setdefault(line[0], row["ordinal"])
            if kept != row["ordinal"]:
                pairs.append((row["ordinal"], kept))
        return {}, self.surplus(pairs)


def table_of(columns: dict[str, list[Any]]) -> pa.Table:
    types = {"ordinal": pa.int64(), "found": pa.large_binary(), "links": pa.large_binary(), "nobody": pa.bool_(),
             "error": pa.large_utf8()}  # fmt: skip
    return pa.table({name: pa.array(column, types.get(name, LONGS)) for name, column in columns.items()})


def main(arguments: list[str]) -> int:
    what = arguments[1]
    if what == "kinds":
        print("births\ndeaths\nmarriages\nwelfare\ninsurance")
    elif what == "rows":
        return rows(arguments[arguments.index("--kind") + 1], arguments[-1])
    else:
        Fake().serve()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
