"""What all sources of bytes have in common, and how much compressed data may become."""

from __future__ import annotations

from typing import Protocol

from artifact_stream.errors import Argument, ExpandsTooMuch
from artifact_stream.streams.file_range import FileRange

BLOCK_BYTES = 256 << 10
"""How much is read at a time."""


STORED_BLOCK_BYTES = 128 << 10


EXPANSION_GRACE_BYTES = 64 << 20
"""So much comes out of any source before the ratio counts."""


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


class Stored(Protocol):
    """Bytes as they are stored, read forward, before anything is decompressed.

    Attributes:
        name: What problems call them.
        read_bytes: How many have been read.
    """

    name: str
    read_bytes: int

    def peek(self, size: int) -> bytes:
        """The first bytes, which `read` gives again; to be called before that."""

    def read(self, size: int) -> bytes:
        """Up to `size` bytes, fewer only at the end or if there are no more at the moment."""

    def range(self, start: int, end: int) -> FileRange | None:
        """See `ByteStream.range`."""

    def skip_to(self, offset_bytes: int) -> bool:
        """See `ByteStream.skip_to`."""

    def close(self) -> None:
        """Let go of the file."""


class ExpansionLimit:
    """Ends a stream that gives more and more for next to nothing, as made to fill a disk."""

    def __init__(self, stored: Stored, max_expansion: int) -> None:
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
                "if it may, give a greater ",
                Argument("max_expansion"),
            )
