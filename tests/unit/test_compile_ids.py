"""Compile ids: keys from logged fields, what they are shown as, and patterns of users."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artifact_stream.compile_ids import (
    CompileIdFilter,
    display_name,
    key_from_parts,
    key_from_text,
)

NUMBERS = st.integers(0, 10**6)


@pytest.mark.parametrize(
    ("fields", "key", "shown"),
    [
        ((None, 0, 0, 0), "0_0_0", "[0/0]"),
        ((None, 3, 2, 1), "3_2_1", "[3/2_1]"),
        ((None, 3, 2, None), "3_2_0", "[3/2]"),
        ((1, 0, 0, 0), "!1_0_0_0", "[!1/0/0]"),
        ((1, None, None, None), "!1_-_-_-", "[!1/-/-]"),
        ((None, 7, None, None), "7_-_-", "[7/-]"),
    ],
)
def test_logged_fields_become_a_key_and_what_torch_prints(fields, key, shown):
    assert key_from_parts(*fields) == key
    assert display_name(key) == shown


def test_no_field_is_no_key():
    assert key_from_parts(None, None, None, None) is None
    assert key_from_parts(None, None, None, 4) is None  # An attempt of nothing.


@pytest.mark.parametrize("key", ["unknown", "0", "0_0_0_0", "a_b_c", "", "0_0_0 ", "0/0"])
def test_a_key_of_another_form_is_shown_as_it_is(key):
    assert display_name(key) == key


@given(frame=NUMBERS, compilation=NUMBERS, attempt=NUMBERS)
def test_different_compilations_are_shown_differently(frame, compilation, attempt):
    shown = display_name(key_from_parts(None, frame, compilation, attempt))
    numbers = shown.strip("[]").replace("/", "_").split("_")
    assert [int(n) for n in numbers] == [frame, compilation, *([attempt] if attempt else [])]


@pytest.mark.parametrize("pattern", ["0/0", "[0/0]", "0_0_0", "0/*", "?/0", " [0/0] ", "*"])
def test_patterns_that_a_compilation_passes(pattern):
    assert CompileIdFilter([pattern]).passes("0_0_0")


@pytest.mark.parametrize("pattern", ["0/1", "0_0", "[01]/0", "0/0_0", "1/*", "", "0/00"])
def test_patterns_that_it_does_not_pass(pattern):
    assert not CompileIdFilter([pattern]).passes("0_0_0")


def test_one_of_several_patterns_is_enough():
    asked = CompileIdFilter(["1/0", "2/*"])
    assert [key for key in ("0_0_0", "1_0_0", "1_0_1", "2_5_0") if asked.passes(key)] == [
        "1_0_0",
        "2_5_0",
    ]


def test_without_patterns_everything_passes_and_unknown_has_a_name():
    assert CompileIdFilter().passes(None)
    assert CompileIdFilter(["unknown"]).passes(None)
    assert not CompileIdFilter(["0/*"]).passes(None)


def test_a_text_that_is_our_word_for_the_whole_trace_is_another_key():
    texts = [f"{'_' * count}global__" for count in range(5)]
    keys = [key_from_text(text) for text in texts]
    assert keys == ["global__", "_global__", "___global__", "____global__", "_____global__"]
    assert len(set(keys)) == len(texts)
    for text in ("0_0_0", "unknown", "__GLOBAL__", "__global__ ", ""):
        assert key_from_text(text) == text
