"""Entries of types that no other handler takes."""

from __future__ import annotations

import pytest

from artifact_stream.entries import Entry
from artifact_stream.handlers.base import Artifact, Content
from artifact_stream.handlers.other import (
    HANDLER,
    OTHER_MODULES_TYPES,
    STRING_TABLE_TYPE,
    describe,
)
from artifact_stream.handlers.registry import built_in


@pytest.mark.parametrize(
    ("entry_type", "flags"), [("chromium_event", ()), ("new_type", ("unknown_type",))]
)
def test_a_type_that_nobody_knows_is_flagged(entry_type, flags):
    entry = Entry(entry_type, has_payload=True)
    assert describe(entry) == Artifact(entry_type, Content.TEXT, flags=flags)


def test_without_a_payload_the_metadata_is_written_as_it_was_logged():
    entry = Entry("guard_added", logged_metadata=lambda: b'{"b": 1.50, "a": NaN}')
    expected = Artifact("guard_added", Content.JSON, text=b'{"b": 1.50, "a": NaN}')
    assert describe(entry) == expected


def test_metadata_too_long_for_memory_is_written_as_far_as_it_is_known():
    entry = Entry("guard_added", metadata={"b": 1.5, "a": "x"})
    expected = Artifact(
        "guard_added", Content.JSON, flags=("metadata_cut",), text=b'{"b": 1.5, "a": "x"}'
    )
    assert describe(entry) == expected


def test_a_payload_that_was_torn_off_is_not_taken_for_none():
    entry = Entry("chromium_event", payload_md5="0" * 32)
    assert describe(entry) == Artifact("chromium_event", Content.TEXT)


def test_types_of_other_tools_have_no_handler_of_their_own():
    assert HANDLER.entry_types == ()
    assert not (OTHER_MODULES_TYPES | {STRING_TABLE_TYPE}) & built_in().by_type.keys()
