"""Entries too long for memory: first line, payload, and the payload once more from the file."""

from __future__ import annotations

import tempfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artifact_stream.framing import raw_payload
from artifact_stream.framing.raw_payload import LargeEntry
from artifact_stream.streams.file_range import FileRange
from tests.helpers.support import cut

LINES = st.lists(st.sampled_from([b"", b"a", b"\t", b"a\tb", b"x" * 30]), max_size=6)
CUTS = st.lists(st.integers(0, 300), max_size=6)


def pieces_of(text, places):
    """Pieces as a framer gives them: none ends with a newline."""
    made = []
    for piece in cut(text, places):
        piece = made.pop() + piece if made and made[-1].endswith(b"\n") else piece
        made.append(piece)
    return made


@settings(max_examples=60)
@given(lines=LINES, places=CUTS, again=st.booleans(), limit=st.sampled_from([0, 20, 10**6]))
def test_the_payload_is_what_stands_behind_the_tabs(lines, places, again, limit):
    payload = b"\n".join(lines)
    text = b"first line" + b"".join(b"\n\t" + line for line in lines)
    with tempfile.TemporaryFile(buffering=0) as file, pytest.MonkeyPatch.context() as patch:
        patch.setattr(raw_payload, "MAX_SCANNED_BYTES", limit)
        file.write(text)

        def range_of(start, end):
            return FileRange.of(file.fileno(), None, start, end) if again else None

        entry = LargeEntry(iter(pieces_of(text, places)), range_of)
        assert b"".join(entry.first_line()) == b"first line"
        assert entry.has_payload == bool(lines)
        assert entry.can_repeat == again
        assert entry.whole() is None
        if not lines:
            return
        portable = entry.portable()
        if portable is None:
            assert b"".join(entry.chunks()) == payload
            if again:
                assert b"".join(entry.chunks()) == payload
        else:
            assert again
            for _ in range(2):  # At any time, whatever becomes of the entry.
                assert b"".join(portable.chunks()) == payload
                entry.pass_over()


def test_a_payload_that_is_taken_in_part_is_whole_the_next_time():
    text = b"first\n\ta\n\tb\n\tc"
    with tempfile.TemporaryFile(buffering=0) as file:
        file.write(text)
        entry = LargeEntry(
            iter([b"first\n\ta", b"\n\tb", b"\n\tc"]),
            lambda start, end: FileRange.of(file.fileno(), None, start, end),
        )
        list(entry.first_line())
        assert next(entry.chunks()) == b"a"
        assert b"".join(entry.chunks()) == b"a\nb\nc"
