"""Where the first entry begins, whatever stands before it and however the source is cut."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artifact_stream.framing.beginning import TextStream, find_beginning
from artifact_stream.framing.detect import HEAD_BYTES
from artifact_stream.framing.formats import Format
from artifact_stream.streams.opening import PeekedStream
from tests.helpers.support import ChunkStream, cut, jsonl_entry, raw_entry

LOG, JSONL = raw_entry("graph_dump", b"x"), jsonl_entry("graph_dump", b"x")


class Forward(ChunkStream):
    def skip_to(self, offset_bytes):
        return False


def text_of(pieces: list[bytes]) -> TextStream:
    return TextStream(PeekedStream(Forward(pieces), HEAD_BYTES))


def rest_of(text: TextStream) -> bytes:
    return b"".join(iter(text.read, b""))


BEFORE = {
    "nothing": (b"", None),
    "payload": (b"\tx = 1\n" * 15_000, "payload_without_entry"),
    "NUL bytes": (b"\0" * 100_000, "not_an_entry"),
    "blank lines": (b"\n" * 100_000, None),
    "other output": (b"\nepoch 1\n" * 10_000, "not_an_entry"),
    "a long line": (b"x" * 2_500_000 + b"\n", "not_an_entry"),
    "a torn line": (b'": 1}\n\tx\n', "not_an_entry"),
}


@pytest.mark.parametrize(("before", "slug"), BEFORE.values(), ids=list(BEFORE))
@pytest.mark.parametrize("block", [1_000, 300_000])
def test_a_log_is_read_from_its_first_entry_on(before, slug, block):
    data = before + LOG
    text = text_of([data[n : n + block] for n in range(0, len(data), block)])
    found = find_beginning(text)
    assert found is not None
    assert (found.format, found.offset_bytes) == (Format.RAW_LOG, len(before))
    assert found.line == before.count(b"\n") + 1
    assert (found.lost and found.lost.problem("t.log").slug) == slug
    assert rest_of(text) == LOG


def test_what_is_lost_is_told_at_its_first_line_that_is_not_blank():
    found = find_beginning(text_of([b"\n \nabc\ndef\n" + LOG]))
    assert found is not None
    problem = found.lost.problem("t.log")
    assert (problem.line, problem.offset_bytes, problem.excerpt) == (3, 3, "abc")


@settings(max_examples=60, deadline=None)
@given(
    mark=st.sampled_from([b"", b"\xef\xbb\xbf"]),
    entry=st.sampled_from([LOG, JSONL]),
    cuts=st.lists(st.integers(0, 300), max_size=6),
)
def test_a_byte_order_mark_is_passed_over_however_it_is_cut(mark, entry, cuts):
    text = text_of([piece for piece in cut(mark + entry, cuts) if piece])
    found = find_beginning(text)
    assert found is not None
    assert (found.offset_bytes, found.has_mark) == (len(mark), bool(mark))
    assert rest_of(text) == entry


def test_how_far_is_looked():
    assert find_beginning(text_of([b"x\n" * 50_000 + LOG]), 1_000) is None
    assert find_beginning(text_of([b"x\n" * 50_000 + LOG]), 200_000) is not None
    assert find_beginning(text_of([b"nothing of ours\n"])) is None
    assert find_beginning(text_of([b""])) is None


def test_a_long_line_of_json_whose_type_comes_last():
    line = b'{"extra": "' + b"x" * 200_000 + b'", "type": "graph_dump"}\n'
    text = text_of([line[n : n + 7_000] for n in range(0, len(line), 7_000)])
    found = find_beginning(text)
    assert found is not None
    assert (found.format, found.offset_bytes) == (Format.JSONL, 0)
    assert rest_of(text) == line


@given(pieces=st.lists(st.binary(min_size=1, max_size=5), max_size=8), offset=st.integers(0, 45))
def test_what_cannot_be_skipped_is_read(pieces, offset):
    whole = b"".join(pieces)
    text = text_of(pieces)
    if text.encoding is not None:
        return
    assert text.skip_to(offset) == (offset <= len(whole))
    assert rest_of(text) == whole[offset:]


def test_what_is_given_back_comes_again():
    text = text_of([b"abc", b"def"])
    assert text.read() == b"abc"
    text.give_back(b"bc")
    assert text.read() == b"bc"
    text.give_back(b"c")
    assert text.skip_to(4)
    assert rest_of(text) == b"ef"


def test_utf_16_is_read_as_utf_8():
    text = text_of([LOG.decode().encode("utf-16")])
    found = find_beginning(text)
    assert found is not None
    assert (text.encoding, found.offset_bytes) == ("utf-16-le", 0)
    assert text.range(0, 1) is None
    assert rest_of(text) == LOG
