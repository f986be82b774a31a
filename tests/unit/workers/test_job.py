"""What the run knows of jobs and pools."""

from __future__ import annotations

import inspect

import pytest

from artifact_stream.handlers.base import Content
from artifact_stream.rendering.task import RenderTask
from artifact_stream.workers.job import Job, Pool
from artifact_stream.workers.pool import WorkerPool


def test_jobs_with_equal_tasks_are_not_the_same_job():
    task = RenderTask(1, Content.TEXT, None)
    first, second = Job(task, None), Job(task, None)
    assert first != second
    assert [first, second].index(second) == 1
    assert {first, second} == {second, first}  # They can be held in sets.


def test_a_new_job_is_neither_done_nor_given_back():
    job = Job(RenderTask(1, Content.TEXT, None), None)
    assert (job.rendered, job.given_back, job.deaths) == (None, False, 0)


PROMISED = [name for name in vars(Pool) if not name.startswith("_")]


def test_the_protocol_promises_something():
    assert {"offer", "poll", "wait", "close", "work_in"} <= set(PROMISED)


@pytest.mark.parametrize("name", PROMISED)
def test_the_pool_keeps_what_the_protocol_promises(name):
    promised, kept = getattr(Pool, name), getattr(WorkerPool, name)
    assert isinstance(promised, property) == isinstance(kept, property)
    if not isinstance(promised, property):
        assert inspect.signature(promised) == inspect.signature(kept)
