"""What a page says of failures, graph breaks and recompilations, from facts."""

from __future__ import annotations

import io
import json

import pytest

from artifact_stream.output.counts import FactCounts, TraceCounts
from artifact_stream.report.parts import told as told_part
from artifact_stream.report.parts.told import (
    no_events,
    told_events,
    what_is_known,
    what_is_not_known,
)
from artifact_stream.report.shapes import Known, Place


def line(kind, compile_id="0_0_0", title="why", **fields):
    known = {"rank": None, "type": "x", "line": 1}
    fact = {"kind": kind, "compile_id": compile_id, "title": title, **known, **fields}
    return json.dumps(fact).encode() + b"\n"


def events(*lines):
    return told_events(io.BytesIO(b"".join(lines)))


def test_nothing_is_told_by_nothing():
    assert events() == no_events()


def test_a_failure_that_is_told_twice_is_put_together():
    told = events(
        line("failure", title="KeyError", file="/w/a.py", lineno=3, url="0_0_0/dynamo_error.txt"),
        line(
            "failure", "0_0_1", "KeyError: 1", type="compilation_metrics", function="f",
            file="/w/a.py", lineno=1, is_repeated=True,
        ),
    ).failures  # fmt: skip
    assert told.entries == 1
    [failure] = told.reasons
    assert (failure.title, failure.place) == ("KeyError: 1", "in f, /w/a.py:3")
    assert failure.places == [Place("[0/0_1]", "0_0_0/dynamo_error.txt", "dynamo_error.txt")]


def test_equal_reasons_are_counted_together_and_repeats_once():
    told = events(
        line("graph_break", url="0_0_0/a.txt"),
        line("graph_break", "0_0_1", is_repeated=True),
        line("graph_break", "1_0_0", url="../up"),
        b"no fact\n",
        line("recompilation", "0_1_0"),
        line("recompilation", "0_1_0", title="other", part=1),
    )
    [seen] = told.graph_breaks.reasons
    assert (told.graph_breaks.entries, seen.count) == (2, 2)
    assert seen.places == [Place("[0/0]", "0_0_0/a.txt", "a.txt"), Place("[1/0]", "", "")]
    assert told.recompiles.entries == 1
    assert len(told.recompiles.reasons) == 2


def test_what_is_kept_is_bounded_and_what_is_not_is_counted(monkeypatch):
    monkeypatch.setattr(told_part, "MAX_REASONS", 10)
    monkeypatch.setattr(told_part, "MAX_OPEN_FAILURES", 3)
    told = events(
        *(line("failure", f"{n}_0_0", f"number {n}") for n in range(30)),
        line("recompilation", title="", is_cut=True),
    )
    failures = told.failures
    assert (failures.entries, failures.left_out, len(failures.reasons)) == (30, 20, 10)
    assert told.recompiles.unread == 1


@pytest.mark.parametrize(
    ("facts", "known", "notes"),
    [
        (FactCounts(), (False, False, False), 1),
        (FactCounts(read={"compilation_metrics": 1}), (True, True, True), 0),
        (
            FactCounts(read={"compilation_metrics": 1}, cut={"compilation_metrics": 1}),
            (False, False, False), 1,
        ),
        (
            FactCounts(read={"compilation_metrics": 2}, compiled_again=1),
            (True, True, False), 1,
        ),
    ],
)  # fmt: skip
def test_absence_is_claimed_where_it_was_looked_for(facts, known, notes):
    counts = TraceCounts(facts=facts)
    assert what_is_known(counts) == Known(*known)
    assert len(what_is_not_known(counts)) == notes


def test_lines_that_could_not_be_used_are_told():
    [note] = what_is_not_known(
        TraceCounts(entries_unusable=1, facts=FactCounts(read={"compilation_metrics": 1}))
    )
    assert note.startswith("1 line of the log could not be used")


METRICS_READ = FactCounts(read={"compilation_metrics": 1})


def test_a_source_that_could_not_be_read_is_not_said_to_hold_or_lack_anything():
    counts = TraceCounts(entries_read=1, entries_unusable=1, problems={"source_empty": 1})
    [note] = what_is_not_known(counts)
    assert note.startswith("Nothing of the source could be read")


def test_files_that_were_passed_over_are_no_lines_of_the_log():
    counts = TraceCounts(
        entries_read=9, entries_unusable=3, problems={"source_empty": 2}, facts=METRICS_READ
    )
    [note] = what_is_not_known(counts)
    assert note.startswith("1 line of the log could not be used")


@pytest.mark.parametrize(
    ("skipped", "is_told"),
    [
        ({"other_module": 3, "string_table": 1}, False),
        ({"not_selected": 3}, True),
        ({"compile_id_not_selected": 3}, True),
    ],
)
def test_what_was_left_out_on_request_is_told(skipped, is_told):
    counts = TraceCounts(entries_read=9, skipped=skipped, facts=METRICS_READ)
    assert [note[:19] for note in what_is_not_known(counts)] == ["Entries were left o"] * is_told
