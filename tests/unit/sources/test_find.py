"""Finding traces: which files belong together, what they are called, and what is none."""

from __future__ import annotations

import gzip
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artifact_stream.errors import InputUnusable, OutputUnusable
from artifact_stream.framing.formats import Format
from artifact_stream.sources.drafts import OTHER_INTERMEDIATE_NAMES
from artifact_stream.sources.find import find_traces
from artifact_stream.sources.labels import natural_key, trace_name
from artifact_stream.sources.probe import describe_content
from tests.helpers.support import jsonl_entry, raw_entry

RAW, JSONL = raw_entry("graph_dump", b"x"), jsonl_entry("graph_dump", b"x")


def found(folder, *sources):
    """Name and labels of each trace."""
    traces = find_traces([str(folder / source) for source in sources], str(folder / "out"))
    return [
        (trace.name, [os.path.basename(file.label) for file in trace.files]) for trace in traces
    ]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/x/dedicated_log_torch_trace_rank_3_abc.log", "rank_3"),
        ("rank_12.log.gz", "rank_12"),
        ("crank_3.log", "crank_3"),
        ("rank_3x.log", "rank_3x"),
        ("t.log", "t"),
        ("t.LOG.zst", "t"),
        ("a.b.jsonl.gz", "a.b"),
        ("t.tar", "t.tar"),
        (".log", ".log"),
        ("folder/", "folder"),
    ],
)
def test_what_a_trace_is_called(path, name):
    assert trace_name(path) == name


@given(numbers=st.lists(st.integers(0, 10**20), max_size=8))
def test_numbers_in_names_count_as_numbers(numbers):
    small = [number for number in numbers if number < 10**18]
    names = [f"rank_{number}.log" for number in small]
    assert sorted(names, key=natural_key) == [f"rank_{number}.log" for number in sorted(small)]
    sorted([f"rank_{n}_x" for n in numbers] + ["rank", "", "1", "²"], key=natural_key)


@pytest.mark.parametrize(
    ("head", "what"),
    [
        (b"", "nothing"),
        (b" \n", "nothing but white space"),
        (b"a\0b", "binary data"),
        (b' {"a": 1}', "JSON of another kind"),
        (b"[1]", "JSON of another kind"),
        (b"hello", "other text"),
    ],
)
def test_what_is_no_trace_is_described(head, what):
    assert describe_content(head) == what


def test_raw_logs_in_a_folder_are_traces_in_natural_order(tmp_path):
    for name in ("rank_10.log", "rank_2.log", "notes.txt", "empty.log"):
        log = RAW + name.encode() + b"\n"
        (tmp_path / name).write_bytes(log if "rank" in name else b"hi" * ("notes" in name))
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "er" / "z.log.gz").write_bytes(gzip.compress(RAW))
    assert found(tmp_path, "") == [
        ("rank_2", ["rank_2.log"]),
        ("rank_10", ["rank_10.log"]),
        ("z", ["z.log.gz"]),
    ]


def test_intermediate_files_of_a_folder_are_one_trace_in_their_order(tmp_path):
    run = tmp_path / "run"
    run.mkdir()
    order = ["graphs.jsonl", "codegen.jsonl.gz", "artifacts.jsonl", "compile_artifacts.jsonl"]
    for name in sorted(order):
        (run / name).write_bytes(gzip.compress(JSONL) if name.endswith("gz") else JSONL)
    for name in OTHER_INTERMEDIATE_NAMES:
        (run / name).write_bytes(JSONL)
    assert found(tmp_path, "run") == [("run", order)]
    # The same when they are named one by one, in any order, or with their folder.
    assert found(tmp_path, *(f"run/{name}" for name in sorted(order))) == [("run", order)]
    assert found(tmp_path, "run/graphs.jsonl", "run") == [
        ("graphs", order[:1]), ("run", order[1:])
    ]  # fmt: skip
    assert found(tmp_path, "run/graphs.jsonl") == [("graphs", order[:1])]


def test_a_file_that_is_named_may_be_called_as_it_likes(tmp_path):
    (tmp_path / "raw.jsonl").write_bytes(JSONL)
    assert found(tmp_path, "raw.jsonl") == [("raw", ["raw.jsonl"])]


def test_a_file_that_is_named_twice_is_read_once(tmp_path):
    (tmp_path / "t.log").write_bytes(RAW)
    os.symlink("t.log", tmp_path / "again.log")
    assert found(tmp_path, "t.log", "", "again.log") == [("t", ["t.log"])]


def test_each_trace_has_a_folder_of_its_own(tmp_path):
    for folder in "abc":
        (tmp_path / folder).mkdir()
    (tmp_path / "a" / "t.log").write_bytes(RAW + b"a\n")
    (tmp_path / "b" / "T.log").write_bytes(RAW + b"b\n")  # One name where case does not count.
    (tmp_path / "c" / "t.log").write_bytes(RAW + b"c\n")
    assert [name for name, _ in found(tmp_path, "a", "b", "c")] == ["a/t", "b/T", "c/t"]


def test_outputs_are_not_searched(tmp_path):
    for folder in ("out", "earlier", "mine"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "t.log").write_bytes(RAW)
    (tmp_path / "earlier" / "format.json").write_text("{}")
    (tmp_path / "earlier" / "summary.json").write_text("{}")
    (tmp_path / "mine" / "format.json").write_text("{}")
    traces = find_traces([str(tmp_path)], str(tmp_path / "out"))
    assert [trace.files[0].label for trace in traces] == ["mine/t.log"]


@pytest.fixture
def stdin(monkeypatch):
    with open(os.devnull) as opened:
        monkeypatch.setattr("sys.stdin", opened)
        yield opened


@pytest.mark.usefixtures("stdin")
def test_sizes_are_as_stored_and_not_known_of_pipes(tmp_path):
    (tmp_path / "t.log.gz").write_bytes(gzip.compress(RAW))
    os.mkfifo(tmp_path / "pipe.log")
    by_name = {
        trace.name: trace
        for trace in find_traces([str(tmp_path / "t.log.gz"), str(tmp_path / "pipe.log"), "-"], "o")
    }
    assert by_name["t"].stored_bytes == (tmp_path / "t.log.gz").stat().st_size
    assert by_name["t"].files[0].format is Format.RAW_LOG
    for name in ("pipe", "stdin"):
        assert by_name[name].stored_bytes is None
        assert by_name[name].files[0].format is None


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "cannot be read"),
        (b"", "is empty"),
        (b"hello", "holds other text"),
        (b"\0" * 10, "holds binary data"),
    ],
)
def test_a_source_that_is_no_trace_is_said_to_be_none(content, sentence):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "t.log")
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(InputUnusable, match=sentence):
            find_traces([str(path)], "out")


def test_a_folder_without_a_trace_is_said_to_hold_none(tmp_path):
    (tmp_path / "a.txt").write_text("hello")
    with pytest.raises(InputUnusable, match="1 files of other kinds"):
        find_traces([str(tmp_path)], "out")
    (tmp_path / "a.txt").unlink()
    with pytest.raises(InputUnusable, match="no files"):
        find_traces([str(tmp_path)], "out")


@pytest.mark.usefixtures("stdin")
def test_a_working_folder_that_was_removed_matters_to_relative_paths_alone(tmp_path, monkeypatch):
    (tmp_path / "t.log").write_bytes(RAW)
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    path, out = str(tmp_path / "t.log"), str(tmp_path / "out")
    assert [trace.name for trace in find_traces([path, "-"], out)] == ["t", "stdin"]
    assert [trace.name for trace in find_traces([str(tmp_path)], out)] == ["t"]
    with pytest.raises(InputUnusable, match="the working folder was removed"):
        find_traces([path, "../t.log"], out)
    with pytest.raises(OutputUnusable, match="the working folder was removed"):
        find_traces([str(tmp_path)], "out")
