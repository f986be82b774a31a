"""Runs that are killed: what is there is true, and resuming gives what nothing has happened to."""

from __future__ import annotations

import gzip
import json
import os
import random
from pathlib import Path

import pytest

from tests.helpers.crashes import (
    SMALL_LOG,
    assert_same_output,
    assert_true_so_far,
    comparable,
    emptied,
)
from tests.helpers.intermediate import intermediate_files
from tests.helpers.support import TRACES

pytestmark = pytest.mark.slow

SEED = int(os.environ.get("KILL_SEED", "20261124"))
KILLS_A_RUN = 12
"""Of the operations of a small run, so many are tried; all of them with KILL_ALL=1."""

REAL = ["training", "inference", "ddp", "recompiles"]
CASES = [
    (scenario, lazy, jobs)
    for scenario in [*REAL, "intermediate"]
    for lazy in (False, True)
    for jobs in (1, 3)
]
KILLS_A_CASE = 3


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("small") / "t.log"
    path.write_bytes(SMALL_LOG)
    return path


def points(count: int, seed: str) -> list[int]:
    """Operations at which something is to happen; said, so that a failure can be tried again."""
    if os.environ.get("KILL_ALL"):
        return list(range(1, count + 1))
    chosen = sorted(random.Random(f"{SEED} {seed}").sample(range(1, count + 1), KILLS_A_RUN))
    print(f"KILL_SEED={SEED} {seed}: at {chosen} of {count}")
    return chosen


@pytest.mark.parametrize("lazy", [False, True])
@pytest.mark.parametrize("windows", [False, True])
def test_killed_at_an_operation_that_writes(lazy, windows, injector, small, tmp_path):
    order = {"options": {"lazy": lazy}, "windows": windows}
    whole = injector.run(small, tmp_path / "whole", **order)
    assert whole.exit_code == 0
    expected = comparable(tmp_path / "whole")
    chosen = points(whole.operations, f"{lazy} {windows}")
    if windows and not os.environ.get("KILL_ALL"):
        chosen = chosen[::3]
    for at in chosen:
        out = emptied(tmp_path / "out")
        assert injector.run(small, out, at=at, **order).exit_code == -9
        assert_true_so_far(out)
        if at % 3 == 0:  # Killed once more, while it goes on.
            injector.run(small, out, resume=True, at=at // 3, **order)
            assert_true_so_far(out)
        assert injector.run(small, out, resume=True, **order).exit_code == 0, at
        assert_same_output(out, expected)


def test_killed_without_checkpoints(injector, small, tmp_path):
    """As runs of less than two seconds are: all that is listed is looked at again."""
    whole = injector.run(small, tmp_path / "whole", interval=None)
    expected = comparable(tmp_path / "whole")
    for at in points(whole.operations, "no checkpoints")[::3]:
        out = emptied(tmp_path / "out")
        injector.run(small, out, at=at, interval=None)
        assert_true_so_far(out)
        assert injector.run(small, out, resume=True, interval=None).exit_code == 0, at
        assert_same_output(out, expected)


@pytest.fixture(scope="module")
def sources(tmp_path_factory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("intermediate")
    log = next((TRACES / "graph_breaks").glob("*.gz"))
    for name, data in intermediate_files(gzip.decompress(log.read_bytes())).items():
        (folder / name).write_bytes(data)
    return {**{name: TRACES / name for name in REAL}, "intermediate": folder}


@pytest.mark.parametrize(("scenario", "lazy", "jobs"), CASES)
def test_killed_at_a_random_point(scenario, lazy, jobs, injector, sources, tmp_path):
    source = sources[scenario]
    order = {"options": {"lazy": lazy}, "jobs": jobs, "workers_at_once": True}
    whole = injector.run(source, tmp_path / "whole", **order)
    assert whole.exit_code == 0
    expected = comparable(tmp_path / "whole")
    seconds = json.loads((tmp_path / "whole" / "summary.json").read_bytes())["wall_seconds"]
    chance = random.Random(f"{SEED} {scenario} {lazy} {jobs}")
    for kill in range(KILLS_A_CASE):
        out = emptied(tmp_path / "out")
        # With and without checkpoints; by the clock, all processes at once, or at an operation.
        interval = chance.choice([0.0, None])
        when = {"kill_after": chance.uniform(0, seconds)}
        if kill == 0:
            when = {"at": chance.randint(1, whole.operations)}
        print(f"KILL_SEED={SEED}: {when}, checkpoints after {interval}")
        injector.run(source, out, interval=interval, **when, **order)
        assert_true_so_far(out)
        if kill == 1:
            again = {"kill_after": chance.uniform(0, seconds)}
            injector.run(source, out, resume=True, interval=interval, **again, **order)
            assert_true_so_far(out)
        ended = injector.run(source, out, resume=True, interval=interval, **order)
        assert ended.exit_code == 0, ended.message
        assert_same_output(out, expected)


def test_there_are_at_least_50_kills_of_real_traces():
    assert len(CASES) * KILLS_A_CASE >= 50
    assert {lazy for _, lazy, _ in CASES} == {False, True}
    assert {jobs for _, _, jobs in CASES} == {1, 3}


def whole_lines(path: Path) -> list[bytes]:
    """The lines of a file; the last one may be torn."""
    return [line for line in path.read_bytes().splitlines(True) if line.endswith(b"\n")]


@pytest.mark.parametrize("lazy", [False, True])
@pytest.mark.parametrize("interval", [0.0, None])
def test_what_is_in_the_index_is_not_written_again(lazy, interval, injector, tmp_path):
    source = TRACES / "recompiles"
    order = {"options": {"lazy": lazy}, "interval": interval}
    whole = injector.run(source, tmp_path / "whole", **order)
    out = tmp_path / "out"
    injector.run(source, out, at=whole.operations * 2 // 3, **order)
    listed = [
        line["url"].partition("#")[0]
        for line in map(json.loads, whole_lines(out / "directory.jsonl"))
        if line["bytes"] is not None and not {"invalid_json"} & set(line["flags"])
    ]
    before = {url: os.stat(out / url) for url in listed}
    assert len(before) > (1 if lazy else 20)
    assert injector.run(source, out, resume=True, **order).exit_code == 0
    for url, status in before.items():
        now = os.stat(out / url)
        assert (now.st_ino, now.st_mtime_ns) == (status.st_ino, status.st_mtime_ns), url
    assert_same_output(out, comparable(tmp_path / "whole"))


@pytest.mark.parametrize("lazy", [False, True])
def test_overwriting_a_killed_run(lazy, injector, small, tmp_path):
    order = {"options": {"lazy": lazy}}
    whole = injector.run(small, tmp_path / "whole", **order)
    expected = comparable(tmp_path / "whole")
    for at in points(whole.operations, f"overwrite {lazy}")[::3]:
        out = emptied(tmp_path / "out")
        injector.run(small, out, at=at, **order)
        if not (out / "format.json").exists():
            continue
        # Killed while it removes what the first one left; then once more to the end.
        injector.run(small, out, overwrite=True, at=max(1, at // 4), **order)
        again = {"resume": True} if at % 2 else {"overwrite": True}
        assert injector.run(small, out, **again, **order).exit_code == 0, at
        assert_same_output(out, expected)


def test_files_of_others_keep_their_names(injector, small, tmp_path):
    """Files that a killed run has made are not taken for somebody else's."""
    order = {"overwrite": True}
    out, kept = tmp_path / "out", tmp_path / "kept"
    for folder in (out, kept):
        injector.run(small, folder)
        (folder / "0_0_0" / "mine.txt").write_text("mine")
        (folder / "0_0_0" / "same_1.txt").unlink()
        index = (folder / "directory.jsonl").read_bytes()
        (folder / "directory.jsonl").write_bytes(
            b"".join(line for line in index.splitlines(True) if b'"same_1.txt"' not in line)
        )
        (folder / "0_0_0" / "same_1.txt").write_text("not of a run")
    whole = injector.run(small, kept, **order)
    assert (kept / "0_0_0" / "same_2.txt").read_text() == "y"
    for at in points(whole.operations, "others")[::3]:
        injector.run(small, out, at=at, **order)
        state = "interrupted" if (out / ".artifact-stream" / "run.json").exists() else "none"
        again = {"resume": True} if state == "interrupted" else order
        assert injector.run(small, out, **again).exit_code == 0, at
        assert comparable(out) == comparable(kept)
