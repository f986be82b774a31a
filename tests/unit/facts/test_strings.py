"""Strings that stacks name by a number."""

from __future__ import annotations

import pytest

from artifact_stream.entries import Entry
from artifact_stream.facts.fact import Kind
from artifact_stream.facts.strings import MAX_CHARS, read
from artifact_stream.facts.subject import Telling


def told_of(logged):
    return read(Telling(Entry("str", logged_metadata=lambda: logged))).told


def test_a_string_and_its_number():
    [told] = told_of(b'["/x/train.py", 7]')
    assert (told.kind, told.text, told.index) == (Kind.STRING, "/x/train.py", 7)


@pytest.mark.parametrize(
    "logged",
    [None, b"", b"{}", b"[]", b'["x"]', b'[7, "x"]', b'["x", -1]', b'["x", 1.5]', b"[" * 99],
)
def test_what_is_no_string_tells_nothing(logged):
    assert told_of(logged) == []


def test_a_long_string_is_cut():
    [told] = told_of(b'["' + b"x" * 10_000 + b'", 0]')
    assert len(told.text) == MAX_CHARS
