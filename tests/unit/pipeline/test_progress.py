"""How far a run has come, in numbers that somebody else polls."""

from __future__ import annotations

import pytest

from artifact_stream.framing.passed_over import PassedOver
from artifact_stream.output.counts import SkipReason
from artifact_stream.pipeline.progress import RunProgress
from artifact_stream.streams.stored_file import ReadCounter


@pytest.mark.parametrize(
    ("total", "read", "ratio"),
    [
        (None, 10, None),  # A pipe: nobody knows.
        (100, 0, None),
        (0, 0, None),
        (100, 25, 3.0),
        (100, 100, 0.0),
    ],
)
def test_what_is_left_for_each_byte_read(total, read, ratio):
    progress = RunProgress(ReadCounter(), total)
    progress.read.stored_bytes = read
    assert progress.remaining_ratio() == ratio


def test_a_file_that_grows_while_it_is_read_has_less_than_nothing_left():
    progress = RunProgress(ReadCounter(), 100)
    progress.read.stored_bytes = 125
    assert progress.remaining_ratio() < 0  # No worker is worth it then.


def test_entries_passed_over_are_entries_read():
    passed_over = PassedOver({"str": SkipReason.STRING_TABLE})
    progress = RunProgress(entries_taken=3, passed_over=passed_over)
    passed_over.tallies["str"].entries += 4
    assert progress.entries == 7


def test_counters_of_two_runs_are_not_shared():
    first, second = RunProgress(), RunProgress()
    first.read.stored_bytes = 9
    assert second.read.stored_bytes == 0
    assert first.passed_over is not second.passed_over
