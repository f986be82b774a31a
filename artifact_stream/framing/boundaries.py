r"""Where a raw log's entry ends: at a newline behind which no payload line comes.

Payload lines start with a tab.  Blank lines (of no bytes, or of one CR) between two payload lines
are inside the payload, whatever they mean; behind the last one they are between entries.
"""

from __future__ import annotations

import re
from enum import Enum

from artifact_stream.errors import EXCERPT_BYTES
from artifact_stream.framing.signs import MAX_BLANK_RUN_BYTES

ENTRY_END = re.compile(rb"\n(?!\t)")
"""The end of an entry, or of a line before a blank one."""

BLANK_LINES = re.compile(rb"(?:\r?\n)+")
"""Blank lines from the start of a line on."""

_BLANK_LINES_BEHIND = re.compile(rb"\n(?:\r?\n)+")
_FIRST_BLANK_LINE = re.compile(rb"(?:\A|\n)\r?\n")


class Behind(Enum):
    """What stands behind a line's newline."""

    UNDECIDED = "what the window does not hold yet"
    PAYLOAD = "blank lines, then a payload line"
    BLANK_LINES = "blank lines, then no payload line"
    OTHER = "no blank line, or too many"


class Step(Enum):
    """What is found at the end of a line in the window."""

    ENTRY = "an entry ends"
    BLANK_LINES = "blank lines stand before an entry"
    PAYLOAD = "the payload goes on behind blank lines"
    UNDECIDED = "the window does not tell"


def look_behind(window: bytes, end: int, *, at_end: bool) -> tuple[Behind, int]:
    """What follows a newline behind which no tab stands.

    Args:
        window: A part of the log.
        end: Where the newline stands in it.
        at_end: The log ends with the window.

    Returns:
        What it is, and where in the window it goes on: behind the blank lines or, where there are
        none, behind the newline.
    """
    following = end + 1
    if window[following : following + 1] not in (b"\n", b"\r"):
        is_known = at_end or following < len(window)
        return (Behind.OTHER if is_known else Behind.UNDECIDED), following
    blank = _BLANK_LINES_BEHIND.match(window, end)
    following = end + 1 if blank is None else blank.end()
    if following - end > MAX_BLANK_RUN_BYTES:
        return Behind.OTHER, following
    rest = window[following : following + 2]
    if rest in (b"", b"\r") and not at_end:
        return Behind.UNDECIDED, following
    if blank is None:
        return Behind.OTHER, following
    return (Behind.PAYLOAD if rest.startswith(b"\t") else Behind.BLANK_LINES), following


def first_blank_lines(text: bytes) -> tuple[int, int] | None:
    """Where in a payload's lines the first line ends that blank lines follow, and where these end.

    None if none do, or if the payload begins with them.
    """
    blank = _FIRST_BLANK_LINE.search(text)
    if blank is None or not blank.start():
        return None
    behind = _BLANK_LINES_BEHIND.match(text, blank.start())
    return None if behind is None else (behind.start(), behind.end())


def misfit(line: bytes) -> tuple[str, str]:
    """The slug and the sentence of a problem with a line that begins no entry and is not blank."""
    if line.startswith(b"\t"):
        return (
            "payload_without_entry",
            "Payload lines that follow no entry, as in a log whose start was cut off.",
        )
    return "not_an_entry", "The line has no log prefix with a JSON envelope behind it."


def beginning_of_line(match: re.Match[bytes]) -> bytes:
    """The beginning of the line that a match starts."""
    start = match.start()
    return match.string[start : start + EXCERPT_BYTES].partition(b"\n")[0]
