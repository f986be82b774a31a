"""What an interrupted run has left of a trace, and what is kept for the next one."""

from __future__ import annotations

import json
import os
from types import SimpleNamespace

import pytest

from artifact_stream.entries import Entry
from artifact_stream.errors import OutputUnusable
from artifact_stream.facts.once import Once
from artifact_stream.framing.passed_over import PassedOver
from artifact_stream.output.counts import TraceCounts
from artifact_stream.pipeline.resuming import Checkpoints, EarlierRun, start_of
from artifact_stream.resume.checkpoint import Checkpoint
from artifact_stream.resume.recovery import Recovered
from artifact_stream.sources.position import FilePosition
from artifact_stream.writers import ArtifactWriter
from tests.helpers.support import open_descriptors

FILES = ("directory.jsonl", "problems.jsonl", "facts.jsonl")


def checkpoint(**fields):
    known = {
        "boot_id": "", "positions": [], "counts": TraceCounts(), "passed_over": {},
        "index_bytes": 0, "problems_bytes": 0, "planned": 0, "packs": 0,
    }  # fmt: skip
    return Checkpoint(**(known | fields))


@pytest.fixture
def writer(tmp_path):
    writer = ArtifactWriter(str(tmp_path))
    yield writer
    writer.abandon()


def earlier_run(writer, recovered=None, **options):
    return EarlierRun(writer, recovered, SimpleNamespace(), SimpleNamespace(), **options)


def close(earlier):
    earlier.stop()
    for file in (earlier.index, earlier.problems, earlier.facts):
        file.close()


def test_a_trace_begins_where_its_checkpoint_is():
    done = checkpoint(planned=3)
    assert start_of(Recovered(done)) is done
    assert start_of(None) == start_of(Recovered()) == checkpoint()


def test_nothing_is_left_of_a_trace_that_nobody_has_begun(writer, tmp_path):
    earlier = earlier_run(writer)
    assert [os.stat(tmp_path / name).st_size for name in FILES] == [0, 0, 0]
    assert earlier.take(Entry("x")) is None
    close(earlier)


def test_files_go_on_behind_what_the_checkpoint_tells_of(writer, tmp_path):
    for name in FILES:
        (tmp_path / name).write_bytes(b"{}\n")
    earlier = earlier_run(
        writer, Recovered(checkpoint(index_bytes=3, problems_bytes=3, facts_bytes=3))
    )
    assert (earlier.index.length, earlier.problems.length, earlier.facts.length) == (3, 3, 3)
    earlier.facts.add_line(b"[]\n")
    close(earlier)
    assert (tmp_path / "facts.jsonl").read_bytes() == b"{}\n[]\n"


def test_lines_behind_the_checkpoint_are_given_to_their_entries(writer, tmp_path):
    line = {"compile_id": "x", "name": "a", "url": "x/a", "type": "t", "rank": None, "bytes": 1,
            "lazy_loader": None, "line": 4}  # fmt: skip
    text = json.dumps(line).encode() + b"\n"
    (tmp_path / "directory.jsonl").write_bytes(text)
    (tmp_path / "problems.jsonl").touch()
    (tmp_path / "facts.jsonl").touch()
    earlier = earlier_run(writer, Recovered())
    assert earlier.take(Entry("t", line=3)) is None
    assert earlier.take(Entry("t", line=4)).text == text
    assert earlier.take(Entry("t", line=4)) is None
    close(earlier)


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_cannot_be_opened_leaves_none_open(name, writer, tmp_path):
    (tmp_path / name).mkdir()
    before = open_descriptors()
    with pytest.raises(OutputUnusable):
        earlier_run(writer)
    assert open_descriptors() == before


class Work:
    finished = 0

    def finish(self):
        self.finished += 1


@pytest.fixture
def checkpoints(writer):
    earlier, work = earlier_run(writer), Work()
    earlier.facts.add_line(b"{}\n")
    packing = SimpleNamespace(is_between_packs=False, made=2)
    saved = []
    made = Checkpoints(
        SimpleNamespace(save=saved.append),
        earlier,
        SimpleNamespace(planned=5),
        TraceCounts(entries_read=7),
        work,
        packing,
        Once(),
    )
    yield SimpleNamespace(made=made, packing=packing, saved=saved, work=work)
    close(earlier)


def test_a_checkpoint_tells_how_far_each_file_has_come(checkpoints):
    checkpoints.packing.is_between_packs = True
    checkpoints.made.make([FilePosition(12, 3)], PassedOver(["str"]))
    [text] = checkpoints.saved
    kept = Checkpoint.decode(text)
    assert (kept.index_bytes, kept.problems_bytes, kept.facts_bytes) == (0, 0, 3)
    assert (kept.planned, kept.packs, kept.counts.entries_read) == (5, 2, 7)
    assert (kept.positions, kept.passed_over) == ([FilePosition(12, 3)], {"str": (0, 0)})
    assert checkpoints.work.finished == 1


def test_none_is_made_while_a_pack_is_being_filled(checkpoints):
    checkpoints.made.make([], PassedOver())
    assert (checkpoints.saved, checkpoints.work.finished) == ([], 0)
