"""A payload that is too long for memory and is not what its md5 says: it is read in other ways."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

from artifact_stream.disk.directories import Directory
from artifact_stream.disk.staged_files import output_errors
from artifact_stream.entries import CHUNK_BYTES
from artifact_stream.framing.judging import judge, notes_of, torn_records
from artifact_stream.framing.payloads import RawLines
from artifact_stream.framing.readings import Reading, read_lines
from artifact_stream.framing.verdict import TornRecord

__all__ = ("StoredPayload", "notes_of", "other_reading", "read_again", "records_in", "staged_text")


class StoredPayload:
    """A payload that can be read any number of times.

    Args:
        chunks: Gives it from its start.
    """

    def __init__(self, chunks: Callable[[], Iterator[bytes]]) -> None:
        self.chunks = chunks

    def whole(self) -> None:
        """Never: it is on disk because it may be large."""
        return

    @property
    def can_repeat(self) -> bool:
        """Always."""
        return True

    def portable(self) -> None:
        """Never."""
        return


def staged_text(staging: Directory, name: str) -> Iterator[bytes]:
    """What is in a staged file."""
    with output_errors(staging.path), os.fdopen(staging.open(name), "rb", buffering=0) as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


def other_reading(
    payload: RawLines, md5: str, as_it_stands: Callable[[], Iterator[bytes]]
) -> Reading | None:
    """The reading that gives the digest of a payload that has been read as it stands."""
    for restores in (False, True):
        lines, shared = payload.indented(), None
        if lines is None:
            kept = payload.kept()
            if kept is None:
                return None
            lines = kept.pieces()
            if kept.shared_bytes is not None:
                shared = _first_bytes(as_it_stands(), kept.shared_bytes)
        reading = judge(lines, md5, payload.signs, shared, restores=restores)
        if reading is not None:
            return reading
    return None


def read_again(
    payload: RawLines, reading: Reading, as_it_stands: Callable[[], Iterator[bytes]]
) -> Iterator[bytes]:
    """A payload by a reading that `other_reading` has found."""
    lines = payload.indented()
    if lines is not None:
        yield from read_lines(lines, reading)
        return
    kept = payload.kept()
    assert kept is not None
    if kept.shared_bytes is not None:
        yield from _first_bytes(as_it_stands(), kept.shared_bytes)
    yield from read_lines(kept.pieces(), reading, in_line=kept.shared_bytes is not None)


def _first_bytes(chunks: Iterator[bytes], count: int) -> Iterator[bytes]:
    for chunk in chunks:
        yield chunk[:count]
        count -= len(chunk)
        if count <= 0:
            return


def records_in(
    payload: RawLines, as_it_stands: Callable[[], Iterator[bytes]]
) -> tuple[TornRecord, ...]:
    """The records that begin inside a payload of which no reading gives its digest."""
    lines = payload.indented()
    if lines is not None:
        return torn_records(lines)
    # Without its tabs; there is one on each line before.
    return tuple(
        TornRecord(found.line, found.offset_bytes + found.line, found.excerpt)
        for found in torn_records(as_it_stands())
    )
