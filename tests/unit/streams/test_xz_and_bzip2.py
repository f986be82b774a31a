"""xz, bzip2 and deflate: several streams in one file, padding, damage, data made to fill a disk."""

from __future__ import annotations

import bz2
import lzma
import zlib

import pytest

from artifact_stream.errors import ExpandsTooMuch, SourceDamaged, WindowTooLarge
from artifact_stream.streams.bzip2 import Bzip2Stream
from artifact_stream.streams.deflate import DeflateStream
from artifact_stream.streams.opening import (
    PeekedStream,
    PlainStream,
    decompressed,
    open_stored,
    open_stream,
)
from artifact_stream.streams.stored_file import ReadCounter
from artifact_stream.streams.stream_bytes import StreamBytes
from artifact_stream.streams.xz import XzStream

TEXT = b"".join(b"line %d\n" % number for number in range(60_000))
FORMATS = pytest.mark.parametrize(
    ("compress", "stream_class"), [(lzma.compress, XzStream), (bz2.compress, Bzip2Stream)]
)


def opened(tmp_path, data, **options):
    (tmp_path / "t").write_bytes(data)
    return open_stream(str(tmp_path / "t"), ReadCounter(), **options)


def everything(stream):
    try:
        return b"".join(iter(stream.read, b""))
    finally:
        stream.close()


@FORMATS
def test_one_stream_or_several_and_zeros_behind_them(tmp_path, compress, stream_class):
    for data, text in (
        (compress(TEXT), TEXT),
        (compress(TEXT) + compress(b"more"), TEXT + b"more"),
        (compress(TEXT) + bytes(8) + compress(b"more") + bytes(4), TEXT + b"more"),
        (compress(b""), b""),
    ):
        stream = opened(tmp_path, data)
        assert type(stream) is stream_class
        assert stream.range(0, 1) is None
        assert not stream.skip_to(5)
        assert everything(stream) == text


@FORMATS
def test_what_is_stored_is_counted(tmp_path, compress, stream_class):
    data = compress(TEXT)
    (tmp_path / "t").write_bytes(data)
    counter = ReadCounter()
    stream = open_stream(str(tmp_path / "t"), counter)
    assert type(stream) is stream_class
    everything(stream)
    assert counter.stored_bytes == len(data)


@FORMATS
def test_a_cut_end_gives_what_is_before_it(tmp_path, compress, stream_class):
    data = compress(TEXT)
    stream = opened(tmp_path, data[: len(data) - 20])
    assert type(stream) is stream_class
    peeked = PeekedStream(stream, len(TEXT) + 1)
    peeked.close()
    assert TEXT.startswith(peeked.head)
    assert "ends before its end mark" in str(peeked.damage)


@FORMATS
def test_corrupt_data_is_said_to_be(tmp_path, compress, stream_class):
    data = bytearray(compress(TEXT))
    data[len(data) // 2 : len(data) // 2 + 30] = b"\xff" * 30
    stream = opened(tmp_path, bytes(data))
    assert type(stream) is stream_class
    with pytest.raises(SourceDamaged, match="corrupt"):
        everything(stream)


@FORMATS
def test_data_that_becomes_far_too_long_ends_the_stream(tmp_path, compress, stream_class):
    stream = opened(tmp_path, compress(bytes(80 << 20)), max_expansion=100)
    assert type(stream) is stream_class
    with pytest.raises(ExpandsTooMuch):
        everything(stream)


def test_xz_that_needs_a_large_dictionary_is_refused(tmp_path):
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 1, "dict_size": 256 << 20}]
    stream = opened(tmp_path, lzma.compress(TEXT, filters=filters))
    with pytest.raises(WindowTooLarge, match="another program"):
        everything(stream)


def test_text_that_begins_like_bzip2_is_text(tmp_path):
    for text in (b"BZh9 is how it begins\n", b"BZh", b"\xfd7zX"):
        stream = opened(tmp_path, text)
        assert type(stream) is PlainStream
        assert everything(stream) == text


def deflated(tmp_path, data, crc32=None, **options):
    (tmp_path / "t").write_bytes(data)
    return DeflateStream(open_stored(str(tmp_path / "t"), ReadCounter()), crc32, **options)


def test_deflate_ends_where_it_says_and_has_its_checksum(tmp_path):
    data = zlib.compress(TEXT, wbits=-15)
    assert everything(deflated(tmp_path, data)) == TEXT
    assert everything(deflated(tmp_path, data + b"behind", zlib.crc32(TEXT))) == TEXT
    for broken, crc32, why in (
        (data, 1, "checksum"),
        (data[:-10], None, "ends before"),
        (b"\xff" + data, None, "corrupt"),
    ):
        with pytest.raises(SourceDamaged, match=why):
            everything(deflated(tmp_path, broken, crc32))
    with pytest.raises(ExpandsTooMuch):
        everything(deflated(tmp_path, zlib.compress(bytes(80 << 20), wbits=-15), max_expansion=10))


def test_a_compressed_log_in_a_compressed_zip(tmp_path):
    inner = zlib.compress(bz2.compress(TEXT), wbits=-15)
    stream = decompressed(StreamBytes(deflated(tmp_path, inner), "t"))
    assert type(stream) is Bzip2Stream
    assert everything(stream) == TEXT
    plain = StreamBytes(deflated(tmp_path, zlib.compress(b"0123456789", wbits=-15)), "t")
    assert (plain.peek(3), plain.read(2), plain.read_bytes) == (b"012", b"01", 2)
    assert plain.read(100) == b"23456789"
    assert (plain.read(1), plain.range(0, 1), plain.skip_to(1)) == (b"", None, False)
    plain.close()
