"""A range of bytes of a source file, which another process can read too."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import Self

import msgspec

from artifact_stream.errors import InputUnusable

_BLOCK_BYTES = 256 << 10
_INT64 = (1 << 63) - 1

_opened_again: dict[tuple[int, int, tuple[int, int]], int] = {}
"""The file of another process that was read last, opened by this one; at most one."""


class FileRange(msgspec.Struct, array_like=True, frozen=True):
    """Where some bytes stand in a regular file that this or the sending process has open.

    Attributes:
        path: The file, as the operating system encodes paths; empty for stdin.
        identity: Device and inode, by which a file that has taken its place is noticed.
        process: Who has it open.
        descriptor: Under which number.
        start: Where the range starts, in bytes from the start of the file.
        end: Where it ends.
    """

    path: bytes
    identity: tuple[int, int]
    process: int
    descriptor: int
    start: int
    end: int

    @classmethod
    def of(cls, descriptor: int, path: str | None, start: int, end: int) -> Self:
        """A range of the file with a descriptor of this process; its path is None for stdin."""
        identity = _identity(descriptor)
        absolute = b"" if path is None else os.fsencode(os.path.abspath(path))
        return cls(absolute, identity, os.getpid(), descriptor, start, end)

    @property
    def can_be_shared(self) -> bool:
        """True if another process can read it too."""
        return bool(self.path) or sys.platform == "linux"

    def part(self, start: int, end: int) -> Self:
        """The bytes between two offsets from the start of this range."""
        base = self.start
        return msgspec.structs.replace(self, start=base + start, end=base + end)

    def blocks(self) -> Iterator[bytes]:
        """The bytes, in blocks of 256 KiB.

        Raises:
            InputUnusable: The file is gone, has been replaced, or has become shorter.
        """
        start, descriptor = self.start, self._open()
        while start < self.end:
            block = os.pread(descriptor, min(_BLOCK_BYTES, self.end - start), start)
            if not block:
                raise InputUnusable(
                    f"{os.fsdecode(self.path)} became shorter while it was read: wait until "
                    "it is complete."
                )
            yield block
            start += len(block)

    def _open(self) -> int:
        """A descriptor of the file, which is not for the caller to close."""
        if self.process == os.getpid():
            return self.descriptor
        key = (self.process, self.descriptor, self.identity)
        descriptor = _opened_again.get(key)
        if descriptor is None:
            descriptor = self._open_again()
            while _opened_again:
                os.close(_opened_again.popitem()[1])
            _opened_again[key] = descriptor
        return descriptor

    def _open_again(self) -> int:
        """The file that the other process has open, even where it has lost its name meanwhile."""
        paths: list[str | bytes] = [self.path] if self.path else []
        if sys.platform == "linux":
            paths.append(f"/proc/{self.process}/fd/{self.descriptor}")
        for path in paths:
            try:
                descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
            except OSError:
                continue
            if _identity(descriptor) == self.identity:
                return descriptor
            os.close(descriptor)
        raise InputUnusable(
            f"{os.fsdecode(self.path)} was replaced while it was read: run again, or copy it first."
        )


def _identity(descriptor: int) -> tuple[int, int]:
    status = os.fstat(descriptor)
    return status.st_dev & _INT64, status.st_ino & _INT64
