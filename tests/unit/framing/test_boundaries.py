"""What follows the last line of a payload, and what a line is that begins no entry."""

from __future__ import annotations

import pytest

from artifact_stream.framing.boundaries import (
    BLANK_LINES,
    ENTRY_END,
    Behind,
    beginning_of_line,
    first_blank_lines,
    look_behind,
    misfit,
)
from artifact_stream.framing.prefix import PREFIX
from artifact_stream.framing.signs import MAX_BLANK_RUN_BYTES
from tests.helpers.support import raw_entry


@pytest.mark.parametrize(
    ("behind", "at_end", "found", "skipped"),
    [
        (b"V", False, Behind.OTHER, 0),
        (b"", False, Behind.UNDECIDED, 0),
        (b"", True, Behind.OTHER, 0),
        (b"\n\tb", False, Behind.PAYLOAD, 1),
        (b"\r\n\n\tb", False, Behind.PAYLOAD, 3),
        (b"\n\nV", False, Behind.BLANK_LINES, 2),
        (b"\n", False, Behind.UNDECIDED, 1),
        (b"\n\r", False, Behind.UNDECIDED, 1),
        (b"\n", True, Behind.BLANK_LINES, 1),
        (b"\rx", False, Behind.OTHER, 0),
        (b"\n" * MAX_BLANK_RUN_BYTES + b"\tb", False, Behind.OTHER, MAX_BLANK_RUN_BYTES),
    ],
)
def test_what_stands_behind_a_newline(behind, at_end, found, skipped):
    assert look_behind(b"\ta\n" + behind, 2, at_end=at_end) == (found, 3 + skipped)


def test_the_first_blank_lines_inside_a_payload():
    assert first_blank_lines(b"\ta\n\r\n\n\tb") == (2, 6)
    assert first_blank_lines(b"\ta\n\tb") is None
    assert first_blank_lines(b"\n\ta\n\n\tb") is None


def test_ends_and_blank_lines():
    assert [found.start() for found in ENTRY_END.finditer(b"a\n\tb\nc")] == [4]
    assert BLANK_LINES.match(b"\n\r\n\nx").end() == 4
    assert BLANK_LINES.match(b"\rx") is None


def test_what_a_line_is_that_begins_no_entry():
    assert misfit(b"\tx")[0] == "payload_without_entry"
    assert misfit(b"x")[0] == "not_an_entry"


def test_the_beginning_of_a_line():
    line = raw_entry("graph_dump", b"x")
    found = PREFIX.match(line)
    assert line.startswith(beginning_of_line(found) + b"\n")
