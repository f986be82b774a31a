"""Reading a trace: its entries in order of time, and resuming from any position."""

from __future__ import annotations

import gzip
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artifact_stream.entries import Entry
from artifact_stream.errors import InputUnusable, Problem
from artifact_stream.framing.detect import HEAD_BYTES
from artifact_stream.framing.passed_over import PassedOver
from artifact_stream.sources.position import FilePosition
from artifact_stream.sources.reader import TraceReader
from artifact_stream.sources.trace import SourceFile, TraceSource
from artifact_stream.streams.stored_file import ReadCounter
from tests.helpers.support import FRAME_0, jsonl_entry, raw_entry


def trace_of(folder, *contents):
    """A trace of files with these contents."""
    files = []
    for number, data in enumerate(contents):
        path = Path(folder, f"{number}.jsonl")
        path.write_bytes(data)
        files.append(SourceFile(str(path), path.name, None, len(data)))
    return TraceSource("t", tuple(files))


def fact(item):
    return item.slug if isinstance(item, Problem) else (item.type, item.payload.whole())


def read(trace, folder, start=None, *, stop_behind=None, passed_over=None):
    """What comes, and the positions at each item; None where there are none."""
    counter = ReadCounter()
    reader = TraceReader(trace, counter)
    facts, positions = [], []
    try:
        for item in reader.entries(passed_over or PassedOver(), folder, start):
            facts.append(fact(item))
            positions.append(reader.positions())
            if len(facts) == stop_behind:
                break
    finally:
        reader.close()
    return facts, positions, counter.stored_bytes


TIMES = st.lists(st.sampled_from([None, "1", "2", "3"]), max_size=6)


@settings(max_examples=40)
@given(first=TIMES, second=TIMES)
def test_files_are_merged_by_time_and_each_stays_in_order(first, second):
    """An item's time is the latest up to it in its file; ties come in the order of the files."""
    expected, contents = [], []
    for file, times in enumerate((first, second)):
        latest, lines = "", [jsonl_entry("head", str(file).encode())]
        expected.append(("", file, -1, ("head", str(file).encode())))
        for number, time in enumerate(times):
            payload = f"{file}-{number}".encode()
            stamp = {} if time is None else {"timestamp": time}
            lines.append(jsonl_entry("e", payload, **stamp))
            latest = max(latest, time or "")
            expected.append((latest, file, number, ("e", payload)))
        contents.append(b"".join(lines))
    with tempfile.TemporaryDirectory() as folder:
        facts, _, stored_bytes = read(trace_of(folder, *contents), folder)
    assert facts == [item[3] for item in sorted(expected)]
    assert stored_bytes == sum(map(len, contents))


LOG = (
    raw_entry("a", b"1", **FRAME_0)
    + b"no entry\n"
    + raw_entry("b", b"2\nb", **FRAME_0, c={})  # Two types share a line.
    + raw_entry("skipped", b"3")
    + raw_entry("d", None)
)


@pytest.mark.parametrize("compress", [bytes, gzip.compress])
def test_another_reader_goes_on_where_the_positions_say(compress, tmp_path):
    trace = trace_of(tmp_path, compress(LOG))
    whole, _, _ = read(trace, str(tmp_path), passed_over=PassedOver({"skipped"}))
    assert whole == [("a", b"1"), "not_an_entry", ("b", b"2\nb"), ("c", b"2\nb"), ("d", b"")]
    for count in range(1, len(whole) + 1):
        passed_over = PassedOver({"skipped"})
        _, positions, _ = read(trace, str(tmp_path), stop_behind=count, passed_over=passed_over)
        start = positions[-1]
        if whole[count - 1][0] == "c":
            assert start is None  # It stands on a line with the item before it.
            continue
        counted = passed_over.entries
        rest, _, _ = read(trace, str(tmp_path), start, passed_over=passed_over)
        assert rest == whole[count - 1 :]
        assert passed_over.entries == 1
        assert counted == (whole[count - 1][0] == "d")


def test_a_file_that_was_read_to_its_end_counts_as_read(tmp_path):
    trace = trace_of(tmp_path, jsonl_entry("a", b"1"), jsonl_entry("b", b"2", timestamp="9"))
    end = [FilePosition(is_at_end=True), FilePosition(0, 1)]
    facts, _, stored_bytes = read(trace, str(tmp_path), end)
    assert facts == [("b", b"2")]
    assert stored_bytes == trace.stored_bytes


def test_a_position_behind_the_end_is_another_file(tmp_path):
    trace = trace_of(tmp_path, gzip.compress(LOG))
    with pytest.raises(InputUnusable, match="shorter"):
        read(trace, str(tmp_path), [FilePosition(len(LOG) + 1, 99)])


def test_damage_is_a_problem_behind_the_last_entry(tmp_path):
    cut = gzip.compress(LOG + raw_entry("z", b"z"))[:-12]
    facts, positions, _ = read(trace_of(tmp_path, cut), str(tmp_path))
    assert facts[:2] == [("a", b"1"), "not_an_entry"]
    assert facts[-1] == "source_damaged"
    assert positions[-1] is None


def test_what_holds_no_trace_is_described(tmp_path):
    with pytest.raises(InputUnusable, match=r"0\.jsonl holds other text"):
        TraceReader(trace_of(tmp_path, b"hello\n"), ReadCounter())


def test_heads_are_what_the_files_begin_with(tmp_path):
    long = raw_entry("a", b"x" * HEAD_BYTES)
    reader = TraceReader(trace_of(tmp_path, gzip.compress(long), LOG), ReadCounter())
    assert reader.heads == [long[:HEAD_BYTES], LOG]
    assert reader.last_may_be_cut
    reader.close()
    reader = TraceReader(trace_of(tmp_path, jsonl_entry("a")), ReadCounter())
    assert not reader.last_may_be_cut
    reader.close()


def test_entries_know_where_they_stand(tmp_path):
    reader = TraceReader(trace_of(tmp_path, LOG), ReadCounter())
    for item in reader.entries(PassedOver(), str(tmp_path)):
        if isinstance(item, Entry):
            line = LOG[item.offset_bytes :].split(b"\n")[0]
            assert item.first_line == line
            assert LOG[: item.offset_bytes].count(b"\n") == item.line - 1
    reader.close()
