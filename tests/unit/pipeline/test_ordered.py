"""Work is handed on in the order in which it was taken, whoever did it and when."""

from __future__ import annotations

from collections import deque

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artifact_stream.disk.directories import Directory
from artifact_stream.framing.payloads import IndentedText
from artifact_stream.handlers.base import Content
from artifact_stream.pipeline import ordered
from artifact_stream.pipeline.ordered import OrderedWork
from artifact_stream.rendering.task import Outcome, Rendered, RenderTask
from artifact_stream.workers.job import Job


class FakePool:
    """A pool whose jobs are done when the test says so."""

    peak_memory_bytes = 0

    def __init__(self, *, is_worth_it=True, takes=True):
        self.is_worth_it = is_worth_it
        self.takes = takes
        self.jobs = deque()
        self.polls = self.waits = 0
        self.noted = []

    def note_work_here(self, seconds):
        self.noted.append(seconds)

    def offer(self, job):
        if self.takes:
            self.jobs.append(job)
        return self.takes

    def poll(self):
        self.polls += 1

    def wait(self):
        self.waits += 1
        self.do(0)

    def do(self, place):
        """Do one of the jobs that are waiting."""
        job = self.jobs[place % len(self.jobs)]
        self.jobs.remove(job)
        job.rendered = Rendered(job.task.number, Outcome.STAGED)


@pytest.fixture
def staging(tmp_path):
    with Directory.made_at(str(tmp_path)) as folder:
        yield folder


def task(number, text=None):
    payload = None if text is None else IndentedText(b"\t" + text)
    return RenderTask(number, Content.TEXT, payload)


class Trial(OrderedWork):
    """Work, with all that it hands on in `made`: items, and numbers of what was rendered."""

    def __init__(self, pool, staging):
        self.made = []
        self.results = []
        super().__init__(pool, staging, self.made.append, self.take_made)

    def take_made(self, item, rendered):
        assert rendered.number == item
        self.made.append(item)
        self.results.append(rendered)


@settings(max_examples=60)
@given(steps=st.lists(st.one_of(st.sampled_from(["settled", "awaited"]), st.integers(0, 9))))
def test_items_come_in_their_order_in_whatever_order_jobs_are_done(steps):
    pool = FakePool()
    work = Trial(pool, None)  # No file is made here.
    taken = 0
    for step in steps:
        if step == "settled":
            work.add(taken)
            taken += 1
        elif step == "awaited":
            work.submit(taken, task(taken), None)
            taken += 1
        elif pool.jobs:
            pool.do(step)
            work.hand_on_done()
        assert work.made == list(range(len(work.made)))
    work.finish()
    assert work.made == list(range(taken))
    assert not pool.jobs


def test_without_a_pool_nothing_waits(staging):
    work = Trial(None, staging)
    work.add(0)
    work.submit(1, task(1, b"text\n"), None)
    work.add(2)
    assert work.made == [0, 1, 2]
    assert work.results[0].bytes == 5


@pytest.mark.parametrize(
    ("pool", "payload"),
    [
        (FakePool(is_worth_it=False), None),
        (FakePool(takes=False), None),
        (FakePool(), IndentedText(b"\there alone")),
    ],
    ids=["not worth it", "no room", "payload of this process"],
)
def test_what_no_worker_takes_is_done_here_and_its_time_is_told(pool, payload, staging):
    work = Trial(pool, staging)
    work.submit(1, task(1), payload)
    assert work.made == [1]
    assert not pool.jobs
    assert len(pool.noted) == 1
    assert pool.noted[0] > 0


def test_a_job_that_is_given_back_is_done_here(staging):
    pool = FakePool()
    work = Trial(pool, staging)
    work.submit(1, task(1, b"abc"), None)
    assert work.made == []
    pool.jobs.popleft().given_back = True
    work.finish()
    assert work.made == [1]
    assert (work.results[0].bytes, work.results[0].message) == (3, "")


@pytest.mark.parametrize(
    ("deaths", "message", "said"),
    [
        (0, "", ""),
        (1, "", "A worker process died while it rendered this entry; another one did it."),
        (2, "Both died.", "Both died."),
    ],
)
def test_a_death_is_said_of_the_entry_that_it_happened_to(deaths, message, said, staging):
    work = Trial(FakePool(), staging)
    job = Job(task(1), staging, deaths=deaths)
    work.hold(1, job)
    job.rendered = Rendered(1, Outcome.STAGED, message)
    work.hand_on_done()
    assert work.results[0].message == said


def test_so_many_items_wait_and_no_more(staging, monkeypatch):
    monkeypatch.setattr(ordered, "_MAX_WAITING", 4)
    pool = FakePool()
    work = Trial(pool, staging)
    for number in range(10):
        work.submit(number, task(number), None)
        assert number + 1 - len(work.made) < 4
    assert pool.waits == 7
    assert work.made == list(range(7))


def test_the_pool_is_asked_now_and_then_without_waiting(staging):
    pool = FakePool()
    work = Trial(pool, staging)
    for number in range(40):
        work.submit(number, task(number), None)
    assert (pool.polls, pool.waits) == (2, 0)


def test_an_error_of_the_one_who_takes_items_is_not_swallowed_and_loses_none(staging):
    pool = FakePool()
    work = Trial(pool, staging)
    for number in range(3):
        work.submit(number, task(number), None)
    for _ in range(3):
        pool.do(0)

    def fail(item, rendered):
        raise OSError(28, "full")

    work._hand_on_made, take = fail, work._hand_on_made
    with pytest.raises(OSError, match="full"):
        work.hand_on_done()
    work._hand_on_made = take
    work.finish()
    assert work.made == [1, 2]  # The one that failed is not handed on twice.
