"""The same bytes are read once, whatever they are called and however they are compressed."""

from __future__ import annotations

import gzip

import pytest

from artifact_stream.framing.formats import Format
from artifact_stream.sources.copies import without_copies
from artifact_stream.sources.drafts import Draft
from artifact_stream.sources.heads import Head
from artifact_stream.sources.trace import SourceFile, TraceSource
from artifact_stream.sources.walk import look_at_file
from tests.helpers.support import raw_entry

LOG = raw_entry("aot_joint_graph", b"graph")
LONG = LOG + raw_entry("artifact", b"x" * 100_000, {"name": "long"})


@pytest.fixture
def draft(tmp_path):
    def make(name, data, rank=None, **more):
        (tmp_path / name).write_bytes(data)
        head = look_at_file(str(tmp_path / name))
        assert isinstance(head, Head)
        file = SourceFile(str(tmp_path / name), name, Format.RAW_LOG, len(data))
        return Draft(TraceSource(name, (file,)), (head,), said_rank=rank, **more)

    return make


def left(*drafts):
    traces = [each.trace for each in without_copies(list(drafts))]
    return {trace.name: tuple(file.label for file in trace.about.copies) for trace in traces}


def test_what_begins_alike_and_ends_otherwise_is_two(draft):
    assert left(draft("a", LONG + LOG), draft("b", LONG + LOG + LOG)) == {"a": (), "b": ()}


@pytest.mark.parametrize("data", [LOG, LONG], ids=["short", "long"])
def test_the_same_bytes_are_one_which_is_told_of_the_other(draft, data):
    assert left(draft("a", data), draft("b.gz", gzip.compress(data))) == {"a": ("b.gz",)}


def test_two_ranks_are_two_whatever_they_hold(draft):
    named = [draft("rank_0", LOG, 0), draft("rank_1", LOG, 1)]
    assert left(*named) == {"rank_0": (), "rank_1": ()}
    assert left(draft("x", LOG), *named) == {"rank_0": ("x",), "rank_1": ()}


def test_what_tlparse_keeps_of_a_log_is_the_copy(draft):
    kept = draft("raw.log", LOG, is_copy_of_log=True)
    assert left(kept, draft("t.log", LOG)) == {"t.log": ("raw.log",)}


def test_a_file_that_is_gone_meanwhile_is_left_to_its_reader(draft, tmp_path):
    drafts = [draft("a", LONG), draft("b", LONG)]
    (tmp_path / "a").unlink()
    assert left(*drafts) == {"a": (), "b": ()}
