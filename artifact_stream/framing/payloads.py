"""Payloads that another process can take over: text in memory, or a range of the source.

Each is a `Payload` and, being a tagged msgspec struct, can be encoded and sent as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import ClassVar, NamedTuple

from artifact_stream.entries import PortablePayload
from artifact_stream.framing.indent import (
    remove_first_indents,
    remove_further_indents,
    remove_indent,
)
from artifact_stream.framing.signs import ANY_BLANKS
from artifact_stream.json_text import decode_string, decode_string_pieces
from artifact_stream.streams.file_range import FileRange

_MIN_REFERRED_BYTES = 4 << 10
"""A shorter text is sent as it is: telling where it stands takes as long."""


def _remove_indents(pieces: Iterator[bytes]) -> Iterator[bytes]:
    yield remove_first_indents(next(pieces, b""))
    for piece in pieces:
        yield remove_further_indents(piece)


class KeptLines(NamedTuple):
    """Lines of a payload that have been kept on disk, since they cannot be read again elsewhere.

    Attributes:
        pieces: Gives them from their start, cut anywhere.
        shared_bytes: How much of the payload as it stands is before them, in a line of which they
            are the rest; None if they are all of it.
    """

    pieces: Callable[[], Iterator[bytes]]
    shared_bytes: int | None


class RawLines:
    """What the payloads of raw logs have beside `Payload`: the lines that they are made of.

    Attributes:
        signs: What has been seen of the lines that may mean another reading (`framing.readings`).
    """

    __slots__ = ()

    is_long: ClassVar[bool] = False
    """It is longer than what should be in memory."""

    signs: int

    def indented(self) -> Iterator[bytes] | None:
        """The lines as they stand in the log, from the first; None if they cannot be read again."""
        raise NotImplementedError

    def kept(self) -> KeptLines | None:
        """What has been kept of lines that cannot be read again; None if nothing had to be."""
        return None


def has_signs(payload: object) -> bool:
    """True if a payload may have to be read otherwise than it stands."""
    return isinstance(payload, RawLines) and payload.signs != 0


class _TextInMemory(PortablePayload, frozen=True):
    """A payload's text in memory.

    Attributes:
        text: The text as it stands in the source.
        place: Where that is, in a file that another process can read too; None if in none.
    """

    text: bytes
    place: FileRange | None = None

    @property
    def source_bytes(self) -> int:
        """See `PortablePayload`."""
        return len(self.text)

    @property
    def memory_bytes(self) -> int:
        """See `PortablePayload`."""
        return len(self.text)


class IndentedText(_TextInMemory, RawLines, tag="indented", frozen=True):
    """A raw log's payload: whole lines with their tabs, without the last newline.

    Attributes:
        signs: See `RawLines`.
    """

    signs: int = 0

    def whole(self) -> bytes:
        """The payload as it stands."""
        if self.signs & ANY_BLANKS:
            from artifact_stream.framing.readings import read_lines  # Few logs were handled.

            return b"".join(read_lines((self.text,)))
        return remove_indent(self.text)

    def indented(self) -> Iterator[bytes]:
        """See `RawLines`."""
        yield self.text

    def by_reference(self) -> IndentedText | LinesInFile:
        """The same without its text where that can be read elsewhere and is not very short."""
        if self.place is None or len(self.text) < _MIN_REFERRED_BYTES:
            return self
        return LinesInFile(self.place, self.signs)


class JsonText(_TextInMemory, tag="json", frozen=True):
    """An intermediate line's payload: JSON text, usually a string with its quotes."""

    def whole(self) -> bytes:
        """The payload; what is no string is taken as the JSON text that it is."""
        return decode_string(self.text) if self.text.startswith(b'"') else self.text

    def by_reference(self) -> JsonText | TextInFile:
        """As of an `IndentedText`."""
        if self.place is None or len(self.text) < _MIN_REFERRED_BYTES:
            return self
        return TextInFile(self.place)


class _TextRange(PortablePayload, frozen=True):
    """A payload that is read from the file when it is needed.

    Attributes:
        range: Where its text stands.
    """

    range: FileRange

    @property
    def source_bytes(self) -> int:
        """See `PortablePayload`."""
        return self.range.end - self.range.start


class TextInFile(_TextRange, tag="in file", frozen=True):
    """A `JsonText` that is short enough for memory and is not there."""

    def whole(self) -> bytes:
        """The payload, read from its start."""
        return JsonText(b"".join(self.range.blocks())).whole()


class LinesInFile(_TextRange, RawLines, tag="lines in file", frozen=True):
    """An `IndentedText` that is short enough for memory and is not there.

    Attributes:
        signs: See `RawLines`.
    """

    signs: int = 0

    def whole(self) -> bytes:
        """The payload as it stands, read from its start."""
        return IndentedText(b"".join(self.range.blocks()), None, self.signs).whole()

    def indented(self) -> Iterator[bytes]:
        """See `RawLines`."""
        return self.range.blocks()


class IndentedRange(_TextRange, RawLines, tag="indented range", frozen=True):
    """A raw log's payload that is too long for memory and can be read from the file.

    Attributes:
        signs: See `RawLines`.
    """

    is_long: ClassVar[bool] = True

    signs: int = 0

    def chunks(self) -> Iterator[bytes]:
        """The payload as it stands, read from its start."""
        if self.signs & ANY_BLANKS:
            from artifact_stream.framing.readings import read_lines  # Few logs were handled.

            return read_lines(self.range.blocks())
        return _remove_indents(self.without_newlines_at_ends())

    def indented(self) -> Iterator[bytes]:
        """See `RawLines`."""
        return self.range.blocks()

    def without_newlines_at_ends(self) -> Iterator[bytes]:
        """The lines with their tabs, read from the start; no piece ends with a newline."""
        return _without_newlines_at_ends(self.range.blocks())


class JsonStringRange(_TextRange, tag="json range", frozen=True):
    """A JSON string in the source, without its quotes, that is too long for memory."""

    def chunks(self) -> Iterator[bytes]:
        """The payload, read from its start."""
        return decode_string_pieces(self.range.blocks())


class PlainRange(_TextRange, tag="plain range", frozen=True):
    """A payload that stands in the source as it is: a JSON value that is no string."""

    def chunks(self) -> Iterator[bytes]:
        """The payload, read from its start."""
        return self.range.blocks()


AnyPortable = (
    IndentedText
    | JsonText
    | TextInFile
    | LinesInFile
    | IndentedRange
    | JsonStringRange
    | PlainRange
)


def _without_newlines_at_ends(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes, cut so that no newline ends a piece: then no indent is cut in two."""
    held = b""
    for block in blocks:
        block = held + block
        held = b"\n" if block.endswith(b"\n") else b""
        if held:
            block = block[:-1]
        if block:
            yield block
    if held:
        yield held
