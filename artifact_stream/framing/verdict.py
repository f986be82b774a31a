"""What has been found of a payload by its digest, and how that is told."""

from __future__ import annotations

import msgspec


class TornRecord(msgspec.Struct, array_like=True):
    """The beginning of a record that stands inside another one's payload.

    Attributes:
        line: Which of the payload's lines it stands on, from 0.
        offset_bytes: Where that line starts, from the start of the payload in the log.
        excerpt: Its first characters.
    """

    line: int
    offset_bytes: int
    excerpt: str


class Verdict(msgspec.Struct):
    """What has been found of a payload that is in memory.

    Attributes:
        text: The payload.
        md5: Its digest, in hexadecimal.
        notes: Slugs of what is to be told of how it was read.
        has_orphans: Lines that belong to no entry follow it.
        torn: Other records in it, at most 100.
    """

    text: bytes
    md5: str
    notes: tuple[str, ...] = ()
    has_orphans: bool = False
    torn: tuple[TornRecord, ...] = ()


BLANK_LINES_NOTE = "blank_lines"
STRIPPED_NOTE = "stripped_blanks"
CR_NOTE = "cr_before_newline"

NOTES = {
    BLANK_LINES_NOTE: "A line of no bytes was put behind payload lines, as some collectors do: "
    "these payloads were read without.",
    STRIPPED_NOTE: "Lines had lost the blanks at their ends, lone tabs among them, as some "
    "editors strip them: these payloads were read with them.",
    CR_NOTE: "Lines ended in CR LF, as written in text mode: these payloads were read without CR.",
}
"""What is told of the readings, by slug."""
