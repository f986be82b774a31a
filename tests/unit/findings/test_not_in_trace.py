"""What a trace does not tell."""

from __future__ import annotations

import pytest

from artifact_stream.findings.not_in_trace import not_in_trace
from artifact_stream.output.counts import FactCounts, FindingCounts, TraceCounts

ALL = {"compilation_metrics": 1, "dynamo_start": 1, "torch_version": 1}


def what(counts, **how):
    return [each.what for each in not_in_trace(counts, **how)]


def counts(read, found=None, **facts):
    return TraceCounts(
        entries_read=9, facts=FactCounts(read=read, **facts), findings=found or FindingCounts()
    )


@pytest.mark.parametrize(
    ("left_out", "missing"),
    [
        (None, []),
        ("compilation_metrics", ["metrics"]),
        ("dynamo_start", ["stacks"]),
        ("torch_version", ["torch version"]),
    ],
)
def test_entries_that_are_missing_are_named(left_out, missing):
    read = {name: count for name, count in ALL.items() if name != left_out}
    assert what(counts(read)) == missing


def test_breaks_and_recompilations_without_their_own_entries():
    found = FindingCounts(graph_breaks=3)
    assert what(counts(ALL, found)) == ["places of graph breaks"]
    assert what(counts(ALL | {"dynamo_graph_break_reason": 3}, found)) == []
    assert what(counts(ALL, compiled_again=2)) == ["reasons of recompilations"]


def test_nothing_is_missing_of_nothing_and_all_of_what_was_not_read():
    assert what(TraceCounts()) == []
    assert what(counts({}), has_facts=False) == ["facts"]
