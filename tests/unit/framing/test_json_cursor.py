"""Walking over JSON of any size: values are found where they are, however the text is cut."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artifact_stream.framing.json_cursor import (
    KEPT_OBJECT_BYTES,
    KEPT_VALUE_BYTES,
    BrokenJson,
    JsonCursor,
    prune,
)
from tests.helpers.support import cut

TEXT = st.text(st.sampled_from('a"\\{}[]:,é\u20ac \n'), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 10**12) | st.floats(allow_nan=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.dictionaries(TEXT, VALUES, max_size=4)
CUTS = st.lists(st.integers(0, 500), max_size=8)
INDENTS = st.sampled_from([None, 1])


@settings(max_examples=60)
@given(value=OBJECTS, places=CUTS, indent=INDENTS)
def test_each_value_is_found_where_it_stands(value, places, indent):
    text = json.dumps(value, indent=indent, ensure_ascii=False).encode()
    cursor = JsonCursor(iter(cut(text, places)))
    found = {}
    for name in cursor.names():
        start, end = cursor.skip()
        found[name] = json.loads(text[start:end])
    cursor.end()
    assert found == value
    assert cursor.tell() == len(text)


@settings(max_examples=60)
@given(value=OBJECTS, places=CUTS, indent=INDENTS)
def test_each_value_is_kept_as_its_text(value, places, indent):
    text = json.dumps(value, indent=indent).encode()
    cursor = JsonCursor(iter(cut(text, places)))
    kept = {name: cursor.value() for name in cursor.names()}
    assert {name: json.loads(part) for name, part in kept.items()} == value
    assert all(part == part.strip() for part in kept.values())


@settings(max_examples=60)
@given(value=OBJECTS, places=CUTS, levels=st.integers(1, 3))
def test_short_values_are_all_there(value, places, levels):
    cursor = JsonCursor(iter(cut(json.dumps(value).encode(), places)))
    assert cursor.pruned_object(levels) == value


@settings(max_examples=60)
@given(value=OBJECTS.filter(bool), places=CUTS, data=st.data())
def test_a_text_that_ends_too_early_is_broken(value, places, data):
    text = json.dumps(value).encode()
    cursor = JsonCursor(iter(cut(text[: data.draw(st.integers(0, len(text) - 1))], places)))
    with pytest.raises(BrokenJson):
        [cursor.skip() for _ in cursor.names()]


@pytest.mark.parametrize(
    "text", [b"[1]", b"", b"{1: 2}", b'{"a" 1}', b'{"a": }', b'{"a": 1 "b": 2}']
)
def test_what_is_no_object_is_broken(text):
    with pytest.raises(BrokenJson):
        JsonCursor(iter([text])).pruned_object(1)


def test_nothing_may_follow():
    cursor = JsonCursor(iter([b"{} ", b"\n", b"x"]))
    assert list(cursor.names()) == []
    with pytest.raises(BrokenJson, match="byte 4"):
        cursor.end()


@pytest.mark.parametrize("length", [KEPT_VALUE_BYTES - 2, KEPT_VALUE_BYTES - 1])
@pytest.mark.parametrize("size", [1 << 20, 1000, 7777])
def test_a_long_value_is_passed_over(length, size):
    text = b'{"long": "' + b"x" * length + b'", "b": 2}'
    cursor = JsonCursor(iter([text[n : n + size] for n in range(0, len(text), size)]))
    values = {name: cursor.value() for name in cursor.names()}
    assert values["b"] == b"2"
    assert (values["long"] is None) == (length + 2 > KEPT_VALUE_BYTES)


def test_all_that_is_kept_is_bounded():
    value = {str(n): "x" * 60_000 for n in range(40)}
    kept = prune(json.dumps(value).encode())
    assert 0 < len(kept) < 40
    assert sum(len(json.dumps(text)) + len(name) for name, text in kept.items()) <= (
        KEPT_OBJECT_BYTES
    )
    assert list(kept) == list(value)[: len(kept)]


def test_of_a_repeated_name_the_last_one_counts():
    assert prune(b'{"a": 1, "a": 2}') == {"a": 2}


def test_what_is_nested_too_deep_is_left_out():
    assert prune(b'{"deep": ' + b"[" * 30_000 + b"]" * 30_000 + b', "b": 1}') == {"b": 1}


def test_strings_that_are_long_end_where_they_end():
    # Pieces of such are passed over by a decoder: quotes and backslashes at its cuts.
    for special in (b'\\"', b"\\\\", b"\xe2\x82\xac", b"\\ud83d\\ude00"):
        for shift in range(4):
            body = b"x" * shift + special * 30_000
            text = b'{"long": "' + body + b'", "b": 2}'
            cursor = JsonCursor(iter([text[n : n + 50_000] for n in range(0, len(text), 50_000)]))
            places = {name: cursor.skip() for name in cursor.names()}
            assert text[slice(*places["long"])] == b'"' + body + b'"'
            assert text[slice(*places["b"])] == b"2"
