"""Telling the format of a source from its content, never from its name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from artifact_stream.framing.formats import Format
from artifact_stream.framing.json_cursor import JsonCursor
from artifact_stream.framing.prefix import PREFIX
from artifact_stream.json_text import loads

if TYPE_CHECKING:
    from artifact_stream.framing.line_prefix import LinePrefix

HEAD_BYTES = 64 << 10
"""How many of a source's first bytes tell one source from another."""

MAX_JSON_LINE_BYTES = 4 << 20
"""So much of a JSON line is looked at for its type."""

_MAX_PREFIX_BYTES = 256
_MAX_LOG_PREFIX_BYTES = 1200
_ZEROS = re.compile(rb"\0*")
_JSON_LINE = re.compile(rb"(?:\A|\n)[ \t\r\0]*(?=\{)")
_ENTRY_KEYS = re.compile(
    rb'\{[ \t]*"(?:type|compile_id|rank|timestamp|thread|pathname|lineno|metadata|payload)"[ \t]*:'
)


class FoundEntry(msgspec.Struct, frozen=True):
    """The first line of a text on which an entry begins, or may begin.

    Attributes:
        start: Where the line starts in the text, behind NUL bytes.
        format: Its format; None if that depends on what follows the text.
        prefix: What stands before the line, and before the others.
    """

    start: int
    format: Format | None
    prefix: LinePrefix | None = None


def detect_format(head: bytes) -> Format | None:
    """The format of a text by the lines it begins with; None for neither.

    A log may begin with the rest of a torn entry or with another program's output, so every line
    of the head is asked, not only the first one.
    """
    found = first_entry(head, at_end=True)
    return None if found is None else found.format


def first_entry(text: bytes, *, at_end: bool) -> FoundEntry | None:
    """The first line on which an entry begins; None if there is none.

    Args:
        text: Lines of a source from the start of one on.
        at_end: Nothing follows them.
    """
    raw = _first_record(text, at_end=at_end)
    end = len(text) if raw is None else raw.start
    found = _first_json_entry(text, end, at_end=at_end)
    return raw if found is None else found


def _first_record(text: bytes, *, at_end: bool) -> FoundEntry | None:
    """The first line that begins an entry of a raw log."""
    place = text.find(b"] {")
    while place >= 0:
        end = text.find(b"\n", place)
        end = len(text) if end < 0 else end
        start = _start_of_line(text, place)
        head = text[start : min(end, start + _MAX_PREFIX_BYTES + _MAX_LOG_PREFIX_BYTES)]
        record = PREFIX.search(head)
        if record is not None and record.start() == 0:
            return FoundEntry(start, Format.RAW_LOG)
        if record is not None:
            prefix = _prefix(head, record, text[max(start, end - 64) : end])
            if prefix is not None:
                holds = _holds_for_next(prefix, text, end + 1, at_end=at_end)
                if holds is not False:
                    known = None if holds is None else Format.RAW_LOG
                    return FoundEntry(start, known, prefix)
        place = text.find(b"] {", end)
    return None


def _start_of_line(text: bytes, place: int) -> int:
    """Where the line at a place starts, behind NUL bytes."""
    zeros = _ZEROS.match(text, text.rfind(b"\n", 0, place) + 1)
    return zeros.end() if zeros else 0


def _prefix(head: bytes, record: re.Match[bytes], line_end: bytes) -> LinePrefix | None:
    if record.start() > _MAX_PREFIX_BYTES or not head.startswith(b'{"', record.end()):
        return None  # In a string of a JSON line, the record's quotes would be escaped.
    from artifact_stream.framing.line_prefix import prefix_of  # Few logs have one.

    return prefix_of(head[: record.start()], line_end)


def _holds_for_next(prefix: LinePrefix, text: bytes, start: int, *, at_end: bool) -> bool | None:
    """Whether the next line has the prefix too; None if that is not known yet."""
    end = text.find(b"\n", start)
    if end < 0 and not at_end and len(text) - start < HEAD_BYTES:
        return None
    line = text[start : len(text) if end < 0 else end]
    if not line.strip(b"\r"):
        return True
    writer, rest = prefix.split(line[:HEAD_BYTES])
    if writer is None:
        return False
    return not rest.strip() or rest.startswith(b"\t") or PREFIX.match(rest) is not None


def _first_json_entry(text: bytes, stop: int, *, at_end: bool) -> FoundEntry | None:
    """The first line before a place that is a JSON object with a type."""
    for match in _JSON_LINE.finditer(text, 0, min(len(text), stop + 1)):
        start = match.end()
        if start >= stop:
            return None
        end = text.find(b"\n", start)
        if end >= 0:
            if _has_type(text[start:end].strip()):
                return FoundEntry(start, Format.JSONL)
            continue
        line = text[start:]
        # Cut off by the text's end, perhaps, or by the end of a killed writer's file.
        if _ENTRY_KEYS.match(line) or _begins_with_type(line):
            return FoundEntry(start, Format.JSONL)
        if not at_end and len(line) < MAX_JSON_LINE_BYTES:
            return FoundEntry(start, None)
    return None


def _has_type(line: bytes) -> bool:
    try:
        value = loads(line)
    except ValueError:
        return _ENTRY_KEYS.match(line) is not None
    return isinstance(value, dict) and isinstance(value.get("type"), str)


def _begins_with_type(line: bytes) -> bool:
    """True if the beginning of a long line has a type among its members."""
    if b'"type"' not in line or len(line) < HEAD_BYTES:
        return False
    cursor = JsonCursor(_pieces(line))
    try:
        for name in cursor.names():
            if name == "type":
                return cursor.peek() == b'"'
            cursor.skip()
    except ValueError:
        return False
    return False


def _pieces(line: bytes) -> Iterator[bytes]:
    for start in range(0, len(line), HEAD_BYTES):
        yield line[start : start + HEAD_BYTES]
