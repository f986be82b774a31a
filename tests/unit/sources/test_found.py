"""What a search has found: in which order it is read, what is told of what it passed over."""

from __future__ import annotations

import pytest

from artifact_stream.sources import heads
from artifact_stream.sources.compressed_tar import CompressedTar
from artifact_stream.sources.containers import Member
from artifact_stream.sources.found import Found
from artifact_stream.sources.heads import EMPTY, UNREADABLE, UNRECOGNISED, Refusal
from artifact_stream.sources.left_out import LeftOut, matters, names_a_trace
from artifact_stream.sources.trace import SourceFile, TraceSource
from tests.helpers.packed import tar_of


def test_members_of_what_is_read_forward_come_one_by_one(tmp_path):
    (tmp_path / "c").write_bytes(tar_of({"a": b"x"}, "w:gz"))
    container = CompressedTar(str(tmp_path / "c"), None, "c", str(tmp_path))

    def trace(name, place=None):
        member = None if place is None else Member(container, name, place, 1)
        return TraceSource(name, (SourceFile(name, name, None, 1, member),))

    found = Found([trace("b", 900), trace("x"), trace("a", 100)], [], [container])
    assert [each.name for each in found] == ["b", "x", "a"]
    assert [each.name for each in found.in_reading_order()] == ["a", "b", "x"]
    container.unpack()
    assert [each.name for each in found.in_reading_order()] == ["b", "x", "a"]
    found.close()


@pytest.mark.parametrize(
    ("name", "slug", "is_told"),
    [
        ("dedicated_log_torch_trace_rank_3_ab.log", UNRECOGNISED, True),
        ("rank_3", UNRECOGNISED, True),
        ("notes.txt", UNRECOGNISED, False),
        ("train.log", EMPTY, True),
        ("__init__.py", EMPTY, False),
        (".lock", EMPTY, False),
        ("DONE", EMPTY, False),
        ("notes.txt", UNREADABLE, True),
        ("data.bin", heads.DAMAGED, True),
        ("model.7z", heads.UNSUPPORTED, True),
    ],
)
def test_what_may_be_the_file_that_matters_is_told_of(name, slug, is_told):
    assert matters(name, Refusal(slug, "is such")) is is_told
    assert names_a_trace(name) is ("rank_3" in name)


def test_what_is_passed_over_is_a_problem_in_one_sentence():
    problem = LeftOut("a/b.log", EMPTY, "is empty").problem
    assert (problem.slug, problem.source) == ("source_empty", "a/b.log")
    assert problem.message == "It was passed over: it is empty."
