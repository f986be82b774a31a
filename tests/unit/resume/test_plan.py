"""Resuming a run: from what it has left, for the same sources and the same options alone."""

from __future__ import annotations

import json

import msgspec
import pytest

from artifact_stream.errors import InputUnusable, OutputUnusable, WrongUsage
from artifact_stream.options import Options
from artifact_stream.output.folder import OutputFolder
from artifact_stream.pipeline.run import run
from artifact_stream.resume import plan
from artifact_stream.resume.plan import State, changes_since, finished_summary, record_of, state_of
from artifact_stream.resume.record import RunNotes, RunRecord
from artifact_stream.sources.changes import identity_of
from artifact_stream.sources.find import find_traces
from artifact_stream.sources.identity import Change
from artifact_stream.sources.trace import SourceFile, TraceSource
from tests.helpers.support import raw_entry, tree


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "t.log"
    path.write_bytes(raw_entry("graph_dump", b"x", {"name": "a"}))
    return path


@pytest.fixture
def begun(log, tmp_path):
    """An output with a record, as of a run that was killed."""
    out = tmp_path / "out"
    run([str(log)], str(out))
    traces = find_traces([str(log)], "elsewhere")
    notes = RunNotes(str(out))
    notes.write(RunRecord([str(log)], Options(), [identity_of(trace) for trace in traces]))
    notes.close()
    return OutputFolder(str(out))


def test_states_of_a_folder(log, tmp_path, begun):
    assert state_of(OutputFolder(str(tmp_path / "missing"))) is State.NOTHING
    (tmp_path / "empty").mkdir()
    assert state_of(OutputFolder(str(tmp_path / "empty"))) is State.NOTHING
    assert state_of(begun) is State.INTERRUPTED
    run([str(log)], str(tmp_path / "whole"))
    whole = OutputFolder(str(tmp_path / "whole"))
    assert state_of(whole) is State.FINISHED
    (tmp_path / "whole" / "summary.json").unlink()
    with pytest.raises(OutputUnusable, match="record"):
        state_of(whole)
    (tmp_path / "whole" / "directory.jsonl").unlink()
    assert state_of(whole) is State.NOTHING
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "a.txt").write_text("theirs")
    with pytest.raises(OutputUnusable, match="not made by artifact-stream"):
        state_of(OutputFolder(str(tmp_path / "theirs")))


CHANGED = {
    "plain_text": True, "include": ("all",), "only": ("graph",), "compile_ids": ("0/0",),
    "lazy": True, "max_expansion": 7, "facts": False,
}  # fmt: skip


@pytest.mark.parametrize("name", Options.__struct_fields__)
def test_each_option_must_be_the_same(name, begun):
    assert record_of(begun, Options()).options == Options()
    other = msgspec.structs.replace(Options(), **{name: CHANGED[name]})
    with pytest.raises(WrongUsage, match="differs"):
        record_of(begun, other)


def test_a_run_of_another_version_is_not_gone_on_with(begun, monkeypatch):
    monkeypatch.setattr(plan, "__version__", "0.0.0")
    with pytest.raises(OutputUnusable, match=r"this is 0\.0\.0"):
        record_of(begun, Options())


def traces_of(folder, **contents):
    """Traces by name, of one file each."""
    made = []
    for name, data in contents.items():
        path = folder / f"{name}.log"
        path.write_bytes(data)
        made.append(TraceSource(name, (SourceFile(str(path), path.name, None, len(data)),)))
    return made


def test_what_has_become_of_each_trace(tmp_path):
    before = traces_of(tmp_path, a=b"1", b=b"2")
    record = RunRecord([], Options(), [identity_of(trace) for trace in before])
    after = traces_of(tmp_path, a=b"1", b=b"2 and more", c=b"new")
    assert changes_since(record, after, {}) == {"a": Change.NONE, "b": Change.GROWN, "c": None}
    with pytest.raises(InputUnusable, match=r"b\.log"):
        changes_since(record, after[:1], {})
    with pytest.raises(InputUnusable, match=r"a\.log"):
        changes_since(record, traces_of(tmp_path, a=b"other", b=b"2"), {})


def test_a_second_trace_would_give_the_first_another_place(tmp_path):
    (before,) = traces_of(tmp_path, a=b"1")
    record = RunRecord([], Options(), [identity_of(before)])
    with pytest.raises(InputUnusable, match="2 traces now"):
        changes_since(record, traces_of(tmp_path, a=b"1", b=b"2"), {})


def test_a_run_that_has_ended_tells_what_it_did(log, tmp_path):
    summary = run([str(log)], str(tmp_path / "whole"))
    folder, traces = OutputFolder(str(tmp_path / "whole")), find_traces([str(log)], "x")
    told = finished_summary(folder, traces, Options())
    assert told.counts == summary.counts
    assert told.source_bytes == log.stat().st_size
    with pytest.raises(WrongUsage):
        finished_summary(folder, traces, Options(lazy=True))
    with pytest.raises(OutputUnusable, match="other sources"):
        finished_summary(folder, traces_of(tmp_path, other=b"x"), Options())
    log.write_bytes(log.read_bytes() * 2)
    with pytest.raises(OutputUnusable, match="changed since"):
        finished_summary(folder, find_traces([str(log)], "x"), Options())
    (tmp_path / "whole" / "summary.json").write_text("{}")
    with pytest.raises(OutputUnusable, match="no usable"):
        finished_summary(folder, traces, Options())


@pytest.mark.parametrize("through_a_link", [False, True])
def test_overwriting_never_removes_its_own_source(through_a_link, log, tmp_path):
    out = tmp_path / "out"
    run([str(log)], str(out))
    index = out / "directory.jsonl"
    (out / "mine").mkdir()
    source = out / "mine" / "a.log"
    source.write_bytes(log.read_bytes())
    run([str(source)], str(out), overwrite=True)  # The index does not list it: it stays.
    line = json.loads(index.read_text().splitlines()[0])
    index.write_text(json.dumps({**line, "url": "mine/a.log"}) + "\n")
    before = tree(out)
    named = source
    if through_a_link:
        (tmp_path / "linked").symlink_to(out / "mine")
        named = tmp_path / "linked" / "a.log"
    with pytest.raises(OutputUnusable, match="would be removed with it"):
        run([str(named)], str(out), overwrite=True)
    with pytest.raises(OutputUnusable, match="would be removed with it"):
        run([str(log), str(tmp_path / "out" / "mine")], str(out), overwrite=True)
    assert tree(out) == before
