"""Text on disk: as it was written, in any range, until the next one takes its place."""

from __future__ import annotations

import errno
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artifact_stream.entries import CHUNK_BYTES, Payload
from artifact_stream.errors import OutputUnusable
from artifact_stream.framing.scratch import Scratch


@pytest.fixture(scope="module")
def scratch(tmp_path_factory):
    made = Scratch(str(tmp_path_factory.mktemp("scratch")))
    yield made
    made.close()


@given(
    chunks=st.lists(st.binary(max_size=9), max_size=5), a=st.integers(0, 50), b=st.integers(0, 50)
)
def test_what_was_kept_comes_back_any_number_of_times(scratch, chunks, a, b):
    whole = b"".join(chunks)
    text = scratch.keep(iter(chunks))
    assert isinstance(text, Payload)
    assert text.can_repeat
    assert text.whole() is None
    assert text.portable() is None
    for _ in range(2):
        assert b"".join(text.chunks()) == whole
    start, end = sorted((min(a, len(whole)), min(b, len(whole))))
    assert b"".join(text.range(start, end)) == whole[start:end]


def test_long_text_comes_in_chunks_and_two_readers_do_not_mind_each_other(scratch):
    whole = bytes(range(256)) * 10_000
    text = scratch.keep([whole])
    first, second = text.chunks(), text.chunks()
    assert next(first) == whole[:CHUNK_BYTES]
    assert next(second) == whole[:CHUNK_BYTES]
    assert b"".join(first) == whole[CHUNK_BYTES:]


def test_no_name_is_left_in_the_folder(tmp_path):
    scratch = Scratch(str(tmp_path))
    scratch.keep([b"x"])
    assert os.listdir(tmp_path) == []
    scratch.close()
    scratch.close()


def test_a_disk_that_cannot_be_written(tmp_path, monkeypatch):
    with pytest.raises(OutputUnusable, match="temporary file"):
        Scratch(str(tmp_path / "missing")).keep([b"x"])
    scratch = Scratch(str(tmp_path))

    def full():
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        yield b""

    with pytest.raises(OutputUnusable, match="No space left"):
        scratch.keep(full())
    scratch.close()
