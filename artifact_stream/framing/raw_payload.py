"""A raw log's entry that is too long for memory: read while its payload is consumed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain

from artifact_stream.framing.indent import remove_first_indents, remove_further_indents
from artifact_stream.framing.payloads import IndentedRange, KeptLines, RawLines
from artifact_stream.framing.scratch import Scratch, ScratchText
from artifact_stream.framing.signs import ANY_BLANKS, CR_AT_ENVELOPE
from artifact_stream.streams.file_range import FileRange

MAX_SCANNED_BYTES = 16 << 20
"""An entry up to this long is worth being scanned to its end for another process to read it."""


class LargeEntry(RawLines):
    """An entry that is read from the log while it is consumed: its first line, then its payload.

    Where the log cannot be read again, what follows the first sign that the payload may be read
    in another way is kept on disk, so that it can be.

    Args:
        pieces: The entry's text as it stands in the log.  None but the last ends with a newline.
        range_of: Gives the bytes between two offsets from the entry's start once more, or None.
        signs_of: Tells the signs that `pieces` has met so far.
        scratch: Where text is kept.

    Attributes:
        payload_start: Where the payload starts, from the entry's start, once that is known.
    """

    is_long = True

    __slots__ = (
        "_behind_first_line",
        "_is_taken",
        "_kept",
        "_length",
        "_own_signs",
        "_pieces",
        "_range_of",
        "_scratch",
        "_signs_of",
        "payload_start",
    )

    def __init__(
        self,
        pieces: Iterator[bytes],
        range_of: Callable[[int, int], FileRange | None],
        signs_of: Callable[[], int],
        scratch: Scratch,
    ) -> None:
        self._pieces = pieces
        self._range_of = range_of
        self._signs_of = signs_of
        self._own_signs = 0
        self._scratch = scratch
        self._behind_first_line = b""
        self._length = 0  # of what has been taken of the entry
        self.payload_start = 0
        self._is_taken = False
        self._kept: KeptLines | None = None

    @property
    def signs(self) -> int:  # type: ignore[override]  # Nobody sets it.
        """See `RawLines`; as far as the payload has been read."""
        return self._own_signs | self._signs_of()

    def first_line(self) -> Iterator[bytes]:
        """The pieces of the first line, without its newline; to be taken before the payload."""
        for piece in self._pieces:
            head, newline, self._behind_first_line = piece.partition(b"\n")
            self._length += len(piece)
            if head.endswith(b"\r") and newline:
                self._own_signs |= CR_AT_ENVELOPE
            yield head
            if self._behind_first_line:
                self.payload_start = self._length - len(self._behind_first_line)
                return

    @property
    def has_payload(self) -> bool:
        """True if a line follows the first one, once that has been taken."""
        return bool(self._behind_first_line)

    def whole(self) -> None:
        """Never: it is longer than what should be in memory."""
        return

    def chunks(self) -> Iterator[bytes]:
        """The payload as it stands, without indent; a second time it is read from the file."""
        if self._is_taken:
            self.pass_over()
            return IndentedRange(self._payload_range(), self.signs).chunks()
        self._is_taken = True
        return self._first_chunks()

    def _first_chunks(self) -> Iterator[bytes]:
        from artifact_stream.framing.readings import LineReader  # Few logs have long payloads.

        reader: LineReader | None = None
        given_bytes = 0
        keeps = not self.can_repeat
        kept: ScratchText | None = None
        shared_bytes: int | None = None
        for number, piece in enumerate(self._payload_pieces()):
            if reader is None and (self.signs & ANY_BLANKS or (keeps and b"\r" in piece)):
                reader = LineReader(in_line=number > 0)
                shared_bytes = given_bytes if number else None
                if keeps:
                    kept = self._scratch.empty()
            if kept is not None:
                kept.add(piece)
            if reader is not None:
                chunk = reader.feed(piece)
            elif number:
                chunk = remove_further_indents(piece)
            else:
                chunk = remove_first_indents(piece)
            given_bytes += len(chunk)
            yield chunk
        self._kept = None if kept is None else KeptLines(kept.chunks, shared_bytes)
        if reader is not None:
            yield reader.finish()

    def lines(self) -> Iterator[bytes]:
        """The payload's lines as they stand in the log, once; what was scanned included."""
        self._is_taken = True
        return self._payload_pieces()

    def indented(self) -> Iterator[bytes] | None:
        """See `RawLines`."""
        if not self.can_repeat:
            return None
        self.pass_over()
        return self._payload_range().blocks()

    def kept(self) -> KeptLines | None:
        """See `RawLines`."""
        return self._kept

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
        found = self._range_of(self.payload_start, self._length)
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
        return IndentedRange(self._payload_range(), self.signs)

    def _go_back(self) -> None:
        """Have what was scanned come again."""
        again = IndentedRange(self._payload_range()).without_newlines_at_ends()
        self._behind_first_line = next(again, b"")
        self._length = self.payload_start + len(self._behind_first_line)
        self._pieces = chain(again, self._pieces)

    def pass_over(self) -> None:
        """Read on to the entry's end."""
        for piece in self._pieces:
            self._length += len(piece)


class SharedLines(RawLines):
    """A payload that several entries share: its lines are on disk.

    Args:
        text: The lines as they stand in the log.
        signs: See `RawLines`.
    """

    is_long = True

    __slots__ = ("_text", "signs")

    def __init__(self, text: ScratchText, signs: int) -> None:
        self._text = text
        self.signs = signs

    @classmethod
    def of(cls, entry: LargeEntry, scratch: Scratch) -> SharedLines:
        """The payload of an entry that has not been read yet.

        Raises:
            OutputUnusable: The disk is full or cannot be written.
        """
        text = scratch.keep(entry.lines())
        return cls(text, entry.signs)

    def whole(self) -> None:
        """Never: it is on disk because it may be large."""
        return

    def chunks(self) -> Iterator[bytes]:
        """The payload as it stands, from its start."""
        from artifact_stream.framing.readings import read_lines  # Few logs have such.

        return read_lines(self._text.chunks())

    def indented(self) -> Iterator[bytes]:
        """See `RawLines`."""
        return self._text.chunks()

    @property
    def can_repeat(self) -> bool:
        """Always."""
        return True

    def portable(self) -> None:
        """Never: the file has no name."""
        return
