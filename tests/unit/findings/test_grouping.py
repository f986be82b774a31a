"""Equal findings are one, and what matters most comes first."""

from __future__ import annotations

import pytest

from artifact_stream.findings.finding import Finding, FindingKind, Severity
from artifact_stream.findings.grouping import Grouping


@pytest.fixture
def grouped(tmp_path):
    def of(*findings):
        grouping = Grouping(str(tmp_path))
        try:
            for each in findings:
                grouping.add(each)
            return [(found.key, found.count) for found in grouping.findings()]
        finally:
            grouping.close()

    return of


def finding(kind, key, **members):
    return Finding(kind=FindingKind(kind), severity=Severity.INFO, key=key, title="t", **members)


def test_failures_come_first_and_caused_breaks_last_of_breaks(grouped):
    assert grouped(
        finding("cache_bypass", "bypass"),
        finding("graph_break", "caused", cause="earlier_break", count=9),
        finding("recompilation", "again"),
        finding("graph_break", "once"),
        finding("graph_break", "twice"),
        finding("failure", "fails"),
        finding("graph_break", "twice"),
    ) == [("fails", 1), ("twice", 2), ("once", 1), ("caused", 9), ("again", 1), ("bypass", 1)]


def test_of_equals_the_first_met_comes_first(grouped):
    assert grouped(*[finding("failure", key) for key in "cab"]) == [("c", 1), ("a", 1), ("b", 1)]


def test_equal_keys_of_other_kinds_are_others(grouped):
    assert grouped(finding("failure", "a"), finding("graph_break", "a")) == [("a", 1), ("a", 1)]


def test_nothing_is_found_in_nothing(grouped):
    assert grouped() == []


def test_many_are_sorted_on_disk(grouped):
    found = grouped(*[finding("recompilation", f"k{n % 700}") for n in range(14_000)])
    assert found == [(f"k{n}", 20) for n in range(700)]
