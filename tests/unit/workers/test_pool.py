"""The pool: workers that cannot be started, or that somebody has stopped, are done without."""

from __future__ import annotations

import os
import signal
import time

import pytest

from artifact_stream.disk.directories import Directory
from artifact_stream.rendering.task import Content, Outcome, RenderTask
from artifact_stream.workers import pool as pool_module
from artifact_stream.workers import start as worker_start
from artifact_stream.workers.job import Job
from artifact_stream.workers.pool import WorkerPool, make_pool


@pytest.fixture
def staging(tmp_path):
    with Directory.made_at(str(tmp_path / "staging")) as folder:
        yield folder


@pytest.fixture
def make_started(staging, tmp_path, monkeypatch):
    """Makes a pool with a worker that is ready."""
    monkeypatch.setattr(worker_start, "_may_copy", lambda: False)
    monkeypatch.setattr(pool_module, "_PATIENCE_SECONDS", 0.3)
    monkeypatch.setattr(pool_module, "_LOOK_SECONDS", 0.05)
    pools = []

    def start(is_stopping):
        pool = WorkerPool(1, lambda: None, is_stopping)
        pools.append(pool)
        pool.work_in(str(tmp_path), ["staging"])
        assert not pool.offer(Job(RenderTask(0, Content.TEXT, None), staging))
        pool.wait()
        assert pool._workers[0].is_ready
        return pool

    yield start
    for pool in pools:
        pool.close()


def stop_worker(pool):
    process_id = pool._workers[0]._process._process.pid
    os.kill(process_id, signal.SIGSTOP)
    return process_id


def is_there(process_id):
    return os.path.exists(f"/proc/{process_id}")


def test_a_worker_that_was_stopped_does_not_keep_a_run_that_is_to_stop(make_started, staging):
    stopping = []
    pool = make_started(lambda: bool(stopping))
    process_id = stop_worker(pool)
    stopping.append(True)
    job = Job(RenderTask(1, Content.TEXT, None), staging)
    assert pool.offer(job)
    started = time.monotonic()
    pool.wait()
    assert 0.3 <= time.monotonic() - started < 5
    assert (job.given_back, job.deaths, job.rendered) == (True, 0, None)
    assert not is_there(process_id)
    assert not pool.offer(Job(RenderTask(2, Content.TEXT, None), staging))
    assert not pool._workers


def test_a_worker_that_was_stopped_is_waited_for_while_the_run_goes_on(make_started, staging):
    asked, stopped = [], []

    def is_stopping():
        asked.extend(stopped)
        if len(asked) == 10:  # Longer than the patience of a run that is to stop.
            os.kill(stopped[0], signal.SIGCONT)
        return False

    pool = make_started(is_stopping)
    stopped.append(stop_worker(pool))
    job = Job(RenderTask(1, Content.TEXT, None), staging)
    assert pool.offer(job)
    while job.rendered is None:
        pool.wait()
    assert job.rendered.outcome is Outcome.STAGED
    assert len(asked) >= 10


def test_an_idle_worker_that_was_stopped_does_not_keep_a_run_from_ending(make_started):
    pool = make_started(lambda: False)
    process_id = stop_worker(pool)
    started = time.monotonic()
    pool.close()
    assert 0.3 <= time.monotonic() - started < 5
    assert not is_there(process_id)


@pytest.mark.parametrize("error", [BlockingIOError(11, "no more"), RuntimeError("no more")])
def test_where_no_process_can_be_started_the_caller_does_it_all(error, staging, monkeypatch):
    def fail(work):
        raise error

    monkeypatch.setattr("artifact_stream.workers.worker.start_worker", fail)
    pool = make_pool(3, lambda: None)
    for number in range(2):
        assert not pool.offer(Job(RenderTask(number, Content.TEXT, None), staging))
    assert not pool._max_workers
    pool.close()
