"""A page claims only what was looked for: failures are told wherever torch logs them."""

from __future__ import annotations

import pytest

from artifact_stream import Options, run
from tests.helpers.reports import values_of
from tests.helpers.support import FRAME_0, jsonl, raw_entry

FRAME_1 = {"frame_id": 1, "frame_compile_id": 0, "attempt": 0}
ERROR = b'Traceback (most recent call last):\n  File "/w/a.py", line 3, in f\nRuntimeError: no op'
FAILED = raw_entry(
    "artifact", ERROR, {"name": "dynamo_error", "encoding": "string"}, **FRAME_0
) + raw_entry(
    "compilation_metrics",
    None,
    {"co_name": "f", "fail_type": "RuntimeError", "fail_reason": "no op"},
    **FRAME_0,
)
IN_METRICS_ALONE = raw_entry(
    "compilation_metrics",
    None,
    {"co_name": "f", "restart_reasons": ["builtin: print"], "fail_reason": None},
    **{**FRAME_0, "attempt": 1},
) + raw_entry(
    "compilation_metrics", None, {"co_name": "g", "fail_type": "KeyError"}, **FRAME_1
)  # fmt: skip


@pytest.fixture
def extract(tmp_path):
    def of(log, **options):
        (tmp_path / "t.log").write_bytes(log)
        out = tmp_path / "out"
        summary = run([str(tmp_path / "t.log")], str(out), Options(**options), overwrite=True)
        counts = summary.counts
        assert counts.entries_read == (
            counts.entries_written
            + counts.entries_told
            + counts.entries_skipped
            + counts.entries_unusable
        )
        [worth] = values_of(out / "report" / "worth.js")
        events = [f for f in jsonl(out / "facts.jsonl") if f["kind"] in counts.facts.found]
        return counts, worth, events

    return of


@pytest.mark.parametrize("options", [{}, {"only": ("codegen",)}, {"compile_ids": ("9/9",)}])
def test_a_failed_compilation_is_told_once_under_all_options(options, extract):
    counts, worth, facts = extract(FAILED, **options)
    [failure] = worth["failures"]["reasons"]
    assert (failure["title"], failure["place"], failure["count"]) == (
        "RuntimeError: no op", "in f, /w/a.py:3", 1,
    )  # fmt: skip
    assert [fact.get("is_repeated", False) for fact in facts] == [False, True]
    assert counts.facts.found == {"failure": 1, "graph_break": 0, "recompilation": 0}
    assert counts.entries_told == (2 if options else 1)


def test_what_stands_in_metrics_alone_is_told_without_an_artifact(extract):
    counts, worth, _ = extract(IN_METRICS_ALONE)
    assert [(r["title"], r["places"]) for r in worth["failures"]["reasons"]] == [
        ("KeyError", [["[1/0]", "", ""]])
    ]
    assert [(r["title"], r["places"]) for r in worth["graph_breaks"]["reasons"]] == [
        ("builtin: print", [["[0/0_1]", "", ""]])
    ]
    assert counts.told == {"compilation_metrics": 2}


def test_a_log_without_metrics_claims_nothing(extract):
    _, worth, _ = extract(raw_entry("aot_joint_graph", b"g", **FRAME_0))
    assert not any(worth["known"].values())
    assert len(worth["notes"]) == 1


def test_included_metrics_are_written_and_told(extract):
    counts, worth, facts = extract(IN_METRICS_ALONE, include=("all",))
    assert (counts.entries_written, counts.entries_told) == (2, 0)
    assert worth["failures"]["entries"] == 1
    assert [fact["url"] for fact in facts] == [
        "0_0_1/compilation_metrics.json", "1_0_0/compilation_metrics.json",
    ]  # fmt: skip


def test_an_error_longer_than_what_is_read_is_a_failure_all_the_same(extract):
    long = ERROR.replace(b"\nRuntime", b"\n    x" * (300 << 10) + b"\nRuntime")
    log = raw_entry("artifact", long, {"name": "dynamo_error", "encoding": "string"}, **FRAME_0)
    counts, worth, [fact] = extract(log)
    assert ("title" in fact, fact["is_cut"]) == (False, True)
    assert (worth["failures"]["entries"], worth["failures"]["unread"]) == (1, 1)
    assert counts.facts.cut == {"dynamo_error": 1}
