"""Payloads that another process can take over: text in memory, or a range of the source.

Each is a `Payload` and, being a tagged msgspec struct, can be encoded and sent as it is.
"""

from __future__ import annotations

from collections.abc import Iterator

from artifact_stream.entries import PortablePayload, count_newlines
from artifact_stream.json_text import decode_string, decode_string_pieces
from artifact_stream.streams.file_range import FileRange

_MIN_REFERRED_BYTES = 4 << 10
"""A shorter text is sent as it is: telling where it stands takes as long."""


def remove_indent(text: bytes) -> bytes:
    """The payload of whole lines that each start with a tab: the same without those tabs."""
    without_tabs = text.replace(b"\t", b"")
    if len(text) - len(without_tabs) == count_newlines(text) + 1:
        # No more tabs than lines: every tab was indent.  Six times faster than the exact way.
        return without_tabs
    return text[1:].replace(b"\n\t", b"\n")


def remove_indents(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same for text in pieces; the first one starts with a tab, none ends with a newline."""
    yield next(pieces, b"")[1:].replace(b"\n\t", b"\n")
    for piece in pieces:
        without_tabs = piece.replace(b"\t", b"")
        if len(piece) - len(without_tabs) == count_newlines(piece):
            yield without_tabs  # As in `remove_indent`.
        else:
            yield piece.replace(b"\n\t", b"\n")


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


class IndentedText(_TextInMemory, tag="indented", frozen=True):
    """A raw log's payload: whole lines with their tabs, without the last newline."""

    def whole(self) -> bytes:
        """The payload."""
        return remove_indent(self.text)

    def by_reference(self) -> IndentedText | TextInFile:
        """The same without its text where that can be read elsewhere and is not very short."""
        if self.place is None or len(self.text) < _MIN_REFERRED_BYTES:
            return self
        return TextInFile(self.place, is_json=False)


class JsonText(_TextInMemory, tag="json", frozen=True):
    """An intermediate line's payload: JSON text, usually a string with its quotes."""

    def whole(self) -> bytes:
        """The payload; what is no string is taken as the JSON text that it is."""
        return decode_string(self.text) if self.text.startswith(b'"') else self.text

    def by_reference(self) -> JsonText | TextInFile:
        """As of an `IndentedText`."""
        if self.place is None or len(self.text) < _MIN_REFERRED_BYTES:
            return self
        return TextInFile(self.place, is_json=True)


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
    """A payload that is short enough for memory and is not there.

    Attributes:
        is_json: Its text is that of a `JsonText`, and else that of an `IndentedText`.
    """

    is_json: bool

    def whole(self) -> bytes:
        """The payload, read anew."""
        text = b"".join(self.range.blocks())
        return JsonText(text).whole() if self.is_json else IndentedText(text).whole()


class IndentedRange(_TextRange, tag="indented range", frozen=True):
    """A raw log's payload that is too long for memory and can be read from the file."""

    def chunks(self) -> Iterator[bytes]:
        """The payload, read anew."""
        return remove_indents(self.indented())

    def indented(self) -> Iterator[bytes]:
        """The payload's lines with their tabs, read anew; no piece ends with a newline."""
        return _without_newlines_at_ends(self.range.blocks())


class JsonStringRange(_TextRange, tag="json range", frozen=True):
    """A JSON string in the source, without its quotes, that is too long for memory."""

    def chunks(self) -> Iterator[bytes]:
        """The payload, read anew."""
        return decode_string_pieces(self.range.blocks())


class PlainRange(_TextRange, tag="plain range", frozen=True):
    """A payload that stands in the source as it is: a JSON value that is no string."""

    def chunks(self) -> Iterator[bytes]:
        """The payload, read anew."""
        return self.range.blocks()


AnyPortable = IndentedText | JsonText | TextInFile | IndentedRange | JsonStringRange | PlainRange


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
