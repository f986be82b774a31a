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
    assert describe(Entry(entry_type)) == Artifact(entry_type, Content.TEXT, flags=flags)


def test_types_of_other_tools_have_no_handler_of_their_own():
    assert HANDLER.entry_types == ()
    assert not (OTHER_MODULES_TYPES | {STRING_TABLE_TYPE}) & built_in().by_type.keys()
