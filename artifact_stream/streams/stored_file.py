"""The bytes of a source as they are stored, before anything is decompressed."""

from __future__ import annotations

import os
import select
import stat
from collections.abc import Callable
from typing import BinaryIO

from artifact_stream.errors import InputUnusable
from artifact_stream.stop import StopRequest
from artifact_stream.streams.file_range import FileRange


class ReadCounter:
    """How many stored bytes of the sources have been read; a progress monitor polls it.

    Args:
        stop: Asked for while a pipe is waited for, which may have no more for ever.

    Attributes:
        before_wait: Called before a pipe is waited for; None if nobody minds.
    """

    __slots__ = ("before_wait", "stop", "stored_bytes")

    def __init__(self, stop: StopRequest | None = None) -> None:
        self.stored_bytes = 0
        self.stop = stop
        self.before_wait: Callable[[], None] | None = None


class StoredFile:
    """The bytes of a file as they are stored."""

    def __init__(self, file: BinaryIO, name: str, counter: ReadCounter) -> None:
        self._fd = file.fileno()
        self._file = file
        self.name = name
        self._counter = counter
        self.head = b""
        self.read_bytes = 0
        self._base: int | None = None  # where offset 0 is in the file, if it can be read again
        if stat.S_ISREG(os.fstat(self._fd).st_mode) and hasattr(os, "pread"):
            self._base = os.lseek(self._fd, 0, os.SEEK_CUR)

    def peek(self, size: int) -> bytes:
        """The first bytes, which `read` gives again."""
        while len(self.head) < size:
            more = self._read_file(size - len(self.head))
            if not more:
                break
            self.head += more
        return self.head

    def read(self, size: int) -> bytes:
        """Up to `size` bytes, fewer only if a pipe has no more at the moment or at the end."""
        if self.head:
            data, self.head = self.head[:size], self.head[size:]
        else:
            data = self._read_file(size)
        self._counter.stored_bytes += len(data)
        self.read_bytes += len(data)
        return data

    def _read_file(self, size: int) -> bytes:
        stop, before_wait = self._counter.stop, self._counter.before_wait
        if before_wait is not None and self._base is None and not _has_more(self._fd):
            before_wait()
        try:
            if stop is None or self._base is not None:
                return os.read(self._fd, size)
            with stop.waiting():
                return os.read(self._fd, size)
        except OSError as error:
            raise InputUnusable(
                f"{self.name} cannot be read ({error.strerror}): check the disk or copy the file."
            ) from error

    def range(self, start: int, end: int) -> FileRange | None:
        """See `ByteStream.range`; possible for regular files."""
        if self._base is None:
            return None
        path = None if self.name == "stdin" else self.name
        return FileRange.of(self._fd, path, self._base + start, self._base + end)

    def skip_to(self, offset_bytes: int) -> bool:
        """See `ByteStream.skip_to`; possible for regular files.  What is skipped is counted."""
        if self._base is None:
            return False
        os.lseek(self._fd, self._base + offset_bytes, os.SEEK_SET)
        self.head = b""
        self._counter.stored_bytes += offset_bytes - self.read_bytes
        self.read_bytes = offset_bytes
        return True

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def _has_more(descriptor: int) -> bool:
    """False if a pipe would have to be waited for; true where that cannot be told."""
    if not hasattr(select, "poll"):
        return True
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(0))
