"""Recompilations from their reasons."""

from __future__ import annotations

from artifact_stream.entries import Entry
from artifact_stream.facts.recompilations import read, told_of
from artifact_stream.facts.subject import Telling


def test_all_reasons_are_of_one_recompilation():
    reading = read(Telling(Entry("artifact"), b'["0/1: x == 3", "0/0: y"]'))
    assert [told.title for told in reading.told] == ["x == \u2026", "y"]
    assert reading.is_one_event


def test_a_list_that_was_not_read_whole_tells_of_one_without_a_reason():
    reading = read(Telling(Entry("artifact"), b'["0/1: x == 3", "0/0', is_whole=False))
    assert [told.title for told in reading.told] == [""]
    assert not reading.is_whole


def test_no_reason_is_a_recompilation_all_the_same():
    assert [told.title for told in told_of([])] == ["No reason was logged"]
