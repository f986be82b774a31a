"""What the pool decides: when a worker is worth its start, who gets what, and who dies of it.

The workers are played by the test: no process is started.
"""

from __future__ import annotations

import os

import pytest

from artifact_stream.disk.directories import Directory
from artifact_stream.errors import InputUnusable, OutputUnusable, WrongUsage
from artifact_stream.framing.payloads import IndentedText
from artifact_stream.handlers.base import Content
from artifact_stream.rendering.task import Outcome, Rendered, RenderTask
from artifact_stream.streams.file_range import FileRange
from artifact_stream.workers import pool as module
from artifact_stream.workers.job import Job
from artifact_stream.workers.messages import Answer, Farewell, Ready, Trouble
from artifact_stream.workers.pool import WorkerPool, available_processors, check_jobs, make_pool
from tests.helpers.played_worker import PlayedWorker
from tests.helpers.support import open_descriptors


@pytest.fixture
def staging(tmp_path):
    with Directory.made_at(str(tmp_path)) as folder:
        yield folder


@pytest.fixture
def started(monkeypatch):
    """The workers that have been started, in order."""
    made = []

    def start(work):
        made.append(PlayedWorker())
        return made[-1]

    monkeypatch.setattr("artifact_stream.workers.worker.start_worker", start)
    yield made
    for played in made:
        played.die()


@pytest.fixture
def make(monkeypatch):
    """Makes a pool for which a start takes a second, so that times are told in starts."""
    monkeypatch.setattr(module, "start_seconds", lambda: 1.0)
    pools = []

    def made(workers=2, remaining=None):
        pool = WorkerPool(workers, lambda: remaining)
        pool.work_in("/out", ["staging"])
        pools.append(pool)
        return pool

    yield made
    for pool in pools:
        pool.close()


def job(number, staging, text=b"\tabc"):
    return Job(RenderTask(number, Content.TEXT, IndentedText(text)), staging)


def ready(pool, started, count=1):
    """Have the pool start so many workers, which say that they are ready."""
    while len(started) < count:
        pool._start_another()
        started[-1].say(Ready())
        pool.poll()


@pytest.mark.parametrize(
    ("seconds", "remaining", "is_worth_it"),
    [
        (0.0, 1000.0, False),
        (0.2, 1000.0, False),  # What a source is like is not known yet.
        (0.5, 1000.0, True),
        (0.5, 1.0, False),  # Most of it has been done.
        (1.0, None, False),
        (2.0, None, True),
        (99.0, -0.5, False),  # A file that has grown while it was read.
    ],
)
def test_a_worker_is_started_where_it_saves_more_than_it_takes(
    seconds, remaining, is_worth_it, make
):
    pool = make(remaining=remaining)
    pool.note_work_here(seconds)
    assert pool.is_worth_it is is_worth_it


def test_once_there_are_workers_each_job_is_offered(make, started):
    pool = make()
    ready(pool, started)
    assert pool.is_worth_it


def test_without_workers_nothing_is_worth_it(make):
    pool = make(workers=0, remaining=1000.0)
    pool.note_work_here(99.0)
    assert not pool.is_worth_it


def test_a_job_is_not_taken_before_a_worker_is_ready(make, started, staging):
    pool = make()
    assert not pool.offer(job(1, staging))
    assert len(started) == 1
    assert not pool.offer(job(2, staging))
    assert len(started) == 1  # It is being started.
    started[0].say(Ready())
    assert pool.offer(job(3, staging))
    pool._send_waiting()
    [batch] = started[0].heard()
    assert (batch.out, batch.folders) == (b"/out", ["staging"])
    assert [task.number for task in batch.tasks] == [3]


def test_an_answer_belongs_to_the_oldest_job_of_its_worker(make, started, staging):
    pool = make()
    ready(pool, started)
    first, second = job(1, staging), job(2, staging)
    assert pool.offer(first)
    assert pool.offer(second)
    started[0].say(Answer(Rendered(1, Outcome.STAGED)))
    pool.wait()
    assert first.rendered.number == 1
    assert second.rendered is None


def test_a_text_that_a_worker_can_read_itself_is_not_sent(make, started, staging, tmp_path):
    source = tmp_path / "source"
    source.write_bytes(b"\t" + b"x" * 9000)
    pool = make()
    ready(pool, started)
    with source.open("rb") as file:
        place = FileRange.of(file.fileno(), None, 0, 9001)
        text = IndentedText(source.read_bytes(), place)
        assert pool.offer(Job(RenderTask(1, Content.TEXT, text), staging))
        pool._send_waiting()
    [batch] = started[0].heard()
    payload = batch.tasks[0].payload
    assert (payload.memory_bytes, payload.source_bytes) == (0, 9001)


def test_no_more_payloads_are_on_their_way_than_memory_is_for(make, started, staging):
    pool = make(workers=1)
    ready(pool, started)
    text = b"\t" + b"x" * (100 << 10)
    taken = 0
    while pool.offer(job(taken, staging, text)):
        taken += 1
        assert taken < 100
    assert 1 <= taken * len(text) < (1 << 20) + len(text)


def test_what_one_worker_dies_of_is_tried_once_more(make, started, staging):
    pool = make(workers=1)
    ready(pool, started)
    some = [job(number, staging) for number in range(2)]
    for each in some:
        assert pool.offer(each)
    pool._send_waiting()
    os.close(staging.create("0"))
    started[0].die(-11)
    pool.poll()
    assert "0" not in staging.names()  # What it had staged is gone.
    assert len(started) == 2
    started[1].say(Ready())
    pool.poll()
    [batch] = started[1].heard()
    assert [task.number for task in batch.tasks] == [0, 1]
    assert [each.deaths for each in some] == [1, 0]
    started[1].die(-11)
    pool.poll()
    assert some[0].rendered.outcome is Outcome.WORKER_DIED
    assert "signal 11" in some[0].rendered.message
    assert some[1].rendered is None
    started[2].say(Ready())
    pool.poll()
    assert [task.number for task in started[2].heard()[0].tasks] == [1]


def test_a_worker_that_cannot_start_is_not_started_again_and_its_jobs_come_back(
    make, started, staging
):
    pool = make(workers=1)
    ready(pool, started)
    one = job(1, staging)
    assert pool.offer(one)
    pool._send_waiting()
    started[0].die(1)
    pool.poll()
    started[1].die(1)
    pool.poll()
    assert len(started) == 2
    assert one.rendered.outcome is Outcome.WORKER_DIED  # One had died of it.
    assert "no other could be started" in one.rendered.message
    assert not pool.is_worth_it


def test_where_no_process_can_be_started_jobs_come_back(make, staging, monkeypatch):
    def no_process(work):
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr("artifact_stream.workers.worker.start_worker", no_process)
    pool = make()
    assert not pool.offer(job(1, staging))
    assert not pool.is_worth_it


@pytest.mark.parametrize("kind", [InputUnusable, OutputUnusable])
def test_trouble_of_a_worker_ends_the_run_in_the_same_sentence(kind, make, started):
    pool = make()
    ready(pool, started)
    started[0].say(Trouble(kind.slug, ("The disk ", "is full.")))
    with pytest.raises(kind, match="The disk is full"):
        pool.poll()


def test_the_end_lets_go_of_every_worker_and_knows_what_they_took(started, monkeypatch):
    monkeypatch.setattr(module, "start_seconds", lambda: 1.0)
    before = open_descriptors()
    pool = WorkerPool(2, lambda: None)
    ready(pool, started, 2)
    for number, played in enumerate(started):
        played.say(Farewell((number + 1) * 1000))
        os.close(played._reply_end)
        played._reply_end = None
    pool.close()
    assert pool.peak_memory_bytes == 2000
    assert not any(played.killed for played in started)
    assert all(played.is_waited_for for played in started)
    assert open_descriptors() == before


@pytest.mark.parametrize("is_ready", [True, False])
def test_at_the_end_nobody_waits_for_a_worker_that_is_at_work_or_not_ready(
    is_ready, make, started, staging
):
    pool = make()
    if is_ready:
        ready(pool, started)
        assert pool.offer(job(1, staging))
        pool._send_waiting()
    else:
        pool._start_another()
    pool.close()
    assert started[0].killed == 1
    assert started[0].is_waited_for


@pytest.mark.parametrize("jobs", [None, 1, 4096])
def test_numbers_of_processes_that_make_sense(jobs):
    check_jobs(jobs)


@pytest.mark.parametrize("jobs", [0, -1])
def test_no_process_at_all_is_refused(jobs):
    with pytest.raises(WrongUsage, match="use 1 or more"):
        check_jobs(jobs)


def test_this_process_is_one_of_those_that_are_asked_for(monkeypatch):
    assert make_pool(1, lambda: None) is None
    made = []
    monkeypatch.setattr(module, "WorkerPool", lambda workers, *_: made.append(workers))
    make_pool(3, lambda: None)
    monkeypatch.setattr(module, "available_processors", lambda: 5)
    make_pool(None, lambda: None)
    assert made == [2, 4]


def test_processors_that_this_process_may_not_use_do_not_count():
    allowed = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(allowed)})
        assert available_processors() == 1
    finally:
        os.sched_setaffinity(0, allowed)
    assert available_processors() == len(allowed)


def test_where_too_many_files_are_open_one_process_does_it_all(monkeypatch):
    def no_selector():
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(module.selectors, "DefaultSelector", no_selector)
    assert make_pool(3, lambda: None) is None
