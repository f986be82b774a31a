"""Reasons in the texts that torch logs for graph breaks and recompilations."""

from __future__ import annotations

import pytest

from artifact_stream.facts.reasons import Reason, graph_break_reason, recompile_reasons


def test_a_graph_break_has_its_reason_place_explanation_and_hints():
    text = (
        "Graph break in user code at /x/train.py:114\n"
        "Graph Break Reason: Encountered graph break when attempting to trace CALL: f\n\n"
        "Data-dependent branching\n"
        "  Explanation: Detected it.\n"
        "  Hint: one\n  Hint: two\n  Hint: three\n  Hint: four\n"
    )
    assert graph_break_reason(text) == Reason(
        "Data-dependent branching",
        "/x/train.py:114",
        ("Detected it.", "Hint: one", "Hint: two", "Hint: three"),
        hints=("one", "two", "three", "four"),
    )


def test_reasons_of_other_forms_are_taken():
    assert graph_break_reason("").title == "No reason was logged"
    assert graph_break_reason("some text\nmore").title == "some text"
    old = "Graph break in user code at a.py:3\nReason: Unsupported: print\nUser code traceback:"
    assert graph_break_reason(old).title == "Unsupported: print"
    assert graph_break_reason(old).place == "a.py:3"
    assert len(graph_break_reason("Reason: " + "x" * 5000).title) == 300
    assert [r.title for r in recompile_reasons("0/0: a == b")] == ["a == b"]
    assert [r.title for r in recompile_reasons('["0/1: a", "0/0: a", 7, null]')] == [
        "a",
        "7",
        "null",
    ]
    assert recompile_reasons("[" * 100_000)[0].title.startswith("[[")
    assert recompile_reasons("[]") == recompile_reasons("") == []


@pytest.mark.parametrize(
    ("reason", "title"),
    [
        ("L['x'].size()[0] == 12", "L['x'].size()[0] == \u2026"),
        ("L['self'].step == 3  # at a.py:3", "L['self'].step == \u2026"),
        (
            "___check_type_id(L['x'], 94217), type=<int>",
            "___check_type_id(L['x'], \u2026), type=<int>",
        ),
        ("2 <= L['x'].size()[0] <= 8", "2 <= L['x'].size()[0] <= \u2026"),
        ("Eq(L['x'].size()[0], 7)", "Eq(L['x'].size()[0], \u2026)"),
        ("L['a'] == 1.5", "L['a'] == 1.5"),
        ("L['x'][3] is L['y']", "L['x'][3] is L['y']"),
    ],
)
def test_guards_that_differ_in_a_value_are_one_reason(reason, title):
    [found] = recompile_reasons(f"0/1: {reason}")
    assert found.title == title
    original = reason.partition("  #")[0]
    assert found.details == ((original,) if original != title else ())
