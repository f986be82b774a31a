"""One worker as the run sees it, played by the test: what is sent, what is taken, how it ends."""

from __future__ import annotations

import os
import selectors

import pytest

from artifact_stream.framing.payloads import IndentedText
from artifact_stream.handlers.base import Content
from artifact_stream.rendering.task import Outcome, Rendered, RenderTask
from artifact_stream.workers import worker as module
from artifact_stream.workers.job import Job
from artifact_stream.workers.messages import Answer, Batch, Ready, encode_message
from artifact_stream.workers.worker import Worker
from tests.helpers.played_worker import PlayedWorker
from tests.helpers.support import open_descriptors


@pytest.fixture
def played(monkeypatch):
    made = PlayedWorker()
    monkeypatch.setattr(module, "start_worker", lambda work: made)
    yield made
    made.die()


@pytest.fixture
def selector():
    with selectors.DefaultSelector() as made:
        yield made


@pytest.fixture
def worker(played, selector):
    made = Worker(selector, lambda: None)
    yield made
    if not played.is_waited_for:
        made.end()


def jobs(count, text=b"\tabc"):
    return [Job(RenderTask(n, Content.TEXT, IndentedText(text)), None) for n in range(count)]


def send(worker, some):
    worker.send(Batch(b"/out", ["staging"], [job.task for job in some]), some)


def replies(worker):
    """What it has said, and whether it is still there."""
    said = []
    is_there = worker.serve(lambda who, reply: said.append(reply))
    return said, is_there


def test_it_is_ready_when_it_says_so(worker, played):
    assert replies(worker) == ([], True)  # And nothing is waited for.
    assert not worker.is_ready
    played.say(Ready())
    assert replies(worker) == ([Ready()], True)
    assert worker.is_ready


def test_a_message_may_come_in_any_pieces(worker, played):
    answer = Answer(Rendered(1, Outcome.STAGED, bytes=3))
    data = encode_message(Ready()) + encode_message(answer)
    said = []
    for byte in data:
        played.say_bytes(bytes([byte]))
        said += replies(worker)[0]
    assert said == [Ready(), answer]


def test_answers_are_for_the_jobs_in_their_order_and_what_is_left_is_known(worker, played):
    some = jobs(3)
    send(worker, some)
    assert [task.number for task in played.heard()[0].tasks] == [0, 1, 2]
    assert worker.payload_bytes == 3 * 4
    cost = worker.cost
    assert worker.take_answered() is some[0]
    assert worker.payload_bytes == 2 * 4
    assert worker.cost == pytest.approx(cost * 2 / 3)
    assert [worker.take_answered(), worker.take_answered()] == some[1:]
    assert (worker.payload_bytes, list(worker.jobs)) == (0, [])
    assert worker.cost == pytest.approx(0)


def test_more_than_a_pipe_holds_is_sent_when_there_is_room_and_nobody_waits(
    worker, played, selector
):
    batches = [jobs(1, b"\t" + bytes([65 + n]) * (1 << 20)) for n in range(3)]
    for some in batches:
        send(worker, some)
    waits_to_send = [key for key in selector.get_map().values() if key.events & 2]
    assert waits_to_send
    sent = b""
    while worker._unsent:
        sent += os.read(played._task_end, 1 << 20)
        replies(worker)
    sent += os.read(played._task_end, 1 << 22)
    assert sent == b"".join(
        encode_message(Batch(b"/out", ["staging"], [job.task for job in some])) for some in batches
    )
    assert not [key for key in selector.get_map().values() if key.events & 2]


def test_one_that_has_died_is_seen_by_its_silence_alone(worker, played):
    played.say(Ready())
    played.die(-11)
    send(worker, jobs(1))  # No error: that would be one of the run.
    said, is_there = replies(worker)
    assert said == [Ready()]
    if is_there:  # What it had said came first.
        assert replies(worker) == ([], False)
    assert len(worker.jobs) == 1
    assert worker.end() == -11


def test_nothing_is_left_open_of_one_that_has_ended(played, selector):
    worker = Worker(selector, lambda: None)
    send(worker, jobs(1, b"\t" + b"x" * (4 << 20)))  # More than is taken.
    played.die()
    before = open_descriptors()
    worker.end()
    assert open_descriptors() == before - 2
    assert not selector.get_map()
