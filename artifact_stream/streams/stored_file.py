"""The bytes of a source as they are stored, before anything is decompressed."""

from __future__ import annotations

import os
import stat
from typing import BinaryIO

from artifact_stream.errors import InputUnusable
from artifact_stream.streams.file_range import FileRange
from artifact_stream.streams.waiting import Waiting


class ReadCounter:
    """How many stored bytes of the sources have been read; a progress monitor polls it."""

    __slots__ = ("stored_bytes",)

    def __init__(self) -> None:
        self.stored_bytes = 0


class StoredFile:
    """The bytes of a file as they are stored.

    Args:
        file: Where they are read, from where it stands.
        name: What people call it.
        counter: Counts what is read.
        waiting: Waits for them where the file is a pipe; None where nothing else is to be done.
    """

    def __init__(
        self, file: BinaryIO, name: str, counter: ReadCounter, waiting: Waiting | None = None
    ) -> None:
        self._fd = file.fileno()
        self._file = file
        self.name = name
        self._counter = counter
        self._waiting = waiting or Waiting()
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
        if self._base is None:
            self._waiting.prepare(self._fd)
        try:
            if self._base is None:
                return self._waiting.read(self._fd, size)
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
