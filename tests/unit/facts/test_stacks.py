"""Beginnings of compilations."""

from __future__ import annotations

import pytest

from artifact_stream.entries import Entry
from artifact_stream.facts.fact import Frame, Kind
from artifact_stream.facts.stacks import read
from artifact_stream.facts.subject import Telling


def test_a_beginning_has_its_stack():
    stack = [{"line": 1, "name": "f", "filename": 0, "loc": "x"}]
    [told] = read(Telling(Entry("dynamo_start", metadata={"stack": stack}))).told
    assert (told.kind, told.stack) == (Kind.START, (Frame(0, 1, "f", "x"),))


@pytest.mark.parametrize("metadata", [{}, {"stack": 7}])
def test_a_beginning_without_a_stack_is_one_all_the_same(metadata):
    [told] = read(Telling(Entry("dynamo_start", metadata=metadata))).told
    assert (told.kind, told.stack) == (Kind.START, ())
