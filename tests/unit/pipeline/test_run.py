"""A run as a whole: what is refused before anything is written, and what it says of itself."""

from __future__ import annotations

import json

import pytest

from artifact_stream.errors import InputUnusable, OutputUnusable, WrongUsage
from artifact_stream.options import Options
from artifact_stream.output.lock import held
from artifact_stream.pipeline.progress import RunProgress
from artifact_stream.pipeline.run import run
from artifact_stream.stop import Interrupted, StopRequest
from tests.helpers.support import FRAME_0, jsonl, raw_entry, tree

LOG = raw_entry("artifact", b"{}", {"name": "n", "encoding": "json"}, **FRAME_0)


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "trace.log"
    path.write_bytes(LOG)
    return str(path)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"jobs": 0}, "jobs=0"),
        ({"jobs": -1}, "jobs=-1"),
        ({"overwrite": True, "resume": True}, "give one of them"),
        ({"options": Options(only=("nothing",))}, "is no kind of entry"),
    ],
)
def test_wrong_usage_is_refused_before_a_source_is_looked_at(arguments, said, tmp_path):
    with pytest.raises(WrongUsage, match=said):
        run([str(tmp_path / "is not there")], str(tmp_path / "out"), **arguments)
    assert names(tmp_path) == []


@pytest.mark.parametrize("source", ["is not there", "empty"])
def test_without_a_trace_nothing_is_written(source, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputUnusable):
        run([str(tmp_path / source)], str(tmp_path / "out"))
    assert names(tmp_path) == ["empty"]


def test_a_folder_of_somebody_else_is_not_touched(log, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.txt").write_text("years of work")
    with pytest.raises(OutputUnusable):
        run([log], str(out), overwrite=True)
    assert tree(out) == {"thesis.txt": b"years of work"}


def test_a_folder_that_another_run_is_writing_is_not_touched(log, tmp_path):
    out = str(tmp_path / "out")
    run([log], out, jobs=1)
    before = tree(tmp_path / "out")
    with held(out), pytest.raises(OutputUnusable):
        run([log], out, jobs=1, overwrite=True)
    assert tree(tmp_path / "out") == before


def test_what_is_returned_is_what_stands_in_the_summary(log, tmp_path):
    progress = RunProgress()
    summary = run([log], str(tmp_path / "out"), jobs=1, progress=progress)
    written = json.loads((tmp_path / "out" / "summary.json").read_bytes())
    assert summary.counts.entries_written == written["entries"]["written"] == 1
    assert summary.counts.entries_read == progress.entries == 1
    assert summary.source_bytes == progress.total_bytes == len(LOG)
    assert (progress.traces_done, progress.traces_total) == (1, 1)
    assert (progress.interrupted, progress.was_complete, summary.interrupted) == (False,) * 3


def test_a_run_that_has_ended_is_not_done_again(log, tmp_path):
    out = tmp_path / "out"
    run([log], str(out), jobs=1)
    before = tree(out)
    progress = RunProgress()
    summary = run([log], str(out), resume=True, jobs=1, progress=progress)
    assert progress.was_complete
    assert summary.counts.entries_written == 1
    assert tree(out) == before


def test_resuming_where_nothing_is_begins(log, tmp_path):
    summary = run([log], str(tmp_path / "out"), resume=True, jobs=1)
    assert summary.counts.entries_written == 1


def test_a_stop_before_anything_was_begun_leaves_nothing(log, tmp_path, monkeypatch):
    stop = StopRequest()

    def look(*_):
        stop.ask(15)

    monkeypatch.setattr("artifact_stream.pipeline.run.check_not_being_changed", look)
    with pytest.raises(Interrupted):
        run([log], str(tmp_path / "out"), stop=stop, jobs=1)
    assert names(tmp_path) == ["trace.log"]


def test_a_stop_between_two_entries_ends_in_order_and_the_rest_is_resumed(tmp_path):
    entries = [raw_entry("artifact", b"{}", {"name": f"n{n}"}, **FRAME_0) for n in range(3)]
    source = tmp_path / "trace.log"
    source.write_bytes(b"".join(entries))
    stop, progress, out = StopRequest(), RunProgress(), tmp_path / "out"
    with stop.deferred():
        stop.ask(2)
    stopped = run([str(source)], str(out), jobs=1, stop=stop, progress=progress)
    assert stopped.interrupted
    assert progress.interrupted
    assert stopped.counts.entries_written < 3
    assert (out / "index.html").exists()
    resumed = run([str(source)], str(out), jobs=1, resume=True)
    assert (resumed.interrupted, resumed.counts.entries_written) == (False, 3)
    assert len(jsonl(out / "directory.jsonl")) == 3


def test_several_traces_are_counted_together_and_have_a_page(tmp_path):
    for number in range(2):
        (tmp_path / f"rank{number}.log").write_bytes(LOG * (number + 1))
    out = tmp_path / "out"
    sources = [str(tmp_path / f"rank{number}.log") for number in range(2)]
    progress = RunProgress()
    summary = run(sources, str(out), jobs=1, progress=progress)
    assert [trace.counts.entries_read for trace in summary.traces] == [1, 2]
    assert (summary.counts.entries_read, progress.traces_done) == (3, 2)
    assert (out / "index.html").exists()
    for trace in summary.traces:
        assert (out / trace.folder / "directory.jsonl").exists()
