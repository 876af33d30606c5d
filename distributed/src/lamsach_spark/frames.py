"""Frames: eight bytes of length (little-endian), then one Arrow IPC stream of that many bytes.

What is asked and what is answered stands in the metadata of the schema.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, Any

import pyarrow as pa

VERSION = "1"
_LENGTH = struct.Struct("<Q")
#: Nothing that is sane is longer; a stray line on the pipe is.
_LONGEST = 1 << 40

Json = dict[str, Any]


class BrokenFrame(Exception):
    """The stream ended within a frame, or what came is no frame."""


@dataclass(frozen=True)
class Answer:
    """What came back: the answer itself, and rows."""

    ok: bool
    code: str
    message: str
    answer: Json
    rows: pa.Table


def write_request(stream: IO[bytes], op: str, parameters: Json, rows: pa.Table | None = None) -> None:
    """Writes a request. Rows are written from where they lie: their bytes are counted first, not copied."""
    metadata = {
        "lamsach.op": op,
        "lamsach.version": VERSION,
        "lamsach.parameters": json.dumps(parameters, ensure_ascii=False, separators=(",", ":")),
    }
    write_frame(stream, metadata, rows)


def write_frame(stream: IO[bytes], metadata: Mapping[str, str], rows: pa.Table | None = None) -> None:
    """Writes one frame."""
    table = pa.table({}) if rows is None else rows
    table = table.replace_schema_metadata(dict(metadata))
    count = pa.MockOutputStream()
    _write_stream(count, table)
    stream.write(_LENGTH.pack(count.size()))
    _write_stream(stream, table)
    stream.flush()


def _write_stream(sink: Any, table: pa.Table) -> None:
    with pa.ipc.new_stream(sink, table.schema) as writer:
        for batch in table.to_batches():
            writer.write_batch(batch)


def read_frame(stream: IO[bytes]) -> tuple[dict[str, str], pa.Table] | None:
    """Reads one frame: metadata and rows; `None` where the stream ends before it."""
    head = stream.read(_LENGTH.size)
    if not head:
        return None
    if len(head) < _LENGTH.size:
        raise BrokenFrame("the stream ended within the length of a frame")
    (length,) = _LENGTH.unpack(head)
    if length > _LONGEST:
        raise BrokenFrame(f"a frame of {length} bytes cannot be")
    body = stream.read(length)
    if len(body) < length:
        raise BrokenFrame("the stream ended within a frame")
    try:
        table = pa.ipc.open_stream(pa.py_buffer(body)).read_all()
    except pa.ArrowInvalid as error:
        raise BrokenFrame("a frame is no Arrow stream") from error
    metadata = {key.decode(): value.decode() for key, value in (table.schema.metadata or {}).items()}
    return metadata, table.replace_schema_metadata(None)


def read_answer(stream: IO[bytes]) -> Answer | None:
    """Reads one frame as an answer; `None` where the stream ends before it."""
    frame = read_frame(stream)
    if frame is None:
        return None
    metadata, rows = frame
    if metadata.get("lamsach.version", VERSION) != VERSION:
        raise BrokenFrame(f"the program speaks version {metadata['lamsach.version']}, this package version {VERSION}")
    return Answer(
        ok=metadata.get("lamsach.status", "ok") == "ok",
        code=metadata.get("lamsach.code", ""),
        message=metadata.get("lamsach.message", ""),
        answer=json.loads(metadata.get("lamsach.answer") or "{}"),
        rows=rows,
    )
