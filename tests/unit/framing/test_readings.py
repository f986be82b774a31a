"""Each way to read a payload's lines, however they are cut."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from artifact_stream.framing import readings
from artifact_stream.framing.readings import (
    Blanks,
    LineReader,
    Reading,
    may_have_lost_blanks,
    read_lines,
)
from tests.helpers.support import cut

PIECES = st.sampled_from([b"\n", b"\n\n", b"\t", b"\r", b"\r\n", b"\0", b"a", b"\n\t", b"a = 1\n"])
PAYLOADS = st.one_of(st.binary(max_size=30), st.lists(PIECES, max_size=25).map(b"".join))
CUTS = st.lists(st.integers(0, 10_000), max_size=12)


def read(lines: bytes, reading: Reading) -> bytes:
    return b"".join(read_lines((lines,), reading))


@pytest.mark.parametrize(
    ("lines", "reading", "payload"),
    [
        (b"\ta\n\n\tb", Reading(), b"a\n\nb"),
        (b"\ta\n\n\tb\n\n", Reading(), b"a\n\nb"),
        (b"\ta\n\n\tb\n\n", Reading(trailing=1), b"a\n\nb\n"),
        (b"\ta\n\n\tb\n", Reading(Blanks.DROPPED), b"a\nb"),
        (b"\n\ta\n\n\n\n\tb\n", Reading(Blanks.HALVED), b"a\n\nb"),
        (b"\ta\n\n\tb", Reading(Blanks.ENDED), b"a"),
        (b"\ta\r\n\tb\r", Reading(strips_cr=True), b"a\nb"),
        (b"\ta\r\r\n\tb", Reading(strips_cr=True), b"a\r\nb"),
        (b"\t\ta\n\t", Reading(), b"\ta\n"),
    ],
)
def test_what_a_reading_makes_of_lines(lines, reading, payload):
    assert read(lines, reading) == payload


def test_a_reading_by_halves_needs_a_blank_line_behind_each():
    reader = LineReader(Reading(Blanks.HALVED))
    reader.feed(b"\ta\n\tb\n")
    assert not reader.is_possible


@pytest.mark.parametrize(
    ("logged", "stripped"),
    [
        (b"\t# To run it separately, do \n\tx", b"\t# To run it separately, do\n\tx"),
        (b'\t    arg0_1: "f32[4]"; \n\tx', b'\t    arg0_1: "f32[4]";\n\tx'),
        (b"\tgt\n\t    \n\t  Hint: none", b"\tgt\n\n\t  Hint: none"),
    ],
)
def test_blanks_that_torch_writes_at_the_ends_of_lines_come_back(logged, stripped):
    assert may_have_lost_blanks(stripped)
    assert may_have_lost_blanks(stripped.replace(b"\n", b"\r\n"))
    assert read(stripped, Reading(restores=True)) == read(logged, Reading())
    assert read(stripped, Reading()) != read(logged, Reading())


def test_no_other_line_may_have_lost_blanks():
    assert not may_have_lost_blanks(b"\ta: int;\n\n\tb")


@settings(max_examples=100, deadline=None)
@given(
    payload=PAYLOADS,
    kind=st.sampled_from(list(Blanks)),
    strips_cr=st.booleans(),
    trailing=st.integers(0, 3),
    cuts=CUTS,
)
def test_a_reading_is_the_same_however_the_lines_are_cut(payload, kind, strips_cr, trailing, cuts):
    lines = re.sub(rb"(?m)^(?!$|\r$)", b"\t", payload)
    reading = Reading(kind, strips_cr, trailing)
    reader = LineReader(reading)
    whole = reader.feed(lines) + reader.finish() + reader.trailing_text(trailing)
    assume(reader.is_possible)
    for held in (4, 64 << 10):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(readings, "_HELD_LINE_BYTES", held)
            assert b"".join(read_lines(cut(lines, cuts), reading)) == whole
