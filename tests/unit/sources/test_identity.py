"""What a trace is like: as much of it as tells it from others, whatever its length."""

from __future__ import annotations

import os

import pytest
import xxhash

from artifact_stream.errors import InputUnusable
from artifact_stream.sources.changes import identity_of
from artifact_stream.sources.identity import COMPARED_BYTES
from artifact_stream.sources.trace import SourceFile, TraceSource


def source(path):
    return TraceSource("t", (SourceFile(str(path), path.name, None, path.stat().st_size),))


def digest(data):
    return xxhash.xxh3_128_hexdigest(data)


@pytest.mark.parametrize("size", [0, 1, COMPARED_BYTES, COMPARED_BYTES + 1, 3 * COMPARED_BYTES])
def test_both_ends_of_a_file_are_digested(size, tmp_path):
    data = os.urandom(size)
    (tmp_path / "t.log").write_bytes(data)
    (file,) = identity_of(source(tmp_path / "t.log")).files
    compared = min(size, COMPARED_BYTES)
    assert (file.label, file.stored_bytes, file.head_bytes) == ("t.log", size, compared)
    assert file.head == digest(data[:compared])
    assert file.tail == digest(data[size - compared :])


def test_of_a_pipe_what_it_begins_with_is_digested():
    head = b"x" * (COMPARED_BYTES + 5)
    trace = TraceSource("stdin", (SourceFile("-", "stdin", None, None),))
    (file,) = identity_of(trace, [head]).files
    assert (file.stored_bytes, file.head_bytes, file.tail) == (None, COMPARED_BYTES, None)
    assert file.head == digest(head[:COMPARED_BYTES])


def test_a_copy_of_another_time_is_the_same(tmp_path):
    (tmp_path / "t.log").write_bytes(b"abc")
    before = identity_of(source(tmp_path / "t.log"))
    os.utime(tmp_path / "t.log", (0, 0))
    assert identity_of(source(tmp_path / "t.log")) == before


def test_a_file_that_is_gone_is_named(tmp_path):
    (tmp_path / "t.log").write_bytes(b"abc")
    trace = source(tmp_path / "t.log")
    (tmp_path / "t.log").unlink()
    with pytest.raises(InputUnusable, match=r"t\.log cannot be read"):
        identity_of(trace)
