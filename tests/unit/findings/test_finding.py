"""Findings: what they are called, and how equal ones are put together."""

from __future__ import annotations

import pytest

from artifact_stream.findings.finding import (
    MAX_COMPILE_IDS,
    MAX_EVIDENCE,
    MAX_PLACES,
    Change,
    Evidence,
    Finding,
    FindingKind,
    Place,
    Severity,
    key_of,
    plain_function,
    slug,
    steady,
)


def finding(**members):
    return Finding(
        kind=FindingKind.GRAPH_BREAK, severity=Severity.WARNING, key="k", title="t", **members
    )


@pytest.mark.parametrize(
    ("what", "file", "function", "key"),
    [
        ("gb0059", "/home/me/gen.py", "f", "gb0059:gen.py:f"),
        ("gb0059", "C:\\x\\gen.py", "torch_dynamo_resume_in_f_at_21", "gb0059:gen.py:f"),
        ("a", None, None, "a::"),
        ("a\n\x01", "<eval_with_key>.12345", "f", "a  :<eval_with_key>.*:f"),
    ],
)
def test_a_key_has_no_line_no_path_and_no_number_that_changes(what, file, function, key):
    assert key_of(what, file, function) == key


def test_a_function_that_was_resumed_twice():
    name = "torch_dynamo_resume_in_torch_dynamo_resume_in_f_at_3_at_5"
    assert plain_function(name) == "f"
    assert plain_function("f") == "f"


def test_what_changes_from_run_to_run_is_left_out():
    text = (
        "object at 0x7f01 in /home/me/a.py, id 139870659812992, "
        "__compiled_fn_1_6c582051_4402_4eae_8e3a_fbfe0bccb3eb"
    )
    assert steady(text) == "object at * in a.py, id *, __compiled_fn_1_*"
    assert slug("Failed: `print` at /x/y.py 12345") == "failed_print_at_y_py"


def test_equal_findings_are_one():
    one = finding(
        compile_ids=["[0/0]"], seconds=0.1, places=[Place("a", 1, "f", None)],
        changes=[Change(before="1")], evidence=[Evidence(None, 3)],
    )  # fmt: skip
    one.add(
        finding(
            compile_ids=["[0/0]", "[1/0]"], seconds=0.2, count=2,
            places=[Place("a", 1, "f", "x()", 2), Place("a", 2, "f", "y()")],
            changes=[Change(before="1"), Change(before="2")], evidence=[Evidence("u", 4)],
            reason="r", advice=("a",), number="gb1",
        )
    )  # fmt: skip
    assert (one.count, one.compile_ids, one.seconds) == (3, ["[0/0]", "[1/0]"], 0.3)
    assert one.places == [Place("a", 1, "f", "x()", 3), Place("a", 2, "f", "y()")]
    assert [change.before for change in one.changes] == ["1", "2"]
    assert [each.line for each in one.evidence] == [3, 4]
    assert (one.reason, one.advice, one.number) == ("r", ("a",), "gb1")


def test_ranks_and_traces_are_put_together():
    one = finding(ranks=[1], traces=["rank_1"])
    one.add(finding(ranks=[0], traces=["rank_0"]))
    assert (one.ranks, one.traces) == ([0, 1], ["rank_1", "rank_0"])


def test_lists_are_bounded_and_what_is_left_out_is_counted():
    one = finding()
    for n in range(MAX_COMPILE_IDS + 7):
        place = Place("a", n)
        one.add(finding(compile_ids=[f"[{n}/0]"], places=[place], evidence=[Evidence(None, n)]))
    assert (len(one.compile_ids), one.compile_ids_left_out) == (MAX_COMPILE_IDS, 7)
    assert (len(one.places), len(one.evidence)) == (MAX_PLACES, MAX_EVIDENCE)
