"""What a run notes of itself: for the next one, unless it was edited."""

from __future__ import annotations

import pytest

from artifact_stream.layout import FINISHED_FILE, RUN_FILE, STAGING_FOLDER
from artifact_stream.options import Options
from artifact_stream.output.counts import TraceCounts
from artifact_stream.output.summary import TraceSummary
from artifact_stream.resume.record import (
    FinishedTrace,
    RunNotes,
    RunRecord,
    read_record,
)
from artifact_stream.sources.identity import FileIdentity, TraceIdentity

RECORD = RunRecord(
    ["in/\udc80", "-"],
    Options(lazy=True, only=("graph",)),
    [TraceIdentity("t", (FileIdentity("t.log", 5, 5, "aa", "bb"),))],
)


@pytest.fixture
def notes(tmp_path):
    made = RunNotes(str(tmp_path))
    yield made
    made.close()


def finished(name, number):
    return FinishedTrace(TraceSummary(name, [f"{name}.log"], TraceCounts(files=number), 1.0), 10)


def test_a_record_is_there_until_the_run_has_ended(notes, tmp_path):
    out = str(tmp_path)
    assert read_record(out) is None
    notes.write(RECORD)
    assert read_record(out) == RECORD
    notes.end()
    assert read_record(out) is None
    assert list((tmp_path / STAGING_FOLDER).iterdir()) == []


@pytest.mark.parametrize("text", [b"", b"{}", b"[1]", b"\xff", b"[" * 100_000])
def test_a_record_that_was_edited_is_none(text, notes, tmp_path):
    notes.write(RECORD)
    (tmp_path / STAGING_FOLDER / RUN_FILE).write_bytes(text)
    assert read_record(str(tmp_path)) is None


def test_traces_that_are_complete_are_known_up_to_a_line_that_is_none(notes, tmp_path):
    assert list(notes.finished()) == []
    traces = [finished("a", 1), finished("b\udc80", 2)]
    for trace in traces:
        notes.add_finished(trace)
    assert list(notes.finished()) == traces
    path = tmp_path / STAGING_FOLDER / FINISHED_FILE
    whole = path.read_bytes()
    for torn in (b'{"summary"', b"{}\n", b"\xff\n" + whole):
        path.write_bytes(whole + torn)
        assert list(notes.finished()) == traces
        assert path.read_bytes() == whole
    notes.add_finished(finished("c", 3))
    assert len(list(notes.finished())) == 3
    notes.forget_finished()
    notes.forget_finished()
    assert list(notes.finished()) == []
