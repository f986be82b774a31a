"""A range of a regular file as stored bytes: a member of a tar or zip file, say."""

from __future__ import annotations

import os

from artifact_stream.errors import InputUnusable, SourceDamaged
from artifact_stream.streams.file_range import FileRange
from artifact_stream.streams.stored_file import ReadCounter

_BINARY = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


def open_regular_file(path: str | None, descriptor: int | None, name: str) -> int:
    """A descriptor of a regular file with an offset of its own.

    Args:
        path: The file; None for one that has no name.
        descriptor: It, open already, where it has no name.
        name: What problems call it.

    Raises:
        InputUnusable: It cannot be opened.
    """
    try:
        if path is not None:
            return os.open(path, _BINARY)
        assert descriptor is not None
        # Bytes are read at given offsets alone, so that sharing one is harmless.
        return os.dup(descriptor)
    except OSError as error:
        raise InputUnusable(
            f"{name} cannot be opened ({error.strerror}): check its name and permissions."
        ) from error


def read_at(descriptor: int, size: int, offset: int) -> bytes:
    """Up to `size` bytes of a regular file from an offset on.

    Raises:
        OSError: It cannot be read.
    """
    if hasattr(os, "pread"):
        return os.pread(descriptor, size, offset)
    os.lseek(descriptor, offset, os.SEEK_SET)
    return os.read(descriptor, size)


class StoredRange:
    """Stored bytes from a range of a regular file; see `StoredFile`.

    Args:
        path: The file; None for one that has no name.
        descriptor: It, open already; closed with this.
        name: What problems call the range.
        start: Where it starts in the file, in bytes.
        end: Where it ends.
        counter: Counts what is read.
        missing: What to say if the file ends before.
    """

    def __init__(
        self,
        path: str | None,
        descriptor: int,
        name: str,
        start: int,
        end: int,
        counter: ReadCounter,
        missing: str = "the file ends inside it",
    ) -> None:
        self._path = path
        self._descriptor = descriptor
        self.name = name
        self._start = start
        self._end = end
        self._counter = counter
        self._missing = missing
        self.read_bytes = 0

    def peek(self, size: int) -> bytes:
        """The next bytes, which `read` gives again; fewer at the end."""
        return self._read(size, self._start + self.read_bytes)

    def read(self, size: int) -> bytes:
        """Up to `size` bytes; empty at the end.

        Raises:
            SourceDamaged: The file ends before the range does.
            InputUnusable: The operating system reports an error.
        """
        data = self._read(size, self._start + self.read_bytes)
        if not data and self._start + self.read_bytes < self._end:
            raise SourceDamaged(self._missing)
        self.read_bytes += len(data)
        self._counter.stored_bytes += len(data)
        return data

    def _read(self, size: int, offset: int) -> bytes:
        try:
            return read_at(self._descriptor, max(0, min(size, self._end - offset)), offset)
        except OSError as error:
            raise InputUnusable(
                f"{self.name} cannot be read ({error.strerror}): check the disk or copy the file."
            ) from error

    def range(self, start: int, end: int) -> FileRange | None:
        """See `ByteStream.range`."""
        if not hasattr(os, "pread"):
            return None
        return FileRange.of(self._descriptor, self._path, self._start + start, self._start + end)

    def skip_to(self, offset_bytes: int) -> bool:
        """See `ByteStream.skip_to`.  What is skipped is counted."""
        self._counter.stored_bytes += offset_bytes - self.read_bytes
        self.read_bytes = offset_bytes
        return True

    def close(self) -> None:
        """Let go of the file."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
