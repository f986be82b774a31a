"""Opening: compression is told from content, and damage is an end that is told of afterwards."""

from __future__ import annotations

import gzip
import os
from contextlib import closing
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artifact_stream.errors import InputUnusable, SourceDamaged
from artifact_stream.streams.gzip import GzipStream
from artifact_stream.streams.opening import PeekedStream, PlainStream, open_stdin, open_stream
from artifact_stream.streams.stored_file import ReadCounter
from artifact_stream.streams.zstd import ZstdStream
from tests.helpers.support import ChunkStream


@pytest.mark.parametrize(
    ("data", "stream_class"),
    [
        (b"", PlainStream),
        (b"V1123", PlainStream),
        (b"\x1f\x8b", PlainStream),
        (b"\x1f\x8b\x08\x00", GzipStream),
        (b"\x28\xb5\x2f\xfd", ZstdStream),
        (b"\x50\x2a\x4d\x18", ZstdStream),
        (b"\x5f\x2a\x4d\x18", ZstdStream),
        (b"\x60\x2a\x4d\x18", PlainStream),
    ],
)
def test_compression_is_told_from_the_first_bytes(data, stream_class, tmp_path):
    (tmp_path / "t.gz").write_bytes(data)
    stream = open_stream(str(tmp_path / "t.gz"), ReadCounter())
    assert type(stream) is stream_class
    stream.close()


def test_plain_and_compressed_files_give_the_same(tmp_path):
    (tmp_path / "a").write_bytes(b"line\n" * 100)
    (tmp_path / "b").write_bytes(gzip.compress(b"line\n" * 100))
    for name in "ab":
        counter = ReadCounter()
        stream = open_stream(str(tmp_path / name), counter)
        assert b"".join(iter(stream.read, b"")) == b"line\n" * 100
        assert counter.stored_bytes == (tmp_path / name).stat().st_size
        stream.close()


def test_stdin_stays_open_for_the_caller(tmp_path, monkeypatch):
    (tmp_path / "t").write_bytes(b"abc")
    with open(tmp_path / "t") as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        stream = open_stream("-", ReadCounter())
        assert stream.read() == b"abc"
        stream.close()
        assert os.fstat(stdin.fileno()).st_size == 3


def test_stdin_that_is_a_folder_or_open_for_writing_only(tmp_path, monkeypatch):
    for path, flags in ((tmp_path, os.O_RDONLY), (tmp_path / "t", os.O_WRONLY | os.O_CREAT)):
        number = os.open(path, flags)
        monkeypatch.setattr("sys.stdin", SimpleNamespace(fileno=lambda number=number: number))
        with pytest.raises(InputUnusable, match="Stdin cannot be read"):
            open_stdin()
        os.close(number)


def test_what_cannot_be_opened_is_named(tmp_path):
    with pytest.raises(InputUnusable, match="missing cannot be opened"):
        open_stream(str(tmp_path / "missing"), ReadCounter())


class Damaged(ChunkStream):
    """Gives its pieces, then turns out to be damaged."""

    def read(self):
        block = super().read()
        if not block:
            raise SourceDamaged("it is corrupt")
        return block

    def skip_to(self, offset_bytes):
        return False


class Forward(ChunkStream):
    def skip_to(self, offset_bytes):
        return False


PIECES = st.lists(st.binary(min_size=1, max_size=5), max_size=8)


@given(pieces=PIECES, head=st.integers(0, 12), damaged=st.booleans())
def test_what_was_looked_at_is_given_all_the_same(pieces, head, damaged):
    whole = b"".join(pieces)
    stream = PeekedStream((Damaged if damaged else Forward)(pieces), head)
    assert stream.head == whole[:head]
    assert b"".join(iter(stream.read, b"")) == whole
    assert stream.read() == b""
    assert (stream.damage is not None) == damaged


@given(pieces=PIECES, head=st.integers(0, 12), offset=st.integers(0, 45))
def test_what_cannot_go_on_elsewhere_goes_on_where_it_is(pieces, head, offset):
    stream = PeekedStream(Forward(pieces), head)
    assert not stream.seek_to(offset)
    assert b"".join(iter(stream.read, b"")) == b"".join(pieces)


@given(
    whole=st.binary(max_size=40), head=st.integers(0, 12), reads=st.integers(0, 3), data=st.data()
)
def test_a_file_is_read_from_any_place_of_it(whole, head, reads, data, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "seek"
    whole = whole and b"-" + whole  # What begins like compressed data is read as such.
    path.write_bytes(whole)
    with closing(PeekedStream(open_stream(str(path), ReadCounter()), head)) as stream:
        for _ in range(reads):
            stream.read()
        place = data.draw(st.integers(0, len(whole)))
        assert stream.seek_to(place)
        assert b"".join(iter(stream.read, b"")) == whole[place:]


def test_no_more_is_looked_at_than_is_enough():
    asked = []

    def is_enough(lines):
        asked.append(lines)
        return b"b" in lines

    source = Forward([b"a", b"a\nb", b"\nc", b"c\n", b"d\n"])
    stream = PeekedStream(source, 100, is_enough)
    assert asked == [b"aa\n", b"b\n"]
    assert source.read() == b"c\n"
    assert stream.head == b"aa\nb\nc"
