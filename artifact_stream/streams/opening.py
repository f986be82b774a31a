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
from artifact_stream.streams.byte_stream import BLOCK_BYTES, ByteStream
from artifact_stream.streams.gzip import GZIP_MAGIC, GzipStream
from artifact_stream.streams.stored_file import ReadCounter, StoredFile
from artifact_stream.streams.waiting import Waiting
from artifact_stream.streams.zstd import ZSTD_MAGIC, ZSTD_SKIPPABLE, ZstdStream


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
    if path == "-":
        stored = StoredFile(_stdin(), "stdin", counter, waiting)
    else:
        try:
            file: BinaryIO = open(path, "rb", buffering=0)  # noqa: SIM115 - closed by the stream
        except OSError as error:
            raise InputUnusable(
                f"{path} cannot be opened ({error.strerror}): check its name and permissions."
            ) from error
        stored = StoredFile(file, path, counter, waiting)
    magic = stored.peek(4)
    if magic.startswith(GZIP_MAGIC):
        return GzipStream(stored, max_expansion)
    if magic == ZSTD_MAGIC or (magic[1:] == ZSTD_SKIPPABLE and 0x50 <= magic[0] <= 0x5F):
        return ZstdStream(stored, max_expansion)
    return PlainStream(stored)


def _stdin() -> BinaryIO:
    """A duplicate, so that closing the stream leaves ``sys.stdin`` to the caller."""
    try:
        if sys.stdin is None:  # So it is where the process was started with it closed.
            raise OSError(errno.EBADF, "it is closed")
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

    def skip_to(self, offset_bytes: int) -> bool:
        """Have `read` go on at an offset; to be called before it.

        What cannot be skipped, in pipes and compressed data, is read.

        Returns:
            False if the data ends before.
        """
        if self._stream.skip_to(offset_bytes):
            self._blocks = []
            return True
        left = offset_bytes
        while left:
            block = self.read()
            if not block:
                return False
            if len(block) > left:
                self._blocks.insert(0, block[left:])
            left -= min(left, len(block))
        return True

    def _read_stream(self) -> bytes:
        if self.damage is not None:
            return b""
        try:
            return self._stream.read()
        except SourceDamaged as damage:
            self.damage = damage
            return b""
