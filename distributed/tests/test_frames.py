from __future__ import annotations

import io
import struct

import pyarrow as pa
import pytest

from lamsach_spark.frames import BrokenFrame, read_answer, read_frame, write_frame, write_request


def test_a_request_is_read_as_it_was_written() -> None:
    stream = io.BytesIO()
    rows = pa.table({"ordinal": [1, 2, 3], "record": [b"a", None, b""]})
    write_request(stream, "find", {"kind": "births", "so": "hồ"}, rows)
    stream.seek(0)
    frame = read_frame(stream)
    assert frame is not None
    metadata, read = frame
    assert metadata["lamsach.op"] == "find"
    assert metadata["lamsach.version"] == "1"
    assert metadata["lamsach.parameters"] == '{"kind":"births","so":"hồ"}'
    assert read.equals(rows)
    assert read_frame(stream) is None


def test_the_length_counts_the_stream_and_nothing_else() -> None:
    stream = io.BytesIO()
    write_request(stream, "surplus", {})
    data = stream.getvalue()
    assert struct.unpack("<Q", data[:8])[0] == len(data) - 8


def test_several_batches_are_one_frame() -> None:
    stream = io.BytesIO()
    rows = pa.concat_tables([pa.table({"x": [1]}), pa.table({"x": [2, 3]})])
    write_request(stream, "settle", {}, rows)
    stream.seek(0)
    frame = read_frame(stream)
    assert frame is not None
    assert frame[1]["x"].to_pylist() == [1, 2, 3]


@pytest.mark.parametrize("cut", [3, 8, 20, -1])
def test_a_stream_that_ends_within_a_frame_is_told(cut: int) -> None:
    stream = io.BytesIO()
    write_request(stream, "find", {}, pa.table({"x": [1, 2]}))
    with pytest.raises(BrokenFrame):
        read_frame(io.BytesIO(stream.getvalue()[:cut]))


def test_what_is_no_frame_is_told() -> None:
    with pytest.raises(BrokenFrame):
        read_frame(io.BytesIO(b"thread 'main' panicked at somewhere"))
    with pytest.raises(BrokenFrame):
        read_frame(io.BytesIO(struct.pack("<Q", 5) + b"hello"))


def test_an_error_answer_says_why() -> None:
    stream = io.BytesIO()
    write_frame(stream, {"lamsach.status": "error", "lamsach.code": "panic", "lamsach.message": "gave up"})
    stream.seek(0)
    answer = read_answer(stream)
    assert answer is not None
    assert (answer.ok, answer.code, answer.message) == (False, "panic", "gave up")


def test_another_version_is_not_taken() -> None:
    stream = io.BytesIO()
    write_frame(stream, {"lamsach.version": "2"})
    stream.seek(0)
    with pytest.raises(BrokenFrame, match="version 2"):
        read_answer(stream)
