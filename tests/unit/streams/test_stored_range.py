"""A range of a file: read, counted, found again by others, and cut off."""

from __future__ import annotations

import os

import pytest

from artifact_stream.errors import InputUnusable, SourceDamaged
from artifact_stream.streams.stored_file import ReadCounter
from artifact_stream.streams.stored_range import StoredRange, open_regular_file, read_at


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "t"
    path.write_bytes(b"0123456789")
    return str(path)


def opened(path, start, end):
    counter = ReadCounter()
    return StoredRange(path, open_regular_file(path, None, "t"), "t", start, end, counter), counter


def test_a_range_is_read_and_counted(path):
    stored, counter = opened(path, 2, 7)
    assert stored.peek(3) == b"234"
    assert counter.stored_bytes == 0
    assert (stored.read(2), stored.read(100), stored.read(1)) == (b"23", b"456", b"")
    assert counter.stored_bytes == stored.read_bytes == 5
    assert b"".join(stored.range(1, 3).blocks()) == b"34"
    stored.close()
    stored.close()


def test_skipping_counts(path):
    stored, counter = opened(path, 2, 9)
    assert stored.skip_to(4)
    assert stored.read(10) == b"678"
    assert counter.stored_bytes == 7
    stored.close()


def test_a_file_that_ends_inside_the_range(path):
    stored, _ = opened(path, 8, 12)
    assert stored.read(10) == b"89"
    with pytest.raises(SourceDamaged, match="ends inside"):
        stored.read(10)
    stored.close()


def test_a_file_without_a_name(path):
    descriptor = os.open(path, os.O_RDONLY)
    again = open_regular_file(None, descriptor, "t")
    assert read_at(again, 3, 4) == b"456"
    os.close(again)
    os.close(descriptor)
    with pytest.raises(InputUnusable, match="x cannot be opened"):
        open_regular_file(path + "-", None, "x")
