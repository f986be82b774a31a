"""Symbols, what becomes of them, guards on them."""

from __future__ import annotations

import pytest

from artifact_stream.entries import Entry
from artifact_stream.facts.fact import Frame, Kind, Symbol
from artifact_stream.facts.subject import Telling
from artifact_stream.facts.symbols import read


def told_of(entry_type, metadata):
    [told] = read(Telling(Entry(entry_type, metadata=metadata))).told
    return told


def test_a_symbol_has_what_it_stands_for():
    told = told_of(
        "create_symbol",
        {"symbol": "s35", "val": "3", "vr": "[2, int_oo]", "source": "L['x'].size()[0]",
         "user_stack": [], "stack": [{"line": 1}]},
    )  # fmt: skip
    assert (told.kind, told.stack) == (Kind.SYMBOL, ())
    assert told.symbol == Symbol(
        name="s35", source="L['x'].size()[0]", value="3", range="[2, int_oo]"
    )


def test_a_specialization_has_its_reason_and_the_users_frames():
    told = told_of(
        "symbolic_shape_specialization",
        {"symbol": "s27", "sources": ["L['x'].size()[1]", "L['y'].size()[0]"], "value": "2",
         "reason": "range_refined_to_singleton", "user_stack": [{"line": 4, "name": "f"}]},
    )  # fmt: skip
    assert (told.kind, told.stack) == (Kind.SPECIALIZATION, (Frame(None, 4, "f"),))
    assert told.symbol == Symbol(
        name="s27", source="L['x'].size()[1], L['y'].size()[0]", value="2",
        reason="range_refined_to_singleton",
    )  # fmt: skip


@pytest.mark.parametrize("entry_type", ["guard_added", "guard_added_fast"])
def test_a_guard_has_its_expression(entry_type):
    told = told_of(entry_type, {"expr": "2*s77 <= 4096"})
    assert (told.kind, told.symbol) == (Kind.GUARD, Symbol(expression="2*s77 <= 4096"))


def test_values_of_other_types_are_taken_as_text():
    assert told_of(
        "create_unbacked_symbol", {"symbol": 7, "sources": [1], "user_stack": 3}
    ).symbol == (Symbol(name="7"))
