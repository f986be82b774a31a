"""The digest finds the reading; records of others are found in what agrees with none."""

from __future__ import annotations

import hashlib
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artifact_stream.framing import judging
from artifact_stream.framing.judging import (
    ends_early,
    judge,
    judge_again,
    notes_of,
    read_whole,
    torn_records,
)
from artifact_stream.framing.readings import Blanks, Reading
from artifact_stream.framing.signs import ANY_BLANKS, BLANKS_BEHIND, BLANKS_INSIDE
from artifact_stream.framing.verdict import Verdict
from tests.helpers.support import PREFIX, cut

RECORD = PREFIX.encode() + b'{"artifact": {"name": "x"}}'


def md5(text: bytes) -> str:
    return hashlib.md5(text).hexdigest()


def indented(payload: bytes) -> bytes:
    return b"\t" + payload.replace(b"\n", b"\n\t")


PAYLOADS = st.lists(st.sampled_from([b"a", b"\n", b"\n\n", b" ", b"\tb"]), max_size=12).map(
    b"".join
)


@settings(max_examples=100, deadline=None)
@given(
    payload=PAYLOADS,
    strips=st.booleans(),
    doubles=st.booleans(),
    dos=st.booleans(),
    cuts=st.lists(st.integers(0, 60), max_size=5),
)
def test_the_digest_finds_what_was_logged(payload, strips, doubles, dos, cuts):
    lines = indented(payload)
    if strips:
        lines = re.sub(rb"(?m)^\t$", b"", lines)
    if doubles:
        lines = b"\n" + (lines + b"\n").replace(b"\n", b"\n\n")[:-1]
    if dos:
        lines = lines.replace(b"\n", b"\r\n") + b"\r"
    found = read_whole(lines, md5(payload), ANY_BLANKS)
    assert found is not None
    assert found[0] == payload
    assert judge(cut(lines, cuts), md5(payload), ANY_BLANKS) is not None


def test_a_beginning_on_which_all_readings_agree_is_not_needed_again():
    reading = judge((b"b\n\n\tc",), md5(b"a\nabb\nc"), BLANKS_INSIDE, (b"a\nab",))
    assert reading == Reading(Blanks.DROPPED)


def test_what_no_reading_agrees_with_is_left():
    assert read_whole(b"\ta\n\n\tb", md5(b"x"), ANY_BLANKS) is None
    assert read_whole(b"\ta\n\tb", md5(b"x"), 0) is None


def test_a_graph_that_ends_in_an_indent():
    payload = b"    return []\n    "
    found = read_whole(b"\t    return []\n", md5(payload), BLANKS_BEHIND)
    assert found is not None
    assert found[0] == payload


@pytest.mark.parametrize(
    ("reading", "notes"),
    [
        (Reading(), ()),
        (Reading(Blanks.DROPPED), ("blank_lines",)),
        (Reading(Blanks.HALVED, strips_cr=True), ("blank_lines", "cr_before_newline")),
        (Reading(trailing=1), ("stripped_blanks",)),
        (Reading(restores=True), ("stripped_blanks",)),
        (Reading(Blanks.ENDED), ()),
    ],
)
def test_what_is_told_of_a_reading(reading, notes):
    assert notes_of(reading) == notes


def test_what_is_found_of_a_payload_in_memory():
    lines, right = b"\ta\n\n\tb", md5(b"a\nb")
    verdict = judge_again(Verdict(b"a\n\nb", "0"), lines, BLANKS_INSIDE, right)
    assert (verdict.text, verdict.md5, verdict.notes) == (b"a\nb", right, ("blank_lines",))
    verdict = judge_again(Verdict(b"a\n\nb", "0"), lines, BLANKS_INSIDE, md5(b"a"))
    assert (verdict.text, verdict.has_orphans) == (b"a", True)
    wrong = judge_again(Verdict(b"x", "0"), indented(b"x " + RECORD), 0, md5(b"x"))
    assert (wrong.text, wrong.md5, len(wrong.torn)) == (b"x", "0", 1)


def test_a_payload_that_ends_at_its_first_blank_line():
    text = b"\ta\n\n\tof nobody"
    assert ends_early(text, md5(b"a"), BLANKS_INSIDE) == (2, 4)
    assert ends_early(text, md5(b"a\n\nof nobody"), BLANKS_INSIDE) is None
    assert ends_early(b"\ta\n\tb", md5(b"a"), BLANKS_INSIDE) is None


@given(cuts=st.lists(st.integers(0, 400), max_size=8))
def test_records_inside_lines_are_found_however_they_are_cut(cuts):
    lines = b"\ta\n\tb " + RECORD + b"\n\tc\n\t" + RECORD + b" " + RECORD
    found = torn_records(cut(lines, cuts))
    assert [(record.line, record.offset_bytes) for record in found][:2] == [
        (1, 3), (3, lines.index(b"\t" + RECORD)),
    ]  # fmt: skip
    assert found[0].excerpt.startswith("V1123 19:25:59.805000 2407 ")


def test_records_in_a_very_long_line_and_too_many_of_them(monkeypatch):
    monkeypatch.setattr(judging, "_LONG_LINE_BYTES", 10_000)
    lines = b"\tx\n\t" + b"y" * 30_000 + RECORD + b"z" * 30_000
    pieces = [lines[n : n + 4_000] for n in range(0, len(lines), 4_000)]
    assert [(found.line, found.offset_bytes) for found in torn_records(pieces)] == [(1, 3)]
    assert len(torn_records([b"\n".join([RECORD] * 300)])) == 100
