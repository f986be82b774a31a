"""What traces are called, where names alone do not tell them apart."""

from __future__ import annotations

import time

import pytest

from artifact_stream.sources.labels import (
    distinct_names,
    host_in,
    rank_among,
    says_trace,
    shown_path,
    without_container_ending,
)


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ([("a", "x"), ("b", "x")], ["a", "b"]),
        (
            [("rank_0", "x job_17 logs"), ("rank_0", "x job_18 logs")],
            ["job_17/rank_0", "job_18/rank_0"],
        ),
        (
            [("rank_0", "x job_17"), ("rank_0", "x job_18"), ("rank_1", "x job_17")],
            ["job_17/rank_0", "job_18/rank_0", "rank_1"],
        ),
        (
            [("rank_0", "a m b"), ("rank_0", "a n b"), ("rank_0", "a n c")],
            ["m/b/rank_0", "n/b/rank_0", "n/c/rank_0"],
        ),
        ([("rank_0", "x")] * 3, ["rank_0", "rank_0_1", "rank_0_2"]),
        ([("rank_0", "x"), ("rank_0", "x old")], ["rank_0", "old/rank_0"]),
        ([("t", "x a"), ("T", "x b")], ["a/t", "b/T"]),
        ([("t", ""), ("t", "")], ["t", "t_1"]),
        # No trace lies in another's folder.
        ([("rank_0", "a"), ("rank_0", "b"), ("a", "c")], ["a/rank_0", "b/rank_0", "a_1"]),
    ],
)
def test_the_shortest_part_of_the_folders_that_tells_traces_apart(wanted, names):
    assert distinct_names([(name, folders.split()) for name, folders in wanted]) == names


def test_folders_are_made_safe_one_by_one():
    made = distinct_names([("t", ("..", "con")), ("t", ("..", "b/../c"))])
    assert len({name.lower() for name in made}) == 2
    for name in made:
        assert all(part not in ("", ".", "..", "con") for part in name.split("/"))
        assert name.count("/") == 1


def test_thousands_of_one_name_take_time_in_proportion():
    wanted = [("rank_0", ("x",))] * 20_000
    started = time.perf_counter()
    names = distinct_names(wanted)
    assert len(set(names)) == 20_000
    assert time.perf_counter() - started < 5  # Quadratic: minutes.


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("dedicated_log_torch_trace_rank_3_abc.log", True),
        ("rank_3.log.gz", True),
        ("job.trace.log", True),
        ("rank3.jsonl", True),
        ("train.log", False),
        ("trace.json", False),
        ("traceback.txt", False),
        ("make_traces.py", False),
    ],
)
def test_names_that_say_trace(name, says):
    assert says_trace(name) is says


def test_hosts_ranks_and_endings():
    assert host_in("logs/host_gpu-17/t.log") == "gpu-17"
    assert host_in("logs/t.log") is None
    assert rank_among(("rank_1", "x", "rank_2", "y")) == 2
    assert rank_among(()) is None
    assert without_container_ending("run.tar.gz") == without_container_ending("run.zip") == "run"


def test_bytes_that_are_no_utf8_are_shown():
    assert shown_path(b"a\xff".decode("utf-8", "surrogateescape")) == "a\\xff"
    assert shown_path("é") == "é"
