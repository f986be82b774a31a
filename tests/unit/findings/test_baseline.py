"""Which findings are new."""

from __future__ import annotations

import pytest

from artifact_stream.findings.baseline import Baseline
from artifact_stream.findings.finding import Finding, FindingKind, Place, Severity


def finding(key, *codes, kind="graph_break"):
    places = [Place("/w/gen.py", n, "f", code) for n, code in enumerate(codes, 1)]
    return Finding(
        kind=FindingKind(kind), severity=Severity.WARNING, key=key, title="t", places=places,
        count=len(places),
    )  # fmt: skip


@pytest.fixture
def new(tmp_path):
    def of(before, after):
        baseline = Baseline(before, str(tmp_path))
        try:
            return [
                (each.key, [place.code for place in each.places], each.count)
                for each in baseline.new(iter(after))
            ]
        finally:
            baseline.close()

    return of


def test_a_run_has_nothing_new_against_itself(new):
    assert new([finding("a", "x"), finding("b")], [finding("a", "x"), finding("b")]) == []


def test_another_key_or_kind_is_new(new):
    before = [finding("a", "x")]
    assert new(before, [finding("b", "x")]) == [("b", ["x"], 1)]
    assert new(before, [finding("a", "x", kind="failure")]) == [("a", ["x"], 1)]


def test_another_line_of_code_of_the_same_function_is_new_alone(new):
    assert new([finding("a", "x")], [finding("a", "y", "x")]) == [("a", ["y"], 1)]


def test_places_without_code_are_not_compared(new):
    assert new([finding("a", "x")], [finding("a", None)]) == []
    assert new([finding("a", None)], [finding("a", None)]) == []
