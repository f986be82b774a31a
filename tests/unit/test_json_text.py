"""JSON as logs have it: what fast decoders refuse is read, and bytes stay the bytes they were."""

from __future__ import annotations

import json
import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from artifact_stream.entries import BrokenPayload
from artifact_stream.json_text import (
    NestedTooDeep,
    decode_string,
    decode_string_pieces,
    encode_json,
    encode_text,
    goes_on,
    loads,
    settled_length,
)
from tests.helpers.support import cut

ANY_TEXT = st.text(st.characters(codec=None), max_size=20)
CUTS = st.lists(st.integers(0, 1000), max_size=8)
SPECIAL = st.lists(
    st.sampled_from(["a", "\\", '"', "é", "\u20ac", "\U0001f600", "\ud83d", "\udc80", "\n", "u00"]),
    max_size=12,
).map("".join)


@given(data=st.binary(max_size=40))
def test_bytes_become_text_and_bytes_again(data):
    assert encode_text(data.decode("utf-8", "surrogateescape")) == data


def test_surrogates_that_stand_for_no_byte_become_three_bytes():
    assert encode_text("a\ud800\udfffb") == b"a\xed\xa0\x80\xed\xbf\xbfb"
    assert encode_text("\udc7f\udc80\udcff\udd00") == b"\xed\xb1\xbf\x80\xff\xed\xb4\x80"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b'{"a":[1,2.5,null,true]}', {"a": [1, 2.5, None, True]}),
        (b"[Infinity,-Infinity]", [math.inf, -math.inf]),
        (b'"\\ud800"', "\ud800"),
        (b'"\xff"', "\udcff"),
        (b'"a\nb"', "a\nb"),
        (b'{"a":1,"a":2}', {"a": 2}),
        (b"1" * 4000, int("1" * 4000)),
        (b"1" * 4400, "1" * 4400),
    ],
)
def test_what_python_writes_and_logs_hold_is_read(text, value):
    assert loads(text) == value


def test_nan_is_read():
    (value,) = loads(b"[NaN]")
    assert math.isnan(value)


@pytest.mark.parametrize("text", [b"", b"{", b"[1,]", b"{'a':1}", b"nan", b"1 2"])
def test_what_is_no_json_is_refused(text):
    with pytest.raises(ValueError, match=r"."):
        loads(text)


def test_what_is_nested_too_deep_says_so():
    with pytest.raises(NestedTooDeep):
        loads(b"[" * 200_000 + b"]" * 200_000)


@given(value=st.recursive(ANY_TEXT | st.integers(-9, 9), st.lists, max_leaves=5))
def test_encoded_values_are_ascii_or_utf_8_and_read_back(value):
    encoded = encode_json(value)
    encoded.decode("utf-8")
    assert b"\n" not in encoded
    assert json.loads(encoded) == value


def test_structs_with_lone_surrogates_are_written_as_escapes():
    class Line(msgspec.Struct):
        name: str

    assert encode_json(Line("\udc80")) == b'{"name":"\\udc80"}'


@given(text=SPECIAL | ANY_TEXT, places=CUTS, ascii_only=st.booleans())
def test_strings_are_decoded_the_same_however_they_are_cut(text, places, ascii_only):
    quoted = json.dumps(text, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    expected = encode_text(json.loads(quoted.decode("utf-8", "surrogateescape")))
    assert decode_string(quoted) == expected
    assert b"".join(decode_string_pieces(cut(quoted[1:-1], places))) == expected


@pytest.mark.parametrize("quoted", [b"", b'"', b'"a', b'"\\x"', b'"\\u12"', b'"a"b'])
def test_what_is_no_string_is_a_broken_payload(quoted):
    with pytest.raises(BrokenPayload):
        decode_string(quoted)


def test_a_string_that_ends_inside_an_escape_is_a_broken_payload():
    with pytest.raises(BrokenPayload):
        list(decode_string_pieces([b"ab", b"c\\"]))


@pytest.mark.parametrize(
    ("piece", "settled"),
    [
        (b"abc", 3),
        (b"ab\\", 2),
        (b"ab\\\\", 4),
        (b"ab\\\\\\", 4),
        (b"ab\\u12", 2),
        (b"ab\\ud83d", 2),
        (b"ab\\ud83d\\", 2),
        (b"ab\\ud83d\\ude0", 2),
        (b"ab\\ud83d\\ude00", 14),
        (b"ab\\\\ud83d", 9),
        (b"ab\xe2\x82", 2),
        (b"ab\xf0\x9f\x98", 2),
        (b"ab\x80", 3),
        (b"", 0),
    ],
)
def test_what_waits_for_more_is_not_settled(piece, settled):
    assert settled_length(piece) == settled


def test_a_piece_with_the_string_s_end_does_not_go_on():
    assert goes_on(b'abc \\n \\" d')
    assert not goes_on(b'abc", "next": "d')
    assert not goes_on(b'abc"')
