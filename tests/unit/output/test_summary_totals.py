"""What a run did, in all: the sum of its traces, and its index files as they were."""

from __future__ import annotations

import io
import os

import pytest
import xxhash

from artifact_stream.layout import INDEX_FILES
from artifact_stream.options import Options
from artifact_stream.output import summary as summary_module
from artifact_stream.output.counts import (
    MAX_COUNTED_TYPES,
    MAX_TYPE_CHARS,
    SkipReason,
    TraceCounts,
    TypeCounts,
)
from artifact_stream.output.index_file import measured_index
from artifact_stream.output.summary import RunSummary, TraceSummary, read_summary_text


def trace(folder, files, **more):
    counts = TraceCounts(files=files, by_type={"a": TypeCounts(written=files)}, **more)
    return TraceSummary(folder, [f"{folder}.log"], counts, 1.0)


def test_a_run_counts_what_its_traces_count():
    traces = [trace("x", 1, problems={"p": 2}), trace("y", 3, problems={"p": 1, "q": 1})]
    summary = RunSummary.of(["in"], "out", Options(), traces, 1000, 4.0)
    assert summary.counts.files == 4
    assert summary.counts.by_type["a"].written == 4
    assert summary.counts.problems == {"p": 3, "q": 1}
    assert summary.bytes_per_second == 250
    assert traces[0].counts.files == 1


def test_a_run_that_took_no_time_has_no_speed():
    assert RunSummary.of([], "out", Options(), [], 1000, 0.0).bytes_per_second == 0


def test_a_trace_is_called_by_its_folder_or_its_only_file():
    assert trace("rank_0", 0).title == "rank_0"
    assert TraceSummary(".", ["a.log", "b"], TraceCounts(), 0.0).title == "a.log"


@pytest.mark.parametrize("size", [0, 5, (256 << 10) + 1])
def test_an_index_file_is_measured(size):
    data = os.urandom(size)
    measured = measured_index(io.BytesIO(data))
    assert measured.bytes == size
    assert measured.digest == f"xxh3_128:{xxhash.xxh3_128_hexdigest(data)}"


@pytest.mark.parametrize("folder", [".", "rank_0"])
def test_the_index_files_of_a_trace_are_noted(folder, tmp_path):
    root = tmp_path / folder if folder != "." else tmp_path
    root.mkdir(exist_ok=True)
    for name in INDEX_FILES:
        (root / name).write_text(name)
    summary = trace(folder, 0)
    summary.note_indexes(str(root))
    assert {name: index.bytes for name, index in summary.indexes.items()} == {
        name: len(name) for name in INDEX_FILES
    }


def test_what_is_written_is_read():
    summary = RunSummary.of(["in"], "out", Options(lazy=True), [trace("x", 1)], 10, 2.0)
    assert read_summary_text(summary.as_json()) == summary


def test_a_summary_is_never_longer_than_its_reader_takes(monkeypatch):
    monkeypatch.setattr(summary_module, "MAX_SUMMARY_BYTES", 1 << 18)
    traces = []
    for number in range(10):
        counts = TraceCounts()
        for each in range(MAX_COUNTED_TYPES + 1):
            name = f"{number}-{each}" + "\U0001f600" * MAX_TYPE_CHARS
            counts.skip(name, SkipReason.OTHER_MODULE, 1 + each)
        traces.append(TraceSummary(f"t{number}", ["x"], counts, 1.0))
    summary = RunSummary.of(["in"], "out", Options(), traces, 1, 1.0)
    text = summary.as_json()
    assert len(text) < 1 << 18
    again = read_summary_text(text)
    assert again == summary
    assert (
        sum(each.entries for each in again.counts.by_type.values()) == summary.counts.entries_read
    )
    assert len(again.traces[0].counts.by_type) > 1
