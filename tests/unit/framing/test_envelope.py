"""Envelopes: what torch's record says, whatever Python's json module has made of it."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artifact_stream.framing.envelope import (
    CONTEXT_KEYS,
    BrokenEnvelope,
    decode_envelope,
    entry_types,
    member_text,
    read_envelope,
    standard_keys,
    whole_number,
)
from tests.helpers.support import cut

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec=None), max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)
ENVELOPES = st.dictionaries(st.text(max_size=6), VALUES, max_size=4)


@given(envelope=ENVELOPES, places=st.lists(st.integers(0, 400), max_size=5))
def test_what_python_writes_comes_back_whole_or_in_pieces(envelope, places):
    text = json.dumps(envelope).encode()
    assert decode_envelope(text) == envelope
    assert read_envelope(iter(cut(text, places))) == envelope


def test_values_that_are_not_standard():
    envelope = decode_envelope(b'{"a": {"x": NaN, "y": "\\ud800"}}')
    assert math.isnan(envelope["a"]["x"])
    assert envelope["a"]["y"] == "\ud800"


def test_long_metadata_is_left_out_and_the_rest_is_there():
    long = "x" * (1 << 20)
    envelope = {"graph_dump": {"name": "a", "long": long}, "frame_id": 3, "rank": 0}
    expected = {"graph_dump": {"name": "a"}, "frame_id": 3, "rank": 0}
    text = json.dumps(envelope).encode()
    assert decode_envelope(text) == expected
    assert read_envelope(iter(cut(text, range(0, len(text), 5000)))) == expected


@pytest.mark.parametrize("text", [b"", b"[1]", b"3", b'{"a": 1', b'{"a": 1} x', b"{'a': 1}", b"{]"])
def test_what_is_no_object_is_broken(text):
    with pytest.raises(BrokenEnvelope):
        decode_envelope(text)
    with pytest.raises(BrokenEnvelope):
        read_envelope(iter([text]))


def test_keys_alone_are_read_of_standard_json():
    assert list(standard_keys(b'{"graph_dump": {"a": [1]}, "rank": 0}')) == ["graph_dump", "rank"]
    assert list(standard_keys(b'{"graph_dump": NaN}')) == []
    assert list(standard_keys(b"{")) == []


def test_what_is_no_context_is_an_entry_type():
    assert entry_types(["rank", "b", "frame_id", "a", "has_payload"]) == ["b", "a"]
    assert entry_types(CONTEXT_KEYS) == []


@pytest.mark.parametrize(
    ("value", "number"),
    [(3, 3), (0, 0), (-1, -1), (True, None), (1.0, None), ("1", None), (None, None)],
)
def test_numbers_that_are_usable(value, number):
    assert whole_number(value) == number


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (b'{"a": {"x": 1.50, "w": 1e5}, "rank": 0}', b'{"x": 1.50, "w": 1e5}'),
        (b'{"a": {"x": NaN, "w": "\\udc80"}}\n\tpayload', b'{"x": NaN, "w": "\\udc80"}'),
        (b'{"a": "text"}', b'"text"'),
        (b'{"a": 1, "a": NaN}', b"NaN"),
        (b'{"rank": 0}', b"{}"),
        (b'{"rank": NaN}', b"{}"),
        (b'{"a": {"x": "cut off', None),
    ],
)
def test_a_member_is_given_as_it_was_logged(line, text):
    assert member_text(b"before " + line, len(b"before "), "a") == text
