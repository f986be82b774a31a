"""What a payload's digest says: how it is to be read, and what is wrong with one that disagrees."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator

import msgspec

from artifact_stream.errors import excerpt_of
from artifact_stream.framing.boundaries import first_blank_lines
from artifact_stream.framing.indent import remove_indent
from artifact_stream.framing.readings import (
    LAST_INDENT,
    Blanks,
    LineReader,
    Reading,
    may_have_lost_blanks,
    read_lines,
)
from artifact_stream.framing.signs import ANY_BLANKS, BLANKS_BEHIND
from artifact_stream.framing.verdict import (
    BLANK_LINES_NOTE,
    CR_NOTE,
    STRIPPED_NOTE,
    TornRecord,
    Verdict,
)

_MAX_TRAILING = 1000  # So many blank lines behind a payload are tried one by one.
_MAX_TORN_RECORDS = 100
_LONG_LINE_BYTES = 256 << 10
_LONGEST_RECORD_BYTES = 4 << 10

RECORD = re.compile(rb"[VIWEC]\d{4} \d\d:\d\d:\d\d\.\d{6} +\d+ [^\n]{1,1024}?:\d+\] \{[^\n]{0,800}")
"""The beginning of another record inside a line, as two processes that write at once leave it."""


class _Candidate:
    """A reading on trial."""

    def __init__(self, reading: Reading, shared: hashlib._Hash | None) -> None:
        self._reading = reading
        self._reader = LineReader(self._reading, in_line=shared is not None)
        self._md5 = hashlib.md5(usedforsecurity=False) if shared is None else shared.copy()

    def feed(self, piece: bytes) -> None:
        if self._reader.is_possible:
            self._md5.update(self._reader.feed(piece))

    def agreed(self, expected: str) -> Reading | None:
        """After the last piece: the reading if it gives the digest."""
        self._md5.update(self._reader.finish())
        if not self._reader.is_possible:
            return None
        for count in _counts_to_try(self._reader.trailing):
            md5 = self._md5.copy()
            md5.update(self._reader.trailing_text(count))
            if md5.hexdigest() == expected:
                return msgspec.structs.replace(self._reading, trailing=count)
            if count and self._reading.restores:
                md5.update(LAST_INDENT)
                if md5.hexdigest() == expected:
                    return msgspec.structs.replace(
                        self._reading, trailing=count, last_line=LAST_INDENT
                    )
        return None


def _counts_to_try(trailing: int) -> Iterator[int]:
    yield from range(min(trailing, _MAX_TRAILING) + 1)
    if trailing > _MAX_TRAILING:
        yield trailing


def judge(
    pieces: Iterable[bytes],
    expected: str,
    signs: int,
    shared: Iterable[bytes] | None = None,
    *,
    restores: bool = False,
) -> Reading | None:
    """The reading that gives a digest, None if none does.

    All are tried at once, in one pass over the text.

    Args:
        pieces: The text below the entry's first line, or the rest of it.
        expected: The md5 of the payload, in lower-case hexadecimal.
        signs: What has been seen of the text: `ANY_BLANKS` or nothing.
        shared: The beginning of the payload, where `pieces` are the rest: all readings agree on it,
            and it ends inside a line.
        restores: See `Reading`.
    """
    begun = None
    if shared is not None:
        begun = hashlib.md5(usedforsecurity=False)
        for piece in shared:
            begun.update(piece)
    kinds = tuple(Blanks) if signs & ANY_BLANKS else (Blanks.KEPT,)
    candidates = [
        _Candidate(Reading(blanks, strips_cr, restores=restores), begun)
        for strips_cr in (False, True)
        for blanks in kinds
    ]
    for piece in pieces:
        for candidate in candidates:
            candidate.feed(piece)
    for candidate in candidates:
        reading = candidate.agreed(expected)
        if reading is not None:
            return reading
    return None


def read_whole(text: bytes, expected: str, signs: int) -> tuple[bytes, Reading] | None:
    """The payload with a digest in a text that is in memory, and how it was read; None if none is.

    For arguments see `judge`.
    """
    reading = None
    if signs & ANY_BLANKS or b"\r" in text:
        reading = judge((text,), expected, signs)
    if reading is None and (signs & BLANKS_BEHIND or may_have_lost_blanks(text)):
        reading = judge((text,), expected, signs, restores=True)
    return None if reading is None else (b"".join(read_lines((text,), reading)), reading)


def notes_of(reading: Reading) -> tuple[str, ...]:
    """What is to be told of a reading, as slugs; nothing of how torch's own logs are read."""
    found = []
    if reading.blanks in (Blanks.DROPPED, Blanks.HALVED):
        found.append(BLANK_LINES_NOTE)
    elif reading.trailing or reading.restores:
        found.append(STRIPPED_NOTE)
    if reading.strips_cr:
        found.append(CR_NOTE)
    return tuple(found)


def judge_again(verdict: Verdict, lines: bytes, signs: int, expected: str) -> Verdict:
    """What is found of a payload in memory that is not as it stands what its md5 says.

    Args:
        verdict: What has been found of it so far; it is changed.
        lines: The lines that it is made of, as they stand in the log.
        signs: What has been seen of them.
        expected: The md5 that the log gives, in lower-case hexadecimal.
    """
    found = read_whole(lines, expected, signs)
    if found is None:
        verdict.torn = torn_records((lines,))
    else:
        verdict.text, reading = found
        verdict.md5, verdict.notes = expected, notes_of(reading)
        verdict.has_orphans = reading.has_orphans
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
    return found if reading is not None and reading.has_orphans else None


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
