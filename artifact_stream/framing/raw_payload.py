"""A raw log's entry that is too long for memory: read while its payload is consumed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain

from artifact_stream.framing.payloads import IndentedRange, remove_indents
from artifact_stream.streams.file_range import FileRange

MAX_SCANNED_BYTES = 16 << 20
"""An entry up to this long is worth being scanned to its end for another process to read it."""


class LargeEntry:
    """An entry that is read from the log while it is consumed: its first line, then its payload.

    Args:
        pieces: The entry's text as it stands in the log.  No piece ends with a newline.
        range_of: Gives the bytes between two offsets from the entry's start once more, or None.
    """

    __slots__ = (
        "_behind_first_line",
        "_is_taken",
        "_length",
        "_payload_start",
        "_pieces",
        "_range_of",
    )

    def __init__(
        self, pieces: Iterator[bytes], range_of: Callable[[int, int], FileRange | None]
    ) -> None:
        self._pieces = pieces
        self._range_of = range_of
        self._behind_first_line = b""
        self._length = 0  # of what has been taken of the entry
        self._payload_start = 0
        self._is_taken = False

    def first_line(self) -> Iterator[bytes]:
        """The pieces of the first line, without its newline; to be taken before the payload."""
        for piece in self._pieces:
            head, _, self._behind_first_line = piece.partition(b"\n")
            self._length += len(piece)
            yield head
            if self._behind_first_line:
                self._payload_start = self._length - len(self._behind_first_line)
                return

    @property
    def has_payload(self) -> bool:
        """True if a line follows the first one, once that has been taken."""
        return bool(self._behind_first_line)

    def whole(self) -> None:
        """Never: it is longer than what should be in memory."""
        return

    def chunks(self) -> Iterator[bytes]:
        """The payload, without indent; a second time it is read from the file."""
        if self._is_taken:
            self.pass_over()
            return IndentedRange(self._payload_range()).chunks()
        self._is_taken = True
        return remove_indents(self._payload_pieces())

    def _payload_pieces(self) -> Iterator[bytes]:
        yield self._behind_first_line
        self._behind_first_line = b""
        for piece in self._pieces:
            self._length += len(piece)
            yield piece

    @property
    def can_repeat(self) -> bool:
        """True if the file can be read again."""
        return self._range_of(0, 0) is not None

    def _payload_range(self) -> FileRange:
        """Where the payload stands, as far as it has been read."""
        found = self._range_of(self._payload_start, self._length)
        assert found is not None
        return found

    def portable(self) -> IndentedRange | None:
        """Where the payload stands in the file, if it can be read again and is not very long.

        The entry is read up to its end for that, or as far as is worth it.
        """
        whole_range = self._range_of(0, MAX_SCANNED_BYTES)
        if whole_range is None or not whole_range.can_be_shared:
            return None
        for piece in self._pieces:
            self._length += len(piece)
            if self._length > MAX_SCANNED_BYTES:
                self._go_back()
                return None
        return IndentedRange(self._payload_range())

    def _go_back(self) -> None:
        """Have what was scanned come again."""
        again = IndentedRange(self._payload_range()).indented()
        self._behind_first_line = next(again, b"")
        self._length = self._payload_start + len(self._behind_first_line)
        self._pieces = chain(again, self._pieces)

    def pass_over(self) -> None:
        """Read on to the entry's end."""
        for piece in self._pieces:
            self._length += len(piece)
