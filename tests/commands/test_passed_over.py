"""What a run passed over is named on stderr, and nothing that it is called acts on a terminal."""

from __future__ import annotations

import pytest

from artifact_stream.commands.passed_over import MAX_NAMED, name_passed_over
from artifact_stream.options import Options
from artifact_stream.output.counts import TraceCounts
from artifact_stream.output.missing import PassedOverFile
from artifact_stream.output.summary import RunSummary, TraceSummary


@pytest.fixture
def summary():
    def make(*files, count=0):
        made = RunSummary.of(["s"], "out", Options(), [], 0, 0.0)
        made.passed_over = [PassedOverFile(path, "source_empty", "is empty") for path in files]
        made.passed_over_count = count or len(files)
        return made

    return make


def test_each_file_is_named_with_its_reason(summary, capsys):
    name_passed_over(summary("a.log", "b.log"))
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == ["passed over: a.log is empty", "passed over: b.log is empty"]


def test_nothing_is_said_where_nothing_was_passed_over(summary, capsys):
    name_passed_over(summary())
    assert capsys.readouterr() == ("", "")


def test_of_very_many_the_first_are_named_and_the_others_counted(summary, capsys):
    name_passed_over(summary(*map(str, range(500)), count=2020))
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == MAX_NAMED + 1
    assert lines[-1] == "passed over: 2,000 more, see out/summary.json"


def test_a_name_with_control_codes_is_shown_without_them(summary, capsys):
    name_passed_over(summary("a\x1b[31m\n.log"))
    assert capsys.readouterr().err == "passed over: a\\x1b[31m\\n.log is empty\n"


def trace(folder, source, **problems):
    return TraceSummary(folder, [source], TraceCounts(problems=problems), 0.0)


def test_what_was_not_read_to_its_end_is_named(capsys):
    traces = [
        trace("rank_0", "a.log", payload_md5_mismatch=3),
        trace("rank_1", "b\x1b.log.gz", source_damaged=1, payload_md5_mismatch=1),
        trace("rank_2", "c.log", expands_too_much=1),
    ]
    name_passed_over(RunSummary.of(["s"], "out", Options(), traces, 0, 0.0))
    assert capsys.readouterr().err.splitlines() == [
        "not read to its end: b\\x1b.log.gz, see out/rank_1/problems.jsonl",
        "not read to its end: c.log, see out/rank_2/problems.jsonl",
    ]
    traces = [trace(".", "a.gz", source_damaged=1) for _ in range(50)]
    name_passed_over(RunSummary.of(["s"], "out", Options(), traces, 0, 0.0))
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "not read to its end: a.gz, see out/problems.jsonl"
    assert (len(lines), lines[-1]) == (MAX_NAMED + 1, "not read to their ends: 30 more")


def test_what_is_named_as_passed_over_is_not_named_again(capsys):
    traces = [
        trace("rank_0", "bad.log.gz", source_damaged=1),
        trace("rank_1", "a.log", source_damaged=1),  # Of the zip, which has no place of its own.
        trace("rank_2", "b.log"),
    ]
    made = RunSummary.of(["s"], "out", Options(), traces, 0, 0.0)
    made.passed_over = [
        PassedOverFile(path, "source_damaged", "is damaged") for path in ("bad.log.gz", "x.zip")
    ]
    made.passed_over_count = 2
    name_passed_over(made)
    assert [line.split(":")[0] for line in capsys.readouterr().err.splitlines()] == [
        "passed over", "passed over",
    ]  # fmt: skip
    traces[1].counts.problems["source_damaged"] = 2
    name_passed_over(made)
    assert "not read to its end: a.log, see " in capsys.readouterr().err
