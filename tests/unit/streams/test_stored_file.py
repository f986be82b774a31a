"""Stored bytes: counted as they are read, peeked at, skipped where that can be."""

from __future__ import annotations

import os
import signal

import pytest

from artifact_stream.errors import InputUnusable
from artifact_stream.stop import Interrupted, StopRequest
from artifact_stream.streams.stored_file import ReadCounter, StoredFile
from artifact_stream.streams.waiting import Waiting


@pytest.fixture
def file(tmp_path):
    (tmp_path / "t").write_bytes(b"0123456789")
    with open(tmp_path / "t", "rb", buffering=0) as opened:
        yield opened


@pytest.fixture
def pipe():
    """The reading end of a pipe as a file, and the writing end."""
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb", buffering=0) as opened, os.fdopen(writing, "wb", 0) as fed:
        yield opened, fed


def test_what_is_read_is_counted_and_what_is_peeked_at_is_not(file):
    counter = ReadCounter()
    stored = StoredFile(file, "t", counter)
    assert stored.peek(4) == b"0123"
    assert counter.stored_bytes == 0
    assert stored.read(2) == b"01"
    assert stored.read(100) == b"23"  # The rest of what was peeked at, then the file.
    assert stored.read(100) == b"456789"
    assert stored.read(100) == b""
    assert (counter.stored_bytes, stored.read_bytes) == (10, 10)


def test_peeking_beyond_the_end_gives_what_there_is(file):
    assert StoredFile(file, "t", ReadCounter()).peek(99) == b"0123456789"


def test_what_is_skipped_counts_as_read(file):
    counter = ReadCounter()
    stored = StoredFile(file, "t", counter)
    stored.peek(4)
    stored.read(1)
    assert stored.skip_to(7)
    assert counter.stored_bytes == 7
    assert stored.read(100) == b"789"
    assert counter.stored_bytes == 10


def test_offsets_are_counted_from_where_the_file_was_given(file):
    file.seek(3)
    stored = StoredFile(file, file.name, ReadCounter())
    found = stored.range(1, 3)
    assert b"".join(found.blocks()) == b"45"
    assert stored.skip_to(5)
    assert stored.read(9) == b"89"


def test_a_pipe_cannot_be_read_again(pipe):
    opened, fed = pipe
    stored = StoredFile(opened, "pipe", ReadCounter())
    fed.write(b"abc")
    assert stored.range(0, 1) is None
    assert not stored.skip_to(1)
    assert stored.read(9) == b"abc"


def test_somebody_is_told_before_a_pipe_is_waited_for(pipe):
    opened, fed = pipe
    counter = ReadCounter()
    told = []

    def write_more():
        told.append(counter.stored_bytes)
        fed.write(b"more")

    waiting = Waiting()
    stored = StoredFile(opened, "pipe", counter, waiting)
    fed.write(b"abc")
    with waiting.preceded_by(write_more):
        assert stored.read(9) == b"abc"
        assert told == []
        assert stored.read(9) == b"more"
        assert told == [3]


def test_a_request_to_stop_ends_the_waiting_for_a_pipe(pipe):
    opened, _ = pipe
    stop = StopRequest()
    with stop.deferred():
        stop.ask(signal.SIGINT)
        stored = StoredFile(opened, "pipe", ReadCounter(), Waiting(stop))
        with pytest.raises(Interrupted):
            stored.read(9)


def test_a_request_to_stop_does_not_cut_a_file_short(file):
    stop = StopRequest()
    with stop.deferred():
        stop.ask(signal.SIGINT)
        stored = StoredFile(file, "t", ReadCounter(), Waiting(stop))
        assert stored.read(4) == b"0123"


def test_an_error_of_the_system_names_the_file(tmp_path):
    descriptor = os.open(tmp_path, os.O_RDONLY)

    class Folder:
        def fileno(self):
            return descriptor

        def close(self):
            os.close(descriptor)

    stored = StoredFile(Folder(), "/x/t.log", ReadCounter())
    with pytest.raises(InputUnusable, match=r"/x/t\.log cannot be read \(Is a directory\)"):
        stored.read(1)
    stored.close()
