"""What a payload's digest says: how it is to be read, and what is wrong with one that disagrees."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from artifact_stream.entries import Payload
from artifact_stream.errors import excerpt_of
from artifact_stream.framing.boundaries import first_blank_lines
from artifact_stream.framing.payloads import RawLines, remove_indent
from artifact_stream.framing.readings import (
    BLANKS_INSIDE,
    RECORD,
    STRIPPED_NOTE,
    Blanks,
    judge,
    read_whole,
)
from artifact_stream.framing.verdict import TornRecord, Verdict

_MAX_TORN_RECORDS = 100
_LONG_LINE_BYTES = 256 << 10
_LONGEST_RECORD_BYTES = 4 << 10


def judge_whole(payload: Payload, text: bytes, expected: str) -> Verdict:
    """The payload that was logged, as far as that can be told.

    Args:
        payload: Where the text comes from.
        text: The payload as it stands.
        expected: The md5 that the log gives, in lower-case hexadecimal.
    """
    verdict = Verdict(text, hashlib.md5(text, usedforsecurity=False).hexdigest())
    if not isinstance(payload, RawLines):
        return verdict
    if verdict.md5 == expected:
        verdict.notes = notes_as_it_stands(payload.signs)
        return verdict
    lines = b"".join(payload.indented() or ())
    found = read_whole(lines, expected, payload.signs)
    if found is None:
        verdict.torn = torn_records((lines,))
    else:
        verdict.text, reading = found
        verdict.md5, verdict.notes = expected, reading.notes
        verdict.has_orphans = reading.blanks is Blanks.ENDED
    return verdict


def ends_early(text: bytes, expected: str, signs: int) -> tuple[int, int] | None:
    """Where a payload ends if, by its digest, it does so at its first blank line.

    Returns:
        Where in its lines it does, and where others follow; None if all of them are the payload's.
    """
    found = first_blank_lines(text)
    if found is None:
        return None
    before = remove_indent(text[: found[0]])
    if hashlib.md5(before, usedforsecurity=False).hexdigest() != expected:
        return None
    reading = judge((text,), expected, signs)
    return found if reading is not None and reading.blanks is Blanks.ENDED else None


def notes_as_it_stands(signs: int) -> tuple[str, ...]:
    """What is to be told of a payload that is right as it stands."""
    return (STRIPPED_NOTE,) if signs & BLANKS_INSIDE else ()


def torn_records(pieces: Iterable[bytes]) -> tuple[TornRecord, ...]:
    """The records that begin inside the lines of a payload, 100 at the most.

    Args:
        pieces: The lines, joined by newlines, cut anywhere.
    """
    found: list[TornRecord] = []
    line = offset = 0  # of the line at hand, whose start may have been dropped
    dropped = 0  # how much of it
    for text, is_cut in _searchable(pieces):
        position = 0
        while (record := RECORD.search(text, position)) and len(found) < _MAX_TORN_RECORDS:
            start = text.rfind(b"\n", 0, record.start()) + 1
            number = text.count(b"\n", 0, record.start())
            at = offset if number == 0 else offset + dropped + start
            found.append(TornRecord(line + number, at, excerpt_of(record[0])))
            position = record.end()
        newlines = text.count(b"\n")
        if newlines:
            line += newlines
            offset += dropped + text.rfind(b"\n") + 1
            dropped = 0
        if is_cut:
            dropped += len(text) - (text.rfind(b"\n") + 1)
    return tuple(found)


def _searchable(pieces: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Whole lines, each with its newline; of lines that are very long, parts, marked by true."""
    held = b""
    for piece in pieces:
        lines, newline, held = (held + piece).rpartition(b"\n")
        if newline:
            yield lines + newline, False
        if len(held) > _LONG_LINE_BYTES:
            yield held[:-_LONGEST_RECORD_BYTES], True
            held = held[-_LONGEST_RECORD_BYTES:]
    yield held, True
