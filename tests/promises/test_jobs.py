"""Several processes: the same output as one, whatever happens to them, in bounded memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artifact_stream import Options, run
from artifact_stream.errors import InputUnusable, OutputUnusable, WrongUsage
from artifact_stream.pipeline import ordered as ordered_work_module
from artifact_stream.pipeline.ordered import OrderedWork
from artifact_stream.workers import pool as pool_module
from artifact_stream.workers import process as worker_process
from artifact_stream.workers import start as worker_start
from artifact_stream.workers import worker as worker_module
from artifact_stream.workers.pool import WorkerPool
from tests.helpers.random_entries import BROKEN, ENTRIES
from tests.helpers.support import (
    FRAME_0,
    SCENARIOS,
    TRACES,
    assert_same_tree,
    jsonl,
    jsonl_entry,
    raw_entry,
    tree,
)
from tests.helpers.watched_pool import WatchedPool, watch_pools

pytestmark = pytest.mark.slow

# Runs in the worker before it starts: what it does to an entry is changed there.
TAMPERED = """
import os, sys, time
sys.path[:] = sys.argv[1].split(os.pathsep)
from artifact_stream.workers import process as worker_process
perform = worker_process.perform
def tampered(task, payload, staging):
    text = getattr(task.payload, "text", b"")
    {what}
    return perform(task, payload, staging)
worker_process.perform = tampered
worker_process.main()
"""


@pytest.fixture
def at_once(monkeypatch):
    """Every run of the test uses its workers from the first entry on."""
    watch_pools(monkeypatch)


def extract(source, out, jobs, **options):
    summary = run([str(source)], str(out), Options(**options), jobs=jobs)
    made = tree(Path(out))
    content = json.loads(made.pop("summary.json"))
    for key in ("wall_seconds", "bytes_per_second", "peak_memory_bytes", "arguments"):
        del content[key]
    for trace in content["traces"]:
        del trace["wall_seconds"]
    made["summary.json"] = json.dumps(content).encode()
    return summary, made


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("plain_text", [False, True])
def test_the_same_tree_and_index_of_real_traces(
    scenario, plain_text, at_once, monkeypatch, tmp_path
):
    _, alone = extract(TRACES / scenario, tmp_path / "1", 1, plain_text=plain_text)
    for jobs, copied in ((2, False), (3, True)):
        monkeypatch.setattr(worker_start, "_may_copy", lambda copied=copied: copied)
        _, together = extract(TRACES / scenario, tmp_path / str(jobs), jobs, plain_text=plain_text)
        assert WatchedPool.used["taken"] > 0
        assert_same_tree(together, alone)


@settings(max_examples=25)
@given(
    entries=st.lists(st.one_of(ENTRIES, BROKEN), min_size=1, max_size=40),
    large=st.sampled_from([2000, 1 << 20]),
    jobs=st.sampled_from([2, 4]),
)
def test_the_same_tree_and_index_of_random_traces(entries, large, jobs):
    raw = b"".join(
        item if isinstance(item, bytes) else raw_entry(*item, **FRAME_0) for item in entries
    )
    lines = b"".join(
        jsonl_entry(*item, compile_id="0_0_0") if isinstance(item, tuple) else b"no entry\n"
        for item in entries
    )
    raw = raw_entry("aot_joint_graph", b"first", **FRAME_0) + raw
    lines = jsonl_entry("aot_joint_graph", b"first") + lines
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        watch_pools(patch)
        for framer in ("raw_log.RawLogFramer", "jsonl.JsonlFramer"):
            patch.setattr(f"artifact_stream.framing.{framer}.large_bytes", large)
        for name, data in (("t.log", raw), ("t.jsonl", lines)):
            source = Path(folder, name)
            source.write_bytes(data)
            _, alone = extract(source, Path(folder, f"{name}-1"), 1)
            _, together = extract(source, Path(folder, f"{name}-2"), jobs)
            assert_same_tree(together, alone)


def many(count=60, marked=30):
    """A log of small graphs, one of which holds the word that a tampered worker looks for."""
    return b"".join(
        raw_entry("graph_dump", b"marked" if n == marked else b"x", {"name": f"g{n}"}, **FRAME_0)
        for n in range(count)
    )


def without_report(made):
    """A tree without the files that tell of problems."""
    own = ("problems.jsonl", "summary.json", "index.html")
    return {
        name: data
        for name, data in made.items()
        if name not in own and not name.startswith("report/")
    }


def tamper(monkeypatch, what):
    monkeypatch.setattr(worker_start, "_may_copy", lambda: False)
    monkeypatch.setattr(worker_start, "_CODE", TAMPERED.replace("{what}", what))


def test_an_entry_that_kills_its_worker_costs_that_entry_alone(at_once, monkeypatch, tmp_path):
    (tmp_path / "t.log").write_bytes(many())
    _, expected = extract(tmp_path / "t.log", tmp_path / "expected", 1)
    tamper(monkeypatch, 'if b"marked" in text: os.kill(os.getpid(), 9)')
    summary, made = extract(tmp_path / "t.log", tmp_path / "out", 2)
    counts = summary.counts
    assert (counts.entries_written, counts.entries_unusable) == (59, 1)
    assert counts.problems == {"worker_died": 1}
    (problem,) = jsonl(tmp_path / "out" / "problems.jsonl")
    assert (problem["line"], problem["entry_written"]) == (61, False)
    assert "signal 9" in problem["message"]
    assert set(expected) - set(made) == {"0_0_0/g30.txt"}
    assert not (tmp_path / "out" / ".artifact-stream").exists()


def test_a_worker_killed_from_outside_is_replaced_and_nothing_is_lost(
    at_once, monkeypatch, tmp_path
):
    (tmp_path / "t.log").write_bytes(many())
    _, expected = extract(tmp_path / "t.log", tmp_path / "expected", 1)
    mark = tmp_path / "killed once"
    tamper(
        monkeypatch,
        f"""if b"marked" in text and not os.path.exists({str(mark)!r}):
        open({str(mark)!r}, "w").close()
        staging.create(task.staged_name)
        os.kill(os.getpid(), 9)""",
    )
    summary, made = extract(tmp_path / "t.log", tmp_path / "out", 2)
    assert mark.exists()
    assert summary.counts.entries_unusable == 0
    assert summary.counts.problems == {"worker_died": 1}
    (problem,) = jsonl(tmp_path / "out" / "problems.jsonl")
    assert problem["entry_written"] is True
    assert_same_tree(without_report(made), without_report(expected))


@pytest.mark.parametrize("code", ["raise SystemExit(1)", "import no_such_module"])
def test_workers_that_cannot_start_are_done_without(code, at_once, monkeypatch, tmp_path):
    (tmp_path / "t.log").write_bytes(many())
    _, expected = extract(tmp_path / "t.log", tmp_path / "expected", 1)
    monkeypatch.setattr(worker_start, "_may_copy", lambda: False)
    monkeypatch.setattr(worker_start, "_CODE", code)
    _, made = extract(tmp_path / "t.log", tmp_path / "out", 3)
    assert WatchedPool.used["taken"] == 0
    assert_same_tree(made, expected)


def test_an_interpreter_that_is_not_there_is_done_without(at_once, monkeypatch, tmp_path):
    (tmp_path / "t.log").write_bytes(many())
    _, expected = extract(tmp_path / "t.log", tmp_path / "expected", 1)
    monkeypatch.setattr(worker_start, "_may_copy", lambda: False)
    monkeypatch.setattr("sys.executable", str(tmp_path / "no python"))
    _, made = extract(tmp_path / "t.log", tmp_path / "out", 2)
    assert_same_tree(made, expected)


def test_a_copy_that_dies_is_replaced_and_nothing_is_lost(at_once, monkeypatch, tmp_path):
    """A worker that is a copy of this process does what a patched module says."""
    (tmp_path / "t.log").write_bytes(many())
    _, expected = extract(tmp_path / "t.log", tmp_path / "expected", 1)
    mark = tmp_path / "killed once"
    perform = worker_process.perform

    def dies_once(task, payload, staging):
        if task.payload.text == b"\tmarked" and not mark.exists():
            mark.touch()
            os.kill(os.getpid(), 9)
        return perform(task, payload, staging)

    monkeypatch.setattr(worker_start, "_may_copy", lambda: True)
    monkeypatch.setattr(worker_process, "perform", dies_once)
    summary, made = extract(tmp_path / "t.log", tmp_path / "out", 2)
    assert mark.exists()
    assert summary.counts.problems == {"worker_died": 1}
    assert_same_tree(without_report(made), without_report(expected))


def test_a_copy_is_made_of_a_process_with_known_threads_alone(monkeypatch):
    script = (
        "import threading, time; from artifact_stream.workers import start as w; "
        "print(w._may_copy()); "
        "threading.Thread(target=time.sleep, args=(9,), name=w.PROGRESS_THREAD, daemon=True)"
        ".start(); print(w._may_copy()); "
        "threading.Thread(target=time.sleep, args=(9,), daemon=True).start(); "
        "print(w._may_copy())"
    )
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    on_linux = sys.platform == "linux"
    assert told.stdout.split() == [str(on_linux).encode()] * 2 + [b"False"]


def test_a_defect_in_a_worker_is_a_problem_of_its_entry(at_once, monkeypatch, tmp_path):
    (tmp_path / "t.log").write_bytes(many())
    what = 'if b"marked" in text: task.content = None'
    tamper(monkeypatch, what)
    summary, _ = extract(tmp_path / "t.log", tmp_path / "out", 2)
    assert summary.counts.problems == {"handler_failed": 1}
    assert summary.counts.entries_written == 59


def test_a_worker_that_cannot_write_stops_the_run(at_once, monkeypatch, tmp_path):
    (tmp_path / "t.log").write_bytes(many())
    tamper(
        monkeypatch,
        'if b"marked" in text: from artifact_stream.errors import OutputUnusable as E; '
        'raise E("the disk is full: free some space.")',
    )
    with pytest.raises(OutputUnusable, match="the disk is full"):
        extract(tmp_path / "t.log", tmp_path / "out", 2)
    for line in jsonl(tmp_path / "out" / "directory.jsonl"):
        assert (tmp_path / "out" / line["url"]).stat().st_size == line["bytes"]


def test_a_worker_that_cannot_read_the_source_stops_the_run(at_once, monkeypatch, tmp_path):
    (tmp_path / "t.log").write_bytes(many())
    tamper(
        monkeypatch,
        'if b"marked" in text: from artifact_stream.errors import InputUnusable as E; '
        'raise E("it was replaced: run again.")',
    )
    with pytest.raises(InputUnusable, match="it was replaced"):
        extract(tmp_path / "t.log", tmp_path / "out", 2)


def test_a_source_renamed_while_it_is_read_is_read_to_its_end(at_once, monkeypatch, tmp_path):
    """Long payloads are read by the worker itself, from the file that the run has open."""
    payload = b"0123456789abcde\n" * 200_000
    (tmp_path / "t.log").write_bytes(raw_entry("aot_joint_graph", payload, **FRAME_0))
    original = WatchedPool.offer

    def rename_and_offer(self, job):
        if (tmp_path / "t.log").exists():
            (tmp_path / "t.log").rename(tmp_path / "rotated")
            (tmp_path / "t.log").write_bytes(b"another")
        return original(self, job)

    monkeypatch.setattr(WatchedPool, "offer", rename_and_offer)
    summary, made = extract(tmp_path / "t.log", tmp_path / "out", 2)
    assert WatchedPool.used["taken"] == 1
    assert summary.counts.problems == {}
    assert made["0_0_0/aot_joint_graph.txt"] == payload


def test_what_waits_for_slow_workers_is_bounded(at_once, monkeypatch, tmp_path):
    """A disk or a worker that does not keep up makes the reader wait, not its memory grow."""
    with open(tmp_path / "t.log", "wb") as log:
        log.writelines(
            raw_entry("graph_dump", b"x" * 20_000, {"name": f"g{number}"}, **FRAME_0)
            for number in range(1500)
        )
    tamper(monkeypatch, "time.sleep(0.001)")
    most = 0
    append = OrderedWork._append

    def watch(self, waiting):
        nonlocal most
        append(self, waiting)
        most = max(most, len(self._waiting))

    monkeypatch.setattr(OrderedWork, "_append", watch)
    summary, _ = extract(tmp_path / "t.log", tmp_path / "out", 2)
    assert summary.counts.entries_written == 1500
    assert WatchedPool.used["taken"] > 100
    assert 1 < most <= ordered_work_module._MAX_WAITING
    assert WatchedPool.used["most_bytes"] <= pool_module._MAX_BYTES


@pytest.mark.parametrize("workers", [1, 7, 63])
def test_payloads_on_their_way_are_bounded_for_any_number_of_workers(workers):
    pool = WorkerPool(workers, lambda: None)
    assert pool._max_bytes_a_worker * workers <= pool_module._MAX_BYTES
    pool.close()


def test_jobs_are_at_least_one(tmp_path):
    (tmp_path / "t.log").write_bytes(many(1))
    with pytest.raises(WrongUsage, match="jobs=0"):
        run([str(tmp_path / "t.log")], str(tmp_path / "out"), jobs=0)


def test_a_small_trace_starts_no_worker(monkeypatch, tmp_path):
    (tmp_path / "t.log").write_bytes(many(5))
    monkeypatch.setattr(worker_module.Worker, "__init__", None)
    summary = run([str(tmp_path / "t.log")], str(tmp_path / "out"), jobs=4)
    assert summary.counts.entries_written == 5


@pytest.mark.parametrize(("entries", "size", "before"), [(60, 9000, b""), (3, 20, b"npu: 3\n")])
def test_what_is_done_is_published_while_a_pipe_is_waited_for(
    entries, size, before, at_once, monkeypatch, tmp_path
):
    """A job that logs nothing for an hour must not keep its last graphs from being looked at."""
    log = before + b"".join(
        raw_entry("graph_dump", b"x" * size, {"name": f"g{number}"}, **FRAME_0)
        for number in range(entries)
    )
    read_end, write_end = os.pipe()
    seen = threading.Event()

    def write_and_look():
        with open(write_end, "wb") as pipe:
            pipe.write(log)
            pipe.flush()
            last_but_one = tmp_path / "out" / "0_0_0" / f"g{entries - 2}.txt"
            for _ in range(3000):
                if last_but_one.exists():
                    seen.set()
                    break
                time.sleep(0.01)

    writer = threading.Thread(target=write_and_look)
    writer.start()
    with open(read_end, "rb") as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        summary = run(["-"], str(tmp_path / "out"), jobs=2)
    writer.join()
    assert seen.is_set()
    assert entries < 60 or WatchedPool.used["taken"] > 0
    assert summary.counts.entries_written == entries
