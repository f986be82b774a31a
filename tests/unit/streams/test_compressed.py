"""gzip and zstd: what was compressed comes back, and damage is told apart from the end."""

from __future__ import annotations

import gzip
import os
import sys
import tempfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artifact_stream.errors import SourceDamaged, WindowTooLarge
from artifact_stream.streams.gzip import GZIP_MAGIC, GzipStream
from artifact_stream.streams.stored_file import ReadCounter, StoredFile
from artifact_stream.streams.zstd import MAX_WINDOW_LOG, ZSTD_MAGIC, ZSTD_SKIPPABLE, ZstdStream

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PARTS = st.lists(st.binary(max_size=30) | st.just(b"line\n" * 100_000), max_size=4)
KINDS = {"gzip": (GzipStream, gzip.compress), "zstd": (ZstdStream, zstd.compress)}
both = pytest.mark.parametrize("kind", sorted(KINDS))


class opened:  # noqa: N801 - reads as a function
    """A stream over stored bytes."""

    def __init__(self, stream_class, stored):
        self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - closed by the stream
        self._file.write(stored)
        self._file.seek(0)
        self.counter = ReadCounter()
        self.stream = stream_class(StoredFile(self._file, "stored", self.counter), 0)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stream.close()
        assert self._file.closed

    def all(self):
        return b"".join(iter(self.stream.read, b""))


@both
@settings(max_examples=30)
@given(parts=PARTS)
def test_all_members_come_back(kind, parts):
    stream_class, compress = KINDS[kind]
    stored = b"".join(map(compress, parts))
    with opened(stream_class, stored) as made:
        assert made.all() == b"".join(parts)
        assert made.stream.read() == b""
        assert made.counter.stored_bytes == len(stored)


@both
def test_an_end_inside_is_damage_and_what_came_before_is_given(kind):
    stream_class, compress = KINDS[kind]
    text = os.urandom(1 << 20)
    with opened(stream_class, compress(text)[:-5]) as made:
        blocks = []
        with pytest.raises(SourceDamaged, match="ends"):
            blocks.extend(iter(made.stream.read, b""))
        got = b"".join(blocks)
        assert got
        assert text.startswith(got)


@both
def test_what_is_no_compressed_data_is_corrupt(kind):
    stream_class, compress = KINDS[kind]
    with opened(stream_class, compress(b"first") + b"something else entirely") as made:
        assert made.stream.read() == b"first"
        with pytest.raises(SourceDamaged, match="corrupt"):
            made.stream.read()


@both
def test_compressed_data_is_read_from_its_start_alone(kind):
    stream_class, compress = KINDS[kind]
    with opened(stream_class, compress(b"abc")) as made:
        assert made.stream.range(0, 1) is None
        assert not made.stream.skip_to(1)
        assert made.all() == b"abc"


def test_magic_numbers_are_those_of_the_formats():
    assert gzip.compress(b"").startswith(GZIP_MAGIC)
    assert zstd.compress(b"").startswith(ZSTD_MAGIC)
    assert (0x184D2A5F).to_bytes(4, "little")[1:] == ZSTD_SKIPPABLE  # RFC 8878, 3.1.2


def test_zeros_behind_the_last_gzip_member_are_no_damage():
    with opened(GzipStream, gzip.compress(b"abc") + bytes(1000)) as made:
        assert made.all() == b"abc"


def test_skippable_zstd_frames_hold_nothing():
    skippable = b"\x50" + ZSTD_SKIPPABLE + (3).to_bytes(4, "little") + b"xyz"
    with opened(ZstdStream, skippable + zstd.compress(b"abc") + skippable) as made:
        assert made.all() == b"abc"


@pytest.mark.parametrize(
    "head",
    [
        # RFC 8878, 3.1.1.1.2: exponent 17 is 2**27 bytes.
        bytes([0x00, 17 << 3]),
        # A single segment whose size takes eight bytes.
        bytes([0xE0]) + (1 << 40).to_bytes(8, "little"),
    ],
    ids=["window", "single segment"],
)
def test_a_window_that_takes_too_much_memory_is_refused(head):
    with (
        opened(ZstdStream, ZSTD_MAGIC + head + bytes(100)) as made,
        pytest.raises(WindowTooLarge, match="64 MiB"),
    ):
        made.stream.read()


def test_the_largest_window_is_read():
    options = {zstd.CompressionParameter.window_log: MAX_WINDOW_LOG}
    compressor = zstd.ZstdCompressor(options=options)
    stored = compressor.compress(b"abc") + compressor.flush()
    with opened(ZstdStream, stored) as made:
        assert made.all() == b"abc"
