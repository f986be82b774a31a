"""What a run passed over is named on stderr, and nothing that it is called acts on a terminal."""

from __future__ import annotations

import pytest

from artifact_stream.commands.passed_over import MAX_NAMED, name_passed_over
from artifact_stream.options import Options
from artifact_stream.output.missing import PassedOverFile
from artifact_stream.output.summary import RunSummary


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
