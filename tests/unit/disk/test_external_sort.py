"""Sorting in bounded memory: the same as sorting in memory, and nothing is left of it."""

from __future__ import annotations

import os
import tempfile

from hypothesis import given, settings
from hypothesis import strategies as st

from artifact_stream.disk.external_sort import ExternalSorter, LineSorter

NUMBERS = st.integers(0, 3) | st.just((1 << 64) - 1)
RECORDS = st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS, NUMBERS), max_size=40)
LINES = st.lists(st.binary(max_size=6).map(lambda line: line.replace(b"\n", b"")), max_size=40)


@settings(max_examples=40)
@given(records=RECORDS, run=st.integers(1, 12))
def test_records_come_in_order(records, run):
    with tempfile.TemporaryDirectory() as folder:
        sorter = ExternalSorter(folder, run)
        for record in records:
            sorter.add(record)
        assert list(sorter.sorted_records()) == sorted(records)
        assert os.listdir(folder) == []
        sorter.close()
        sorter.close()


@settings(max_examples=40)
@given(lines=LINES, run=st.sampled_from([1, 100, 4 << 20]))
def test_lines_come_in_order_repeated_ones_too(lines, run):
    with tempfile.TemporaryDirectory() as folder:
        sorter = LineSorter(folder, run)
        for line in lines:
            sorter.add(line)
        assert list(sorter.sorted_lines()) == sorted(lines)
        assert os.listdir(folder) == []
        sorter.close()
        sorter.close()


def test_runs_that_are_read_in_blocks(tmp_path):
    # 129 records and more than 8 KiB of lines are more than is read of a run at a time.
    sorter = ExternalSorter(str(tmp_path), 200)
    for number in range(999, -1, -1):
        sorter.add((number, 0, 0, 0))
    assert [record[0] for record in sorter.sorted_records()] == list(range(1000))
    sorter.close()
    lines = LineSorter(str(tmp_path), 100_000)
    expected = sorted(b"%d" % number * (number % 50 + 1) for number in range(3000))
    for line in reversed(expected):
        lines.add(line)
    assert list(lines.sorted_lines()) == expected
    lines.close()
