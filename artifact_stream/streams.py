"""Bytes in: one interface over plain files, compressed files and stdin.

A `ByteStream` is read forward in blocks.  What it gives is decompressed; how far it has come is
counted in bytes as stored, so that progress is exact.
"""

from __future__ import annotations

import os
import sys
import zlib
from collections.abc import Callable
from typing import Any, BinaryIO, Protocol

from artifact_stream.errors import ExpandsTooMuch, InputUnusable, SourceDamaged, WindowTooLarge
from artifact_stream.file_range import FileRange
from artifact_stream.stored_file import ReadCounter, StoredFile

BLOCK_BYTES = 256 << 10
"""How much is read at a time."""

_STORED_BLOCK_BYTES = 128 << 10
_GZIP_MAGIC = b"\x1f\x8b\x08"
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
_ZSTD_SKIPPABLE = b"\x2a\x4d\x18"  # its first byte is 0x50 to 0x5f


MAX_EXPANSION = 1000
"""How many times as long as it is stored a compressed source may become; gzip can do 1032."""

EXPANSION_GRACE_BYTES = 64 << 20
"""So much comes out of any source before the ratio counts."""

MAX_WINDOW_LOG = 26
"""zstd keeps this much of what it has given: 64 MiB.  `zstd` itself takes 27, 128 MiB."""

_LONGEST_FRAME_HEAD = 18


class ByteStream(Protocol):
    """Decompressed bytes, read forward."""

    def read(self) -> bytes:
        """The next bytes, about `BLOCK_BYTES` of them; empty at the end.

        Raises:
            SourceDamaged: The compressed data ends early or is corrupt.
            InputUnusable: The operating system reports an error.
        """

    def range(self, start: int, end: int) -> FileRange | None:
        """The bytes from offset `start` to `end`, to be read once more; None if they cannot be."""

    def skip_to(self, offset_bytes: int) -> bool:
        """Have `read` go on at an offset; false, and nothing is changed, if that cannot be."""

    def close(self) -> None:
        """Let go of the file."""


class PlainStream:
    """A file that is not compressed."""

    def __init__(self, stored: StoredFile) -> None:
        self._stored = stored
        self.range = stored.range
        self.skip_to = stored.skip_to
        self.close = stored.close

    def read(self) -> bytes:
        """See `ByteStream.read`."""
        return self._stored.read(BLOCK_BYTES)


class _ExpansionLimit:
    """Ends a stream that gives more and more for next to nothing, as made to fill a disk."""

    def __init__(self, stored: StoredFile, max_expansion: int) -> None:
        self._stored = stored
        self._max_expansion = max_expansion
        self._given_bytes = 0

    def count(self, data: bytes) -> None:
        """Note what is given.

        Raises:
            ExpandsTooMuch: It is too much for what has been read.
        """
        self._given_bytes += len(data)
        if (
            self._max_expansion
            and self._given_bytes > EXPANSION_GRACE_BYTES
            and self._given_bytes > self._max_expansion * self._stored.read_bytes
        ):
            raise ExpandsTooMuch(
                f"the data becomes more than {self._max_expansion} times as long as it is stored; "
                "if it may, give a greater --max-expansion"
            )


class GzipStream:
    """A file of one or more gzip members (RFC 1952)."""

    def __init__(self, stored: StoredFile, max_expansion: int = MAX_EXPANSION) -> None:
        self._stored = stored
        self._limit = _ExpansionLimit(stored, max_expansion)
        self._decompressor: Any = None
        self._pending = b""
        self.close = stored.close

    def read(self) -> bytes:
        """See `ByteStream.read`."""
        while True:
            if not self._pending:
                self._pending = self._stored.read(_STORED_BLOCK_BYTES)
                if not self._pending:
                    if self._decompressor is not None:
                        raise SourceDamaged("the gzip data ends before its end mark")
                    return b""
            if self._decompressor is None:
                # Some writers pad the file with zeros behind the last member.
                self._pending = self._pending.lstrip(b"\0")
                if not self._pending:
                    continue
                self._decompressor = _gzip_module().decompressobj(wbits=31)
            data = self._decompress()
            if data:
                self._limit.count(data)
                return data

    def _decompress(self) -> bytes:
        try:
            data: bytes = self._decompressor.decompress(self._pending, BLOCK_BYTES)
        except (zlib.error, _gzip_module().error) as error:
            raise SourceDamaged(f"the gzip data is corrupt ({error})") from error
        if self._decompressor.eof:
            self._pending = self._decompressor.unused_data
            self._decompressor = None
        else:
            self._pending = self._decompressor.unconsumed_tail
        return data

    def range(self, start: int, end: int) -> None:  # noqa: ARG002 - the protocol's
        """Never possible: the data would have to be decompressed from its start."""
        return

    def skip_to(self, offset_bytes: int) -> bool:  # noqa: ARG002 - the protocol's
        """Never possible: the data must be decompressed from its start."""
        return False


class ZstdStream:
    """A file of one or more zstd frames (RFC 8878) with windows of up to `MAX_WINDOW_LOG`."""

    def __init__(self, stored: StoredFile, max_expansion: int = MAX_EXPANSION) -> None:
        self._stored = stored
        self._limit = _ExpansionLimit(stored, max_expansion)
        self._decompressor: Any = None
        self._pending = b""
        self._frame_head = b""
        self.close = stored.close

    def read(self) -> bytes:
        """See `ByteStream.read`."""
        zstd = _zstd_module()
        while True:
            if self._decompressor is not None and not self._decompressor.needs_input:
                data = self._decompress(b"")
            else:
                stored = self._pending or self._stored.read(_STORED_BLOCK_BYTES)
                self._pending = b""
                if not stored:
                    if self._decompressor is not None:
                        raise SourceDamaged("the zstd data ends inside a frame")
                    return b""
                if self._decompressor is None:
                    self._decompressor = zstd.ZstdDecompressor(
                        options={zstd.DecompressionParameter.window_log_max: MAX_WINDOW_LOG}
                    )
                    self._frame_head = b""
                if len(self._frame_head) < _LONGEST_FRAME_HEAD:
                    self._frame_head = (self._frame_head + stored)[:_LONGEST_FRAME_HEAD]
                data = self._decompress(stored)
            if self._decompressor.eof:
                self._pending = self._decompressor.unused_data
                self._decompressor = None
            if data:
                self._limit.count(data)
                return data

    def _decompress(self, stored: bytes) -> bytes:
        try:
            data: bytes = self._decompressor.decompress(stored, BLOCK_BYTES)
        except _zstd_module().ZstdError as error:
            if _zstd_window_bytes(self._frame_head) > 1 << MAX_WINDOW_LOG:
                name = self._stored.name
                raise WindowTooLarge(
                    f"the zstd data needs a window of more than {1 << MAX_WINDOW_LOG >> 20} MiB; "
                    "read it by `zstd -d --long=31 -c "
                    f"{name if name != 'stdin' else 'FILE'} | artifact-stream run - OUT`"
                ) from error
            raise SourceDamaged(f"the zstd data is corrupt ({error})") from error
        return data

    def range(self, start: int, end: int) -> None:  # noqa: ARG002 - the protocol's
        """Never possible: the data would have to be decompressed from its start."""
        return

    def skip_to(self, offset_bytes: int) -> bool:  # noqa: ARG002 - the protocol's
        """Never possible: the data must be decompressed from its start."""
        return False


def _zstd_window_bytes(frame_head: bytes) -> int:
    """The window that a frame needs, as its header says (RFC 8878, 3.1.1.1); 0 if it has none."""
    if len(frame_head) < _LONGEST_FRAME_HEAD or not frame_head.startswith(_ZSTD_MAGIC):
        return 0
    descriptor = frame_head[4]
    if not descriptor & 0x20:
        exponent, mantissa = frame_head[5] >> 3, frame_head[5] & 7
        return (1 << 10 + exponent) + (1 << 7 + exponent) * mantissa
    # A single segment: the window is the whole content, whose size stands behind the dictionary's.
    start = 5 + (0, 1, 2, 4)[descriptor & 3]
    size = (1, 2, 4, 8)[descriptor >> 6]
    return int.from_bytes(frame_head[start : start + size], "little")


def _gzip_module() -> Any:
    """The fastest module at hand with zlib's interface."""
    try:
        from isal import isal_zlib
    except ImportError:  # There is no build of it for some platforms.
        return zlib
    return isal_zlib


def _zstd_module() -> Any:
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    return zstd


def open_stream(path: str, counter: ReadCounter, max_expansion: int = MAX_EXPANSION) -> ByteStream:
    """Open a file, a pipe or, for ``-``, stdin; compression is told from the first bytes.

    Args:
        path: Which one.
        counter: Counts what is read.
        max_expansion: How many times as long compressed data may become; 0 for any number.

    Raises:
        InputUnusable: It cannot be opened or read.
    """
    if path == "-":
        # A duplicate, so that closing the stream leaves sys.stdin to the caller.
        file: BinaryIO = os.fdopen(os.dup(sys.stdin.fileno()), "rb", buffering=0)
        stored = StoredFile(file, "stdin", counter)
    else:
        try:
            file = open(path, "rb", buffering=0)  # noqa: SIM115 - closed by the stream
        except OSError as error:
            raise InputUnusable(
                f"{path} cannot be opened ({error.strerror}): check its name and permissions."
            ) from error
        stored = StoredFile(file, path, counter)
    magic = stored.peek(4)
    if magic.startswith(_GZIP_MAGIC):
        return GzipStream(stored, max_expansion)
    if magic == _ZSTD_MAGIC or (magic[1:] == _ZSTD_SKIPPABLE and 0x50 <= magic[0] <= 0x5F):
        return ZstdStream(stored, max_expansion)
    return PlainStream(stored)


class PeekedStream:
    """A stream whose first bytes have been looked at, and whose damage is an end like any other.

    What was read before compressed data turned out to be damaged is all given; `damage` tells
    afterwards.

    Args:
        stream: Where the bytes come from.
        head_bytes: How many of them `head` holds, fewer if there are not more.
        is_enough: Given the lines of the head as they come, each once: true if no more are needed,
            for which a pipe might have to be waited.
    """

    def __init__(
        self,
        stream: ByteStream,
        head_bytes: int,
        is_enough: Callable[[bytes], bool] | None = None,
    ) -> None:
        self._stream = stream
        self.damage: SourceDamaged | None = None
        self._blocks: list[bytes] = []
        self.head = b""
        asked = 0
        while len(self.head) < head_bytes and (block := self._read_stream()):
            self._blocks.append(block)
            self.head += block
            if is_enough is not None and b"\n" in block:
                lines_end = self.head.rindex(b"\n") + 1
                if is_enough(self.head[asked:lines_end]):
                    break
                asked = lines_end
        self.head = self.head[:head_bytes]
        self.range = stream.range
        self.close = stream.close

    def read(self) -> bytes:
        """The next bytes; empty at the end, also where the data is damaged."""
        return self._blocks.pop(0) if self._blocks else self._read_stream()

    def seek_to(self, offset_bytes: int) -> bool:
        """Have `read` go on at an offset, backward too; false, and nothing is changed, if not.

        Pipes and compressed data cannot.
        """
        if not self._stream.skip_to(offset_bytes):
            return False
        self._blocks = []
        return True

    def _read_stream(self) -> bytes:
        if self.damage is not None:
            return b""
        try:
            return self._stream.read()
        except SourceDamaged as damage:
            self.damage = damage
            return b""
