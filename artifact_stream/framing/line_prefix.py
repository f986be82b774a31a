r"""What stands before every line of a log that has passed through other programs.

``[rank0]:`` (torchrun), ``0: `` (srun), ``[1,0]<stdout>:`` (mpirun), ``name-0  | `` (compose), a
time (kubectl), a job's columns (GitHub) or ANSI colours.  It is told from the first line on which
an entry begins behind something, and holds for payload lines too.  Its words and numbers may differ
from line to line: they tell the writers of a log apart; so may its times, which do not.
"""

from __future__ import annotations

import re
from typing import Any

_TIME = (
    rb"(?:\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d+)?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?"
    rb"|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:[.,]\d+)?"
    rb"|\d\d:\d\d:\d\d(?:[.,]\d+)?"
    rb"|\d{10}\.\d+)"
)
_COLOUR = rb"(?:\x1b\[[0-9;]*[mK])"
_TOKEN = re.compile(
    rb"(?P<time>" + _TIME + rb")|(?P<colour>" + _COLOUR + rb"+)|(?P<word>[\w.-]+)"
    rb"|(?P<space> +)|(?P<other>[^\n])"
)
_COLUMNS = re.compile(rb"[^\t]+\t(?:[^\t]+\t)*" + _TIME + rb" ")
"""``gh run view --log``: names of a job and a step, and a time.  Other tabs belong to payloads."""

_COLOURS_AT_END = re.compile(_COLOUR + rb"+(?=\r?\Z)")
_RANK = re.compile(rb"rank[ _-]?(\d{1,9})", re.IGNORECASE)
_NUMBERS = re.compile(rb"\d{1,9}(?: (\d{1,9}) std(?:out|err))?")


class LinePrefix:
    """What stands before the lines of one log.

    Attributes:
        text: What it is on the line that it was told from.
    """

    def __init__(self, text: bytes, *, has_colours: bool) -> None:
        self.text = text
        pieces = [rb" *"]
        tokens = list(_TOKEN.finditer(text.lstrip(b" ")))
        for number, token in enumerate(tokens):
            pieces.append(_pattern_of(token, is_last=number == len(tokens) - 1))
        self._has_colours = has_colours or b"\x1b" in text
        self._match = re.compile(b"".join(pieces)).match

    def split(self, line: bytes) -> tuple[bytes | None, bytes]:
        """Who has written a line, None for a line without the prefix; and what it says.

        Args:
            line: Without its newline.
        """
        match = self._match(line)
        if match is None:
            return None, line
        rest = line[match.end() :]
        if self._has_colours:
            rest = _COLOURS_AT_END.sub(b"", rest)
        return b" ".join(match.groups()), rest

    @property
    def shown(self) -> str:
        """It as text, for a sentence."""
        return re.sub(_COLOUR, b"", self.text).decode("utf-8", "replace").strip() or "colours"


def _pattern_of(token: re.Match[bytes], *, is_last: bool) -> bytes:
    kind, text = token.lastgroup, token[0]
    if kind == "time":
        return _TIME
    if kind == "colour":
        return _COLOUR + rb"*"
    if kind == "word":
        return rb"([\w.-]++)"
    if kind == "space":
        # Blanks at the end of a line are what editors strip first.
        return rb"(?: +|(?=\r?\Z))" if is_last else rb" +"
    return re.escape(text)


def prefix_of(text: bytes, line_end: bytes) -> LinePrefix | None:
    """What stands before the entry on a line, None if that is no prefix.

    Args:
        text: The line up to the entry's own prefix.
        line_end: Its last bytes, without the newline.
    """
    bare = _COLOURS_AT_END.sub(b"", text)
    if not text or b"\0" in text or (b"\t" in text and not _COLUMNS.fullmatch(text)):
        return None
    if bare and (not bare.strip() or bare[-1:].isalnum()):
        return None
    return LinePrefix(text, has_colours=_COLOURS_AT_END.search(line_end) is not None)


def rank_of(writer: bytes) -> int | None:
    """The rank that a writer's name tells: ``rank0``, srun's and mpirun's numbers."""
    named = _RANK.search(writer)
    if named is not None:
        return int(named[1])
    numbers: Any = _NUMBERS.fullmatch(writer)
    return None if numbers is None else int(numbers[1] or numbers[0])
