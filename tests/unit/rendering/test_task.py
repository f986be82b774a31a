"""Tasks: names of what they stage, what they weigh, and the way to another process."""

from __future__ import annotations

import os

import msgspec
import pytest

from artifact_stream.framing.payloads import IndentedText, PlainRange
from artifact_stream.handlers.base import Content
from artifact_stream.rendering.task import Outcome, Rendered, RenderTask
from artifact_stream.streams.file_range import FileRange


def test_tasks_of_a_trace_stage_under_names_of_their_own():
    names = [name for n in range(30) for name in RenderTask(n, Content.TEXT, None).staged_names]
    assert len(names) == len(set(names))
    task = RenderTask(7, Content.CODE_PAGE, None)
    assert {task.staged_name, task.staged_text_name} < set(task.staged_names)
    assert all(os.path.basename(name) == name for name in names)


def test_only_text_in_memory_takes_memory():
    assert RenderTask(0, Content.TEXT, None).payload_bytes == 0
    assert RenderTask(0, Content.TEXT, IndentedText(b"\tabc")).payload_bytes == 4
    elsewhere = PlainRange(FileRange(b"/t", (1, 2), 3, 4, 0, 10**9))
    assert RenderTask(0, Content.TEXT, elsewhere).payload_bytes == 0


@pytest.mark.parametrize("content", Content)
def test_longer_payloads_cost_more(content):
    costs = [
        RenderTask(0, content, payload).cost_microseconds
        for payload in (None, IndentedText(b"x" * 10_000), IndentedText(b"x" * 100_000))
    ]
    assert 0 < costs[0] < costs[1] < costs[2]


def test_pages_cost_more_than_text():
    payload = IndentedText(b"x" * 10_000)
    costs = {content: RenderTask(0, content, payload).cost_microseconds for content in Content}
    assert max(costs, key=costs.get) is Content.CODE_PAGE
    assert min(costs, key=costs.get) is Content.TEXT


def test_tasks_and_what_came_of_them_survive_the_way_to_another_process():
    task = RenderTask(3, Content.JSON, IndentedText(b"\t[1]"), "0" * 32, b"head", b"tail")
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(task), type=RenderTask) == task
    rendered = Rendered(3, Outcome.FAILED, "no", 1, 2, "md5:x", 4, None, False, "bad")
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(rendered), type=Rendered) == rendered
