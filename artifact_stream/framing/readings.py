r"""The ways a raw log's payload can be read after something has handled the log, and their judge.

torch writes each payload line with a tab before it and a newline behind it.  Collectors put a line
of no bytes behind every line, editors strip the lone tab of an empty payload line, text-mode
writers put a CR before each newline.  Which of these has happened cannot be seen; but the envelope
has the md5 of what was logged, so each **reading** is tried and the one that agrees is right.
Other blanks at the ends of lines that an editor stripped are lost, but for those of lines that
torch itself writes so: they are known, and tried last.

All input here is bytes as they stand in the log below an entry's first line: lines that start with
a tab and lines of no bytes (or of one CR), joined by ``\n``, no newline behind the last.  All
output is the payload's bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import Enum

import msgspec

_HELD_LINE_BYTES = 64 << 10

_ENDS_IN_BLANK = re.compile(
    rb"(?:# To run it separately, do|\n\t +\w{1,200}: \"[^\"\n]{0,4096}\";)(?=\n|\Z)"
)
"""The lines of torch's that end in a blank: of generated kernels, and of graphs' placeholders."""

_HINT = b"\n\t  Hint: "
LAST_INDENT = b"    "
"""torch ends the text of some graphs with it, and what stands before the hints on a graph break."""


class Blanks(Enum):
    """What lines of no bytes are."""

    KEPT = "kept"
    """Empty payload lines whose lone tab was stripped; behind the last payload line, nothing."""
    DROPPED = "dropped"
    """Nothing: a collector's."""
    HALVED = "halved"
    """Every second line, from the first on, is a collector's; the others as in `KEPT`."""
    ENDED = "ended"
    """The end of the payload: what follows the first of them belongs to no entry."""


class Reading(msgspec.Struct, frozen=True):
    """One way to read a payload.

    Attributes:
        blanks: What lines of no bytes are.
        strips_cr: A CR before a newline is a text-mode writer's.
        trailing: How many of the blank lines behind the last payload line belong to it.
        restores: Blanks were stripped at the ends of lines that torch writes with one.
        last_line: What the last of the trailing lines held.
    """

    blanks: Blanks = Blanks.KEPT
    strips_cr: bool = False
    trailing: int = 0
    restores: bool = False
    last_line: bytes = b""

    @property
    def has_orphans(self) -> bool:
        """Lines that belong to no entry follow the payload."""
        return self.blanks is Blanks.ENDED


AS_IT_STANDS = Reading()
"""How a payload is read while nothing says otherwise."""


class LineReader:
    """Applies one reading to a payload that comes in pieces, cut anywhere.

    Memory: one piece, 64 KiB of a line, and a run of blank lines.

    Args:
        reading: Which one; its `trailing` is for the caller, see `trailing_text`.
        in_line: The text before, which was the same in every reading, ended inside a line.

    Attributes:
        is_possible: False once the text cannot have come about as the reading says.
    """

    def __init__(self, reading: Reading = AS_IT_STANDS, *, in_line: bool = False) -> None:
        self._blanks = reading.blanks
        self._strips_cr = reading.strips_cr
        self._restores = reading.restores
        self._held = b""
        self._in_line = in_line
        self._has_begun = in_line  # a line has been given
        self._has_ended = False
        self._is_collectors = True  # of the next line, where every second one is
        self._waiting: list[bytes] = []  # blank lines that may be behind the last payload line
        self.is_possible = True

    def feed(self, piece: bytes) -> bytes:
        """Take the next piece; the payload as far as it is known by now."""
        lines, newline, rest = (self._held + piece).rpartition(b"\n")
        self._held = rest
        out = self._lines(lines) if newline else b""
        if len(rest) > _HELD_LINE_BYTES:
            self._held = b"\r" if rest.endswith(b"\r") else b""
            out += self._part_of_line(rest[: len(rest) - len(self._held)])
        return out

    def finish(self) -> bytes:
        """The rest of the payload, without the blank lines behind its last line."""
        return self._lines(self._held)

    @property
    def trailing(self) -> int:
        """After `finish`: how many blank lines stand behind the last payload line."""
        return len(self._waiting)

    def trailing_text(self, count: int) -> bytes:
        """What the payload ends with if so many of these lines belong to it."""
        text = b"\n".join(self._waiting[:count])
        return b"\n" + text if count and self._has_begun else text

    def _part_of_line(self, text: bytes) -> bytes:
        if self._in_line:
            return b"" if self._has_ended else text
        out = self._chosen([text], are_whole=False)
        self._in_line = True
        return out

    def _lines(self, text: bytes) -> bytes:
        """Take complete lines, joined by newlines."""
        if self._strips_cr:
            text = (text + b"\n").replace(b"\r\n", b"\n")[:-1]
        out = b""
        if self._in_line:
            out, newline, text = text.partition(b"\n")
            self._in_line = False
            if self._has_ended:
                out = b""
            if not newline:
                return out
        return out + self._chosen(text.split(b"\n"))

    def _chosen(self, lines: list[bytes], *, are_whole: bool = True) -> bytes:
        """What a reading makes of lines that are given from their start."""
        if self._has_ended:
            return b""
        if self._blanks is Blanks.DROPPED:
            lines = [line for line in lines if not _is_blank(line)]
        elif self._blanks is Blanks.ENDED:
            for number, line in enumerate(lines):
                if _is_blank(line):
                    lines, self._has_ended = lines[:number], True
                    break
        elif self._blanks is Blanks.HALVED:
            first = 0 if self._is_collectors else 1
            if not all(map(_is_blank, lines[first::2])):
                self.is_possible = False
            kept = lines[1 - first :: 2]
            if len(lines) % 2:
                self._is_collectors = not self._is_collectors
            lines = kept
        return self._joined(lines, are_whole=are_whole)

    def _joined(self, lines: list[bytes], *, are_whole: bool) -> bytes:
        """The text of payload lines; blank ones wait until a line follows that is none."""
        end = len(lines)
        while end and _is_blank(lines[end - 1]):
            end -= 1
        if not end:
            self._waiting += lines
            return b""
        text = b"\n" + b"\n".join([*self._waiting, *lines[:end]])
        self._waiting = lines[end:]
        if self._restores and are_whole:
            text = _restored(text)
        text = text.replace(b"\n\t", b"\n")
        if not self._has_begun:
            self._has_begun = True
            return text[1:]
        return text


def _restored(text: bytes) -> bytes:
    """Lines, each behind a newline, with the blanks at their ends that torch writes."""
    if b"\n" + _HINT in text:
        text = text.replace(b"\n" + _HINT, b"\n\t" + LAST_INDENT + _HINT)
    return _ENDS_IN_BLANK.sub(rb"\g<0> ", text)


def may_have_lost_blanks(text: bytes) -> bool:
    """True if a payload's lines may be some that torch writes with a blank at their end."""
    text = text.replace(b"\r\n", b"\n").removesuffix(b"\r")
    return _ENDS_IN_BLANK.search(b"\n" + text) is not None or b"\n" + _HINT in text


def _is_blank(line: bytes) -> bool:
    return not line or line == b"\r"


def read_lines(
    pieces: Iterable[bytes], reading: Reading = AS_IT_STANDS, *, in_line: bool = False
) -> Iterator[bytes]:
    """The payload in some text of the log, by one reading.

    Args:
        pieces: The text, cut anywhere.
        reading: How to read it.
        in_line: See `LineReader`.
    """
    reader = LineReader(reading, in_line=in_line)
    for piece in pieces:
        yield reader.feed(piece)
    yield reader.finish()
    if reading.trailing:
        yield reader.trailing_text(reading.trailing)
    yield reading.last_line
