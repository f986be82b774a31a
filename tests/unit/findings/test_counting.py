"""Counting compilations."""

from __future__ import annotations

import msgspec
import pytest

from artifact_stream.findings.compilation import CacheCounts, Compilation
from artifact_stream.findings.counting import Counting


@pytest.fixture
def counting(tmp_path):
    made = Counting(str(tmp_path))
    yield made
    made.close()


def compilation(compile_id, function="f", seconds=b"null", **members):
    return Compilation(
        compile_id=compile_id, display_name="x", function=function, seconds=msgspec.Raw(seconds),
        **members,
    )  # fmt: skip


def test_seconds_are_added_as_logged(counting):
    for seconds in (b"0.1", b"0.2", b"null", b'"x"'):
        counting.add(compilation("0_0_0", seconds=seconds, backward_seconds=msgspec.Raw(seconds)))
    counts = counting.finish(3)
    assert (counts.compile_seconds, counts.backward_seconds) == (0.3, 0.3)
    assert (counts.compilations, counts.frames, counts.recompilations) == (4, 1, 3)


def test_functions_are_told_apart_by_name_and_place_or_by_frame(counting):
    for each in (
        compilation("0_0_0", "f", file="a", line=1), compilation("0_1_0", "f", file="a", line=1),
        compilation("1_0_0", "f", file="b", line=1), compilation("2_0_0", None),
        compilation("2_1_0", None), compilation("!1_2_0_0", None),
    ):  # fmt: skip
        counting.add(each)
    assert counting.finish(0).frames == 4


def test_what_names_no_compilation_is_none_but_its_time_counts(counting):
    caches = CacheCounts(hits=1, misses=2, bypasses=3)
    counting.add(compilation("unknown", seconds=b"1", failures=1, graph_breaks=2, caches=caches))
    counts = counting.finish(0)
    assert (counts.compilations, counts.frames, counts.compile_seconds) == (0, 0, 1.0)
    assert (counts.failures, counts.graph_breaks) == (1, 2)
    assert (counts.cache_hits, counts.cache_misses, counts.cache_bypasses) == (1, 2, 3)
