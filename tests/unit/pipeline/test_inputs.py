"""What a run reads: readers are made when their turn comes, and what cannot be read is told."""

from __future__ import annotations

import pytest

from artifact_stream.errors import InputUnusable
from artifact_stream.options import MAX_EXPANSION, Options
from artifact_stream.output.summary import RunSummary
from artifact_stream.pipeline.inputs import Inputs
from artifact_stream.streams.stored_file import ReadCounter
from artifact_stream.streams.waiting import Waiting
from tests.helpers.support import raw_entry


@pytest.fixture
def inputs(tmp_path):
    opened = []

    def make(*names):
        for name in names:
            log = raw_entry("aot_joint_graph", name.encode())
            (tmp_path / name).write_bytes(log)
        made = Inputs(
            [str(tmp_path)], str(tmp_path / "out"), MAX_EXPANSION, ReadCounter(), Waiting()
        )
        opened.append(made)
        return made

    yield make
    for each in opened:
        each.close()


def test_the_size_of_all_is_known_beforehand(inputs, tmp_path):
    made = inputs("rank_0.log", "rank_1.log")
    assert made.total_bytes == sum(path.stat().st_size for path in tmp_path.iterdir())
    assert made.heads == {}
    made.open_first_pipe(reads_whole_heads=False)  # There is none.
    assert [trace.name for trace in made.in_reading_order()] == ["rank_0", "rank_1"]


def test_of_several_one_that_has_gone_meanwhile_is_told_and_costs_itself(inputs, tmp_path):
    made = inputs("rank_0.log", "rank_1.log")
    (tmp_path / "rank_0.log").unlink()
    trace, reader = made.reader_of(made.traces[0])
    reader.close()
    assert trace.is_unusable
    assert [problem.slug for problem in trace.problems] == ["source_unreadable"]
    summary = RunSummary.of(["s"], "out", Options(), [], 0, 0.0)
    made.tell(summary)
    assert summary.passed_over_count == 1
    assert summary.passed_over[0].why.startswith("cannot be opened (No such file")


def test_one_that_is_alone_ends_the_run(inputs, tmp_path):
    made = inputs("rank_0.log")
    (tmp_path / "rank_0.log").unlink()
    with pytest.raises(InputUnusable, match="cannot be opened"):
        made.reader_of(made.traces[0])
