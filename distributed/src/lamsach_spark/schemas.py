"""Columns of what the stages keep and of what is sent to the child."""

from __future__ import annotations

import pyarrow as pa

_LONGS = pa.list_(pa.int64())

#: Rows as read. `position` counts the data rows of a file over its tables; a table tells of itself in a row of index
#: -1, and a file that could not be read in one of table -1.
ROWS = pa.schema(
    [
        ("kind", pa.string()),
        ("file", pa.int32()),
        ("position", pa.int64()),
        ("table", pa.int32()),
        ("index", pa.int64()),
        ("source_row", pa.int32()),
        ("draw", pa.int64()),
        ("code", pa.string()),
        ("commune", pa.string()),
        ("numbers", _LONGS),
        ("subjects", _LONGS),
        ("record", pa.binary()),
        ("table_facts", pa.string()),
        ("problem", pa.string()),
    ]
)
PLACES = pa.schema([("file", pa.int32()), ("position", pa.int64()), ("code", pa.string()), ("commune", pa.string())])
#: Of rows that were only looked at: those that could not be read.
CHECKED = pa.schema([("ordinal", pa.int64()), ("error", pa.string())])
PAIRS = pa.schema([("a", pa.int64()), ("b", pa.int64()), ("p", pa.float32())])
SURPLUS = pa.schema([("row", pa.int64()), ("kept", pa.int64()), ("p", pa.float32())])
TABLE = pa.schema([("table", pa.int64()), ("facts", pa.string()), ("ordinal", pa.int64()), ("error", pa.string())])
HEADER = pa.schema([("header", pa.string())])
#: What is asked about rows.
QUESTION = pa.schema([("ordinal", pa.int64()), ("table", pa.int64()), ("index", pa.int64()), ("record", pa.binary())])
ROLES = pa.schema([("roles", pa.string()), ("ordinal", pa.int64()), ("error", pa.string())])
FOUND = pa.schema(
    [
        ("ordinal", pa.int64()),
        ("found", pa.binary()),
        ("claim_resident", _LONGS),
        ("claim_group", _LONGS),
        ("claim_parts", _LONGS),
        ("numbers", _LONGS),
        ("nameless", _LONGS),
        ("dead", _LONGS),
        ("alive", _LONGS),
        ("keys", _LONGS),
        ("act_resident", _LONGS),
        ("act_day", _LONGS),
        ("error", pa.string()),
    ]
)
SUMS = pa.schema([("group", pa.int64()), ("sum", pa.int64())])
SETTLED = pa.schema(
    [
        ("ordinal", pa.int64()),
        ("links", pa.binary()),
        ("nobody", pa.bool_()),
        ("residents", _LONGS),
        ("error", pa.string()),
    ]
)
WEIGHED = SETTLED.append(pa.field("claims", _LONGS))
LINKS = pa.schema([("ordinal", pa.int64()), ("links", pa.binary()), ("nobody", pa.bool_()), ("residents", _LONGS)])
#: Which rows a part of the country has, and why.
ROUTED = pa.schema(
    [
        ("part", pa.string()),
        ("kind", pa.string()),
        ("ordinal", pa.int64()),
        ("file", pa.int64()),
        ("presence", pa.int64()),
    ]
)
#: Pieces of files, by part.
PIECES = pa.schema([("part", pa.string()), ("file", pa.int64()), ("piece", pa.binary())])
COUNTED = pa.schema([("part", pa.string()), ("code", pa.int32()), ("counts", pa.string())])
UNLINKED = SURPLUS.append(pa.field("ordinal", pa.int64())).append(pa.field("error", pa.string()))

_SPARK = {
    pa.string(): "string", pa.binary(): "binary", pa.bool_(): "boolean", pa.int32(): "int", pa.int64(): "bigint",
    pa.float32(): "float", _LONGS: "array<bigint>",
}  # fmt: skip


def for_spark(schema: pa.Schema) -> str:
    """A schema in the words of Spark."""
    return ", ".join(f"`{field.name}` {_SPARK[field.type]}" for field in schema)


def conform(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    """Rows of an answer in the columns that a stage keeps; what the answer lacks is null."""
    columns = [
        rows[field.name].cast(field.type) if field.name in rows.column_names else pa.nulls(rows.num_rows, field.type)
        for field in schema
    ]
    return pa.Table.from_arrays(columns, schema=schema)


def errors(found: list[tuple[int, str]], schema: pa.Schema) -> pa.Table:
    """Rows that were set apart, in the columns that a stage keeps."""
    ordinals, reasons = [ordinal for ordinal, _ in found], [reason for _, reason in found]
    columns = {"ordinal": pa.array(ordinals, pa.int64()), "error": pa.array(reasons, pa.string())}
    return conform(pa.table(columns), schema)
