"""Entries and payloads: what they say of themselves without being read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artifact_stream.entries import NO_PAYLOAD, Entry, Payload, PortablePayload, count_newlines


@given(text=st.text(st.sampled_from("a\n\r\u2028")).map(str.encode))
def test_newlines_are_line_feeds_alone(text):
    assert count_newlines(text) == text.count(b"\n")


def test_no_payload_is_a_payload_of_no_pieces():
    assert isinstance(NO_PAYLOAD, Payload)
    assert NO_PAYLOAD.whole() == b""
    assert list(NO_PAYLOAD.chunks()) == []
    assert list(NO_PAYLOAD.chunks()) == []  # As often as anybody likes.
    assert NO_PAYLOAD.can_repeat
    assert NO_PAYLOAD.portable() is None


@pytest.mark.parametrize(
    ("metadata", "text"),
    [
        ({"name": "a"}, "a"),
        ({"name": ""}, None),
        ({"name": 3}, None),
        ({"name": None}, None),
        ({"name": ["a"]}, None),
        ({}, None),
    ],
)
def test_only_text_with_something_in_it_is_text(metadata, text):
    assert Entry("graph_dump", metadata=metadata).text("name") == text


def test_entries_share_no_metadata():
    first, second = Entry("a"), Entry("b")
    first.metadata["x"] = 1
    assert second.metadata == {}


class Short(PortablePayload, frozen=True):
    text: bytes

    def whole(self):
        return self.text


def test_a_portable_payload_can_be_read_again_and_is_its_own_portable_form():
    payload = Short(b"abc")
    assert isinstance(payload, Payload)
    assert [list(payload.chunks()) for _ in range(2)] == [[b"abc"]] * 2
    assert payload.can_repeat
    assert payload.portable() is payload
    assert payload.memory_bytes == 0
