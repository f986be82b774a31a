"""Where a source's first entry begins, and in which form, however much stands before it.

A log may have lost its start, hold NUL bytes where that was cut off, or the output of another
program.  All of it is looked through once, as a stream; at most 4 MiB of it are in memory.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

import msgspec

from artifact_stream.entries import count_newlines
from artifact_stream.errors import EXCERPT_BYTES, Problem, SourceDamaged, excerpt_of
from artifact_stream.framing.boundaries import misfit
from artifact_stream.framing.detect import (
    HEAD_BYTES,
    MAX_JSON_LINE_BYTES,
    FoundEntry,
    first_entry,
)
from artifact_stream.framing.formats import Format
from artifact_stream.framing.transcode import UTF_8_MARK, Utf8FromUtf16, utf_16_of
from artifact_stream.streams.file_range import FileRange

if TYPE_CHECKING:
    from artifact_stream.framing.line_prefix import LinePrefix

_LONG_LINE_BYTES = 1 << 20
_TEXT = re.compile(rb"[^\0 \r\n]")


class PeekableStream(Protocol):
    """A stream whose first bytes are known (`artifact_stream.streams.opening.PeekedStream`)."""

    head: bytes
    damage: SourceDamaged | None

    def read(self) -> bytes:
        """The next bytes; empty at the end."""

    def seek_to(self, offset_bytes: int) -> bool:
        """See `artifact_stream.streams.opening.PeekedStream`."""

    def range(self, start: int, end: int) -> FileRange | None:
        """See `artifact_stream.streams.byte_stream.ByteStream`."""


class TextStream:
    """A source as UTF-8; what has been read of it can be given back.

    Offsets count the bytes of that text: for a source in UTF-16 they are not those of the file.

    Args:
        stream: The source, from which nothing has been read.

    Attributes:
        encoding: Its encoding if that is not UTF-8.
    """

    def __init__(self, stream: PeekableStream) -> None:
        self._stream = stream
        self._ahead = b""
        self._given_bytes = 0
        self.encoding = utf_16_of(stream.head)
        self._read = stream.read
        if self.encoding is not None:
            self._read = Utf8FromUtf16(stream.read, self.encoding).read

    @property
    def damage(self) -> SourceDamaged | None:
        """See `artifact_stream.streams.opening.PeekedStream`."""
        return self._stream.damage

    def read(self) -> bytes:
        """The next bytes; empty at the end."""
        block, self._ahead = self._ahead or self._read(), b""
        self._given_bytes += len(block)
        return block

    def give_back(self, data: bytes) -> None:
        """Have the bytes that were read last come again."""
        self._ahead = data + self._ahead
        self._given_bytes -= len(data)

    def skip_to(self, offset_bytes: int) -> bool:
        """Have `read` go on at an offset behind what has been read.

        Returns:
            False if the text ends before.
        """
        if self.encoding is None and self._stream.seek_to(offset_bytes):
            self._ahead, self._given_bytes = b"", offset_bytes
            return True
        while self._given_bytes < offset_bytes:
            block = self.read()
            if not block:
                return False
            over = self._given_bytes - offset_bytes
            if over > 0:
                self.give_back(block[len(block) - over :])
        return True

    def range(self, start: int, end: int) -> FileRange | None:
        """See `artifact_stream.streams.byte_stream.ByteStream`."""
        return None if self.encoding is not None else self._stream.range(start, end)

    def close(self) -> None:
        """Nothing: the stream belongs to whoever gave it."""


class LostStart(msgspec.Struct, frozen=True):
    """What stands before the first entry and is none.

    Attributes:
        line: Its first line that is not blank, from 1.
        offset_bytes: Where that starts.
        beginning: What it begins with.
    """

    line: int
    offset_bytes: int
    beginning: bytes

    def problem(self, source: str) -> Problem:
        """The problem that it is; one, however long it is."""
        slug, message = misfit(self.beginning)
        excerpt = excerpt_of(self.beginning)
        return Problem(slug, message, source, self.line, self.offset_bytes, excerpt)


class Beginning(msgspec.Struct, frozen=True):
    """Where and how the first entry of a source begins.

    Attributes:
        format: Its format.
        offset_bytes: Where its line starts in the text, behind a byte-order mark.
        line: That line's number, from 1.
        prefix: What stands before every line, None if nothing does.
        lost: What stands before the first entry, None if nothing does.
        has_mark: The text begins with a byte-order mark.
    """

    format: Format
    offset_bytes: int
    line: int
    prefix: LinePrefix | None = None
    lost: LostStart | None = None
    has_mark: bool = False


class _Search:
    """Looks for the first entry; for arguments see `find_beginning`."""

    def __init__(self, text: TextStream) -> None:
        self._text = text
        self._window = b""
        self._offset = 0  # of the window
        self._line = 1  # at the window's start
        self._lost: LostStart | None = None
        self._has_mark = False
        self._is_inside_line = False  # the window begins inside a line, which begins no entry

    def run(self, limit_bytes: int | None) -> Beginning | None:
        at_end = False
        while not at_end:
            block = self._text.read()
            at_end = not block
            self._window += block
            if not self._offset and not self._has_mark:
                if len(self._window) < len(UTF_8_MARK) and not at_end:
                    continue
                self._drop_mark()
            found = self._found(at_end=at_end)
            start = self._offset + (0 if found is None else found.start)
            if limit_bytes is not None and start >= limit_bytes:
                return None
            if found is not None and found.format is not None:
                return self._beginning(found, found.format)
            if limit_bytes is not None and self._offset + len(self._window) >= limit_bytes:
                return None
            # Of what the first bytes hold, each line that is no entry may be told of.
            if self._offset + len(self._window) >= HEAD_BYTES:
                self._forget(found)
        return None

    def _drop_mark(self) -> None:
        if self._window.startswith(UTF_8_MARK):
            self._window = self._window[len(UTF_8_MARK) :]
            self._offset, self._has_mark = len(UTF_8_MARK), True

    def _found(self, *, at_end: bool) -> FoundEntry | None:
        if self._is_inside_line:
            end = self._window.find(b"\n")
            self._drop(len(self._window) if end < 0 else end + 1)
            self._is_inside_line = end < 0
            if end < 0:
                return None
        return first_entry(self._window, at_end=at_end)

    def _forget(self, undecided: FoundEntry | None) -> None:
        """Drop the lines that have been looked at."""
        if undecided is not None:
            if self._offset + undecided.start >= HEAD_BYTES:
                self._drop(undecided.start)
            return
        line_start = self._window.rfind(b"\n") + 1
        rest = len(self._window) - line_start
        zeros = rest - len(self._window[line_start:].lstrip(b"\0"))
        self._drop(line_start + zeros)
        is_json = self._window.startswith(b"{")
        if len(self._window) > (MAX_JSON_LINE_BYTES if is_json else _LONG_LINE_BYTES):
            self._drop(len(self._window))
            self._is_inside_line = True

    def _drop(self, count: int) -> None:
        """Forget the beginning of the window; what it holds is before the first entry."""
        if not count:
            return
        dropped = self._window[:count]
        text = _TEXT.search(dropped) if self._lost is None else None
        if text is None and self._lost is None and b"\0" in dropped:
            text = re.search(rb"\0", dropped)
        if text is not None:
            start = dropped.rfind(b"\n", 0, text.start()) + 1
            self._lost = LostStart(
                self._line + dropped.count(b"\n", 0, start),
                self._offset + start,
                self._window[text.start() : text.start() + EXCERPT_BYTES].partition(b"\n")[0],
            )
        self._line += count_newlines(dropped)
        self._offset += count
        self._window = self._window[count:]

    def _beginning(self, found: FoundEntry, format_: Format) -> Beginning:
        if format_ is Format.RAW_LOG or self._offset + found.start >= HEAD_BYTES:
            self._drop(found.start)
        self._text.give_back(self._window)
        return Beginning(
            format_, self._offset, self._line, found.prefix, self._lost, self._has_mark
        )


def find_beginning(text: TextStream, limit_bytes: int | None = None) -> Beginning | None:
    """Where the first entry begins; what is read next is its line.

    Args:
        text: A source, of which nothing has been read.
        limit_bytes: Where the first entry must begin before; None for anywhere.

    Returns:
        None if there is no entry.

    Raises:
        InputUnusable: It cannot be read.
    """
    return _Search(text).run(limit_bytes)
