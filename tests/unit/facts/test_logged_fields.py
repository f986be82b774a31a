"""Members of metadata as they were logged."""

from __future__ import annotations

import json

import pytest

from artifact_stream.entries import Entry
from artifact_stream.facts.logged_fields import MAX_FIELDS, fields_of, members, text_of


def texts(fields):
    return {name: bytes(raw) for name, raw in fields.items()}


def test_numbers_keep_their_text_and_null_is_left_out():
    logged = b'{"a": 1.50, "b": null, "c": 123456789012345678901234567890, "d": [1.0, null]}'
    assert texts(members(logged)) == {
        "a": b"1.50", "c": b"123456789012345678901234567890", "d": b"[1.0, null]",
    }  # fmt: skip


def test_what_is_no_standard_json_is_kept_as_text():
    fields = texts(members(b'{"a": NaN, "b": [Infinity, -Infinity], "c": {"d": NaN}}'))
    assert {name: json.loads(text) for name, text in fields.items()} == {
        "a": "NaN", "b": ["Infinity", "-Infinity"], "c": {"d": "NaN"},
    }  # fmt: skip


@pytest.mark.parametrize("text", [b"", b"[]", b"7", b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_object_has_no_members(text):
    assert members(text) == {}


def test_no_line_end_is_kept():
    assert texts(members(b'{"a": {\n"b": 1\n}}')) == {"a": b'{"b": 1}'}


def test_members_are_bounded():
    assert len(members(json.dumps({str(n): n for n in range(2000)}).encode())) == MAX_FIELDS


def test_metadata_come_before_a_payload_and_what_is_left_of_them_before_nothing():
    entry = Entry("t", logged_metadata=lambda: b'{"a": 1.0}')
    assert texts(fields_of(entry, b'{"b": 2}')) == {"a": b"1.0"}
    entry = Entry("t", logged_metadata=lambda: b"{}")
    assert texts(fields_of(entry, b'{"b": 2}')) == {"b": b"2"}
    assert texts(fields_of(Entry("t", metadata={"a": "\udc80", "b": None}))) == {"a": b'"\\udc80"'}


def test_a_member_that_is_a_text():
    fields = members(b'{"a": "x", "b": 7}')
    assert (text_of(fields["a"]), text_of(fields["b"])) == ("x", None)
