"""Opening a source: which `ByteStream` reads it is told from its first bytes.

A `ByteStream` is read forward in blocks.  What it gives is decompressed; how far it has come is
counted in bytes as stored, so that progress is exact.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from typing import BinaryIO

from artifact_stream.errors import InputUnusable, SourceDamaged
from artifact_stream.options import MAX_EXPANSION
from artifact_stream.streams.byte_stream import BLOCK_BYTES, ByteStream, Stored
from artifact_stream.streams.bzip2 import BZIP2_MAGIC, Bzip2Stream, is_bzip2
from artifact_stream.streams.gzip import GZIP_MAGIC, GzipStream
from artifact_stream.streams.stored_file import ReadCounter, StoredFile
from artifact_stream.streams.waiting import Waiting
from artifact_stream.streams.xz import XZ_MAGIC, XzStream
from artifact_stream.streams.zstd import ZSTD_MAGIC, ZSTD_SKIPPABLE, ZstdStream

_LONG_MAGIC_BYTES = 10


class PlainStream:
    """A file that is not compressed."""

    def __init__(self, stored: Stored) -> None:
        self._stored = stored
        self.range = stored.range
        self.skip_to = stored.skip_to
        self.close = stored.close

    def read(self) -> bytes:
        """See `ByteStream.read`."""
        return self._stored.read(BLOCK_BYTES)


def open_stream(
    path: str,
    counter: ReadCounter,
    max_expansion: int = MAX_EXPANSION,
    waiting: Waiting | None = None,
) -> ByteStream:
    """Open a file, a pipe or, for ``-``, stdin; compression is told from the first bytes.

    Args:
        path: Which one.
        counter: Counts what is read.
        max_expansion: How many times as long compressed data may become; 0 for any number.
        waiting: Waits for a pipe; None where nothing else is to be done.

    Raises:
        InputUnusable: It cannot be opened or read.
        Interrupted: A stop is asked for while a pipe is waited for.
    """
    return decompressed(open_stored(path, counter, waiting), max_expansion)


def open_stored(path: str, counter: ReadCounter, waiting: Waiting | None = None) -> StoredFile:
    """Open the same, for what is stored there.

    Raises:
        InputUnusable: It cannot be opened.
        Interrupted: A stop is asked for while nobody writes to a pipe.
    """
    waiting = waiting or Waiting()
    if path == "-":
        return StoredFile(open_stdin(), "stdin", counter, waiting)
    try:
        file = waiting.open(path)
    except OSError as error:
        raise InputUnusable(
            f"{path} cannot be opened ({error.strerror}): check its name and permissions."
        ) from error
    return StoredFile(file, path, counter, waiting)


def decompressed(stored: Stored, max_expansion: int = MAX_EXPANSION) -> ByteStream:
    """What stored bytes give; compression is told from the first of them.

    Args:
        stored: The bytes, from their start; closed with the stream.
        max_expansion: As for `open_stream`.

    Raises:
        InputUnusable: They cannot be read.
    """
    magic = stored.peek(4)
    if magic.startswith((BZIP2_MAGIC, XZ_MAGIC[:4])):
        magic = stored.peek(_LONG_MAGIC_BYTES)
    if magic.startswith(GZIP_MAGIC):
        return GzipStream(stored, max_expansion)
    if magic[:4] == ZSTD_MAGIC or (magic[1:4] == ZSTD_SKIPPABLE and 0x50 <= magic[0] <= 0x5F):
        return ZstdStream(stored, max_expansion)
    if magic.startswith(XZ_MAGIC):
        return XzStream(stored, max_expansion)
    if is_bzip2(magic):
        return Bzip2Stream(stored, max_expansion)
    return PlainStream(stored)


def open_stdin() -> BinaryIO:
    """A duplicate, so that closing the stream leaves ``sys.stdin`` to the caller.

    Raises:
        InputUnusable: It is closed, or not open for reading; nothing is waited for to find out.
    """
    try:
        if sys.stdin is None:  # So it is where the process was started with it closed.
            raise OSError(errno.EBADF, "it is closed")
        os.read(sys.stdin.fileno(), 0)  # Fails where it is a folder or open for writing only.
        return os.fdopen(os.dup(sys.stdin.fileno()), "rb", buffering=0)
    except (OSError, ValueError) as error:  # ValueError: closed since.
        reason = getattr(error, "strerror", None) or "it is closed"
        raise InputUnusable(
            f"Stdin cannot be read ({reason}): give a file, or send the trace through a pipe."
        ) from error


class PeekedStream:
    """A stream whose first bytes have been looked at, and whose damage is an end like any other.

    What was read before compressed data turned out to be damaged is all given; `damage` tells
    afterwards.

    Args:
        stream: Where the bytes come from.
        head_bytes: How many of them `head` holds, fewer if there are not more.
        is_enough: Given the lines of the head as they come, each once: true if no more are needed,
            for which a pipe might have to be waited.

    Attributes:
        stream: As given.
        damage: Why there is no more; None as long as nothing is damaged.
        head: The first bytes.
    """

    def __init__(
        self,
        stream: ByteStream,
        head_bytes: int,
        is_enough: Callable[[bytes], bool] | None = None,
    ) -> None:
        self.stream = stream
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

    def has_more(self) -> bool:
        """True if there is more than `head`; to be called before `read`."""
        if sum(map(len, self._blocks)) == len(self.head) and (block := self._read_stream()):
            self._blocks.append(block)
        return sum(map(len, self._blocks)) > len(self.head)

    def seek_to(self, offset_bytes: int) -> bool:
        """Have `read` go on at an offset, backward too; false, and nothing is changed, if not.

        Pipes and compressed data cannot.
        """
        if not self.stream.skip_to(offset_bytes):
            return False
        self._blocks = []
        return True

    def _read_stream(self) -> bytes:
        if self.damage is not None:
            return b""
        try:
            return self.stream.read()
        except SourceDamaged as damage:
            self.damage = damage
            return b""
