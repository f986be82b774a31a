"""What stands before every line: recognised, removed, and told apart by its words."""

from __future__ import annotations

import pytest

from artifact_stream.framing.line_prefix import prefix_of, rank_of
from tests.helpers.support import raw_entry

ENTRY = raw_entry("graph_dump", b"x").split(b"\n")[0]


@pytest.mark.parametrize(
    ("before", "other"),
    [
        (b"[rank0]: ", b"[rank12]: "),
        (b"[rank0]:", b"[rank1]:"),
        (b"0: ", b" 3: "),
        (b"[1,0]<stdout>:", b"[1,7]<stdout>:"),
        (b"name-0  | ", b"name-11 | "),
        (b"2026-11-23T19:25:59.805000000Z ", b"2026-11-23T19:26:00.1Z "),
        (b"Nov 23 19:25:59 host app[7]: ", b"Nov 24 00:00:00 host app[8]: "),
        (b"\x1b[36mpod-a \x1b[0m| ", b"pod-b | "),
        (b"test (3.12)\tRun it\t2026-11-23T19:25:59.1234567Z ",
         b"test (3.12)\tRun it\t2026-11-23T19:26:01.0000001Z "),
    ],
)  # fmt: skip
def test_it_is_removed_from_this_line_and_from_others(before, other):
    prefix = prefix_of(before, ENTRY[-64:])
    assert prefix is not None
    for text in (before, other):
        writer, rest = prefix.split(text + ENTRY)
        assert writer is not None
        assert rest == ENTRY
        assert prefix.split(text + b"\tpayload")[1] == b"\tpayload"
    assert prefix.split(b"of another program") == (None, b"of another program")


def test_writers_are_told_apart_and_times_are_not():
    prefix = prefix_of(b"2026-11-23T19:25:59Z [rank0]: ", b"")
    assert prefix.split(b"2026-11-23T19:25:59Z [rank0]: a")[0] == b"rank0"
    assert prefix.split(b"2026-11-23T20:00:00Z [rank0]: a")[0] == b"rank0"
    assert prefix.split(b"2026-11-23T20:00:00Z [rank1]: a")[0] == b"rank1"


def test_blanks_that_were_stripped_at_its_end():
    prefix = prefix_of(b"[rank0]: ", b"")
    assert prefix.split(b"[rank0]:") == (b"rank0", b"")
    assert prefix.split(b"[rank0]:\r") == (b"rank0", b"\r")


def test_colour_around_a_line():
    prefix = prefix_of(b"\x1b[32m", b"}\x1b[0m")
    assert prefix.split(b"\x1b[32m\tx\x1b[0m")[1] == b"\tx"
    assert prefix.shown == "colours"


@pytest.mark.parametrize(
    "text",
    [
        b"", b"\t", b"x\0: ", b"   ", b"as in", b"job\tstep\t", b"    17\t",
        b"\tx\t2026-11-23T19:25:59Z ", b"job\t2026-11-23T19:25:59Z\t",
    ],
)  # fmt: skip
def test_what_is_no_prefix(text):
    assert prefix_of(text, b"") is None


def test_how_it_is_shown():
    assert prefix_of(b"[rank0]: ", b"").shown == "[rank0]:"


@pytest.mark.parametrize(
    ("writer", "rank"),
    [
        (b"rank0", 0), (b"node3 Rank_12", 12), (b"7", 7), (b"1 5 stdout", 5), (b"pod-a", None),
        (b"7 8", None),
    ],
)  # fmt: skip
def test_the_rank_that_a_name_tells(writer, rank):
    assert rank_of(writer) == rank
