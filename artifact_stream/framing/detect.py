"""Telling the format of a source from its first bytes, never from its name."""

from __future__ import annotations

import re

from artifact_stream.framing.formats import Format
from artifact_stream.framing.raw_log import PREFIX
from artifact_stream.json_text import loads

HEAD_BYTES = 64 << 10
"""How many of a source's first bytes are looked at."""


_RAW_LINE = re.compile(rb"^" + PREFIX.pattern, re.MULTILINE)


def detect_format(head: bytes) -> Format | None:
    """The format of a text by its first `HEAD_BYTES`; None for neither.

    A log may begin with the rest of a torn entry or with another program's output, so every line
    of the head is asked, not only the first one.
    """
    raw = _RAW_LINE.search(head)
    jsonl = _first_entry_line(head)
    if raw is not None and (jsonl is None or raw.start() <= jsonl):
        return Format.RAW_LOG
    return None if jsonl is None else Format.JSONL


def _first_entry_line(head: bytes) -> int | None:
    """Where the first line starts that is a JSON object with a type."""
    start = 0
    while start < len(head):
        end = head.find(b"\n", start)
        end = len(head) if end < 0 else end
        line = head[start:end].strip()
        if line.startswith(b"{"):
            if end == len(head):
                # Cut off by the head's end, perhaps, or by the end of a killed writer's file.
                return start if _is_beginning_of_entry(line) else None
            if _has_type(line):
                return start
        start = end + 1
    return None


def _has_type(line: bytes) -> bool:
    try:
        value = loads(line)
    except ValueError:
        return _is_beginning_of_entry(line)
    return isinstance(value, dict) and isinstance(value.get("type"), str)


_ENTRY_KEYS = re.compile(
    rb'\{[ \t]*"(?:type|compile_id|rank|timestamp|thread|pathname|lineno|metadata|payload)"[ \t]*:'
)


def _is_beginning_of_entry(line: bytes) -> bool:
    return _ENTRY_KEYS.match(line) is not None
