"""Payload in, files out: the same bytes however the payload comes."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artifact_stream.rendering import write
from artifact_stream.rendering.write import write_code_page, write_json, write_text
from tests.helpers.support import cut

CUTS = st.lists(st.integers(0, 200), max_size=5)


class Pieces:
    """A payload that comes in these pieces."""

    def __init__(self, pieces, *, is_whole=False, can_repeat=False):
        self.pieces, self.is_whole, self.can_repeat = pieces, is_whole, can_repeat
        self.times_read = 0

    def whole(self):
        return b"".join(self.pieces) if self.is_whole else None

    def chunks(self):
        self.times_read += 1
        assert self.can_repeat or self.times_read == 1
        return iter([b"".join(self.pieces)] if self.is_whole else self.pieces)

    def portable(self):
        return None


class Sink:
    """Keeps what is written in memory."""

    def __init__(self):
        self.data, self.is_discarded = b"", False

    def write(self, data):
        self.data += data

    def read_back(self):
        half = len(self.data) // 2
        return iter([self.data[:half], self.data[half:]])

    def discard(self):
        self.is_discarded = True


WAYS = [
    {"is_whole": True},
    {"is_whole": False, "can_repeat": True},
    {"is_whole": False, "can_repeat": False},
]


def json_of(data, places, way):
    """The one file that is left."""
    sinks = []

    def stage():
        sinks.append(Sink())
        return sinks[-1]

    sink, error = write_json(Pieces(cut(data, places), **way), stage)
    assert [made for made in sinks if not made.is_discarded] == [sink]
    assert len(sinks) <= 2
    return sink.data, error


@given(data=st.binary(max_size=50), places=CUTS)
def test_text_is_written_byte_for_byte(data, places):
    sink = Sink()
    write_text(Pieces(cut(data, places)), sink)
    assert sink.data == data


VALUES = st.recursive(
    st.none() | st.integers() | st.text(max_size=4), st.lists, max_leaves=6
) | st.dictionaries(st.text(max_size=3), st.integers(), max_size=3)


@given(value=VALUES, places=CUTS)
def test_json_is_laid_out_as_python_does_it(value, places):
    text = json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
    expected = json.dumps(value, ensure_ascii=False, indent=2).encode("utf-8", "surrogatepass")
    for way in WAYS:
        assert json_of(text, places, way) == (expected, None)


@pytest.mark.parametrize("data", [b"", b"[1", b"hello", b"[1] x", b'{"a": [1, 2, }'])
@pytest.mark.parametrize("way", WAYS)
def test_what_is_no_json_is_written_as_it_is(data, way):
    written, error = json_of(data, range(len(data)), way)
    assert written == data
    assert error is not None
    assert error.offset_bytes <= len(data)


def test_a_large_document_is_not_formatted_in_one_go(monkeypatch):
    monkeypatch.setattr(write, "SMALL_JSON_BYTES", 10)

    def in_one_go(_):
        pytest.fail("it takes several times its size")

    monkeypatch.setattr(write, "format_json", in_one_go)
    for way in ({"is_whole": True}, {"is_whole": True, "can_repeat": True}):
        assert json_of(b"[1,2,3,4,5,6]", [], way)[0] == b"[\n  1,\n  2,\n  3,\n  4,\n  5,\n  6\n]"


def page_of(data, places):
    page, text = Sink(), Sink()
    write_code_page(Pieces(cut(data, places)), page, text, b"<head>", b"<tail>")
    assert text.data == data
    assert page.data.startswith(b"<head>")
    assert page.data.endswith(b"<tail>")
    return page.data.decode()


@settings(max_examples=30)
@given(
    pieces=st.lists(st.sampled_from([b"x = 1\n", b"# <&>\n", b"'''a", "é".encode(), b"\xff"])),
    places=CUTS,
)
def test_a_page_does_not_depend_on_how_its_code_comes(pieces, places):
    data = b"".join(pieces)
    assert page_of(data, places) == page_of(data, [])


def test_bytes_that_are_no_utf_8_show_and_stay_what_they_are_in_the_text():
    assert "a\ufffdb" in page_of(b"# a\xffb\n", [])
    assert "\ufffd" in page_of("# é".encode()[:-1], [])
