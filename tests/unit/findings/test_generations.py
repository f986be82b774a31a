"""Which compilation a fact belongs to."""

from __future__ import annotations

import pytest

from artifact_stream.findings.generations import Generations
from tests.helpers.facts import fact, metrics


@pytest.fixture
def generations(tmp_path):
    made = Generations(str(tmp_path))
    yield made
    made.close()


def placed(generations, *facts):
    return [generations.place(each) for each in facts]


def test_attempts_are_one_compilation(generations):
    places = placed(
        generations,
        fact("start", "0_0_0", 1), fact("graph_break", "0_0_0", 2), fact("start", "0_0_1", 3),
        metrics("0_0_1", 4), fact("metrics", "0_0_0", 5, type="bwd_compilation_metrics"),
    )  # fmt: skip
    assert places == [(1, 0)] * 5


def test_an_id_that_begins_again_after_its_end_is_another_compilation(generations):
    places = placed(
        generations,
        fact("start", "0_0_0", 1), metrics("0_0_0", 2), fact("failure", "0_0_0", 2, type="x"),
        fact("recompilation", "0_0_0", 3), fact("start", "0_0_0", 4), metrics("0_0_0", 5),
        fact("recompilation", "0_0_0", 5, type="compilation_metrics"),
        fact("start", "1_0_0", 6),
    )  # fmt: skip
    assert places == [(1, 0), (1, 0), (1, 0), (3, 1), (3, 1), (3, 1), (3, 1), (6, 0)]


def test_a_first_attempt_begins_another_though_none_has_ended(generations):
    assert placed(generations, *[fact("start", "0_0_0", n) for n in (1, 2)]) == [(1, 0), (2, 1)]


def test_a_log_without_beginnings_tells_them_apart_by_their_ends(generations):
    assert placed(generations, metrics("0_0_0", 1), metrics("0_0_1", 2)) == [(1, 0), (2, 1)]


def test_processes_and_sources_have_their_own_ids(generations):
    places = placed(
        generations,
        fact("start", line=1, process=1, source="a"), fact("start", line=2, process=2, source="a"),
        fact("start", line=1, process=1, source="b"), fact("cache", line=3, process=2, source="a"),
    )  # fmt: skip
    assert places[0] < places[1] < places[2]
    assert places[3] == places[1]


def test_what_only_an_artifact_names_has_a_place_once(generations):
    generations.place(fact("start", "0_0_0", 1))
    assert generations.place_of_other("0_0_1", None, 2) is None
    assert generations.place_of_other("1_0_0", None, 3) == 3
    assert generations.place_of_other("1_0_0", None, 4) is None


def test_any_number_of_generations_and_ids(generations):
    for n in range(6000):
        assert generations.place(fact("start", "0_0_0", n))[1] == min(n, 4095)
    places = [generations.place(fact("start", f"{n}_1_0", 10_000 + n)) for n in range(20_000)]
    assert places == [(10_000 + n, 0) for n in range(20_000)]
    assert generations.place(fact("metrics", "0_1_0", 99_999, type="bwd_x")) == (10_000, 0)


@pytest.mark.parametrize("compile_id", ["x", "0_0_99999999999", "-_-_-", ""])
def test_any_compile_id_has_a_place(generations, compile_id):
    assert placed(generations, fact("start", compile_id), metrics(compile_id)) == [(1, 0), (1, 0)]
