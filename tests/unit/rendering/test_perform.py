"""Doing a task: complete files and what is true of them, or nothing and the reason."""

from __future__ import annotations

import errno
import hashlib
import json
import os

import pytest
import xxhash

from artifact_stream.disk.directories import Directory
from artifact_stream.disk.staged_files import StagedFile
from artifact_stream.entries import BrokenPayload
from artifact_stream.errors import InputUnusable, OutputUnusable
from artifact_stream.framing.payloads import IndentedText, JsonText
from artifact_stream.handlers.base import Content
from artifact_stream.rendering import perform as perform_module
from artifact_stream.rendering.perform import discard_staged, perform
from artifact_stream.rendering.task import Outcome, RenderTask

CODE = b"import os\nx = 1"


@pytest.fixture
def staging(tmp_path):
    with Directory.at(str(tmp_path)) as folder:
        yield folder


class Stream:
    """A payload in two pieces that is too long for memory, and may break."""

    def __init__(self, data, error=None):
        self.data, self.error, self.can_repeat = data, error, False

    def whole(self):
        return None

    def chunks(self):
        yield self.data[: len(self.data) // 2]
        if self.error is not None:
            raise self.error
        yield self.data[len(self.data) // 2 :]

    def portable(self):
        return None


def staged(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def xxh3(data):
    return f"xxh3_128:{xxhash.xxh3_128_hexdigest(data)}"


def md5(data):
    return hashlib.md5(data).hexdigest()


WAYS = pytest.mark.parametrize("in_memory", [True, False])


def done(content, data, staging, *, in_memory=True, **fields):
    """The task is done by its own payload, or by one that this process alone can read."""
    indented = IndentedText(b"\t" + data.replace(b"\n", b"\n\t"))
    task = RenderTask(5, content, indented if in_memory else None, **fields)
    return perform(task, None if in_memory else Stream(data), staging)


@WAYS
@pytest.mark.parametrize("right", [True, False, None])
def test_text_is_the_payload_and_its_md5_is_checked(in_memory, right, staging, tmp_path):
    expected = {True: md5(CODE), False: "0" * 32, None: None}[right]
    rendered = done(Content.TEXT, CODE, staging, in_memory=in_memory, payload_md5=expected)
    assert staged(tmp_path) == {"5": CODE}
    assert rendered.outcome is Outcome.STAGED
    assert (rendered.number, rendered.bytes, rendered.lines) == (5, len(CODE), 2)
    assert rendered.digest == (xxh3(CODE) if right is None else f"md5:{md5(CODE)}")
    assert rendered.digest_matches == (right is not False)


@WAYS
@pytest.mark.parametrize("right", [True, False, None])
def test_json_is_laid_out_and_the_payload_is_checked(in_memory, right, staging, tmp_path):
    payload = b'{"a":[1,2]}'
    expected = {True: md5(payload), False: "0" * 32, None: None}[right]
    rendered = done(Content.JSON, payload, staging, in_memory=in_memory, payload_md5=expected)
    made = staged(tmp_path)
    assert list(made) == ["5"]
    assert made["5"] == json.dumps({"a": [1, 2]}, indent=2).encode()
    assert (rendered.bytes, rendered.lines) == (len(made["5"]), 6)
    assert rendered.digest == xxh3(made["5"])
    assert rendered.digest_matches == (right is not False)
    assert rendered.json_error is None


@WAYS
def test_what_is_no_json_is_there_as_it_is(in_memory, staging, tmp_path):
    rendered = done(Content.JSON, b"[1,\n", staging, in_memory=in_memory)
    assert staged(tmp_path) == {"5": b"[1,\n"}
    assert rendered.outcome is Outcome.STAGED
    assert rendered.json_error.startswith("is no JSON and was written as it is")


def test_json_that_is_too_deep_is_not_said_to_be_none(staging):
    rendered = done(Content.JSON, b"[" * 1001 + b"]" * 1001, staging)
    assert "cannot be laid out" in rendered.json_error


@WAYS
@pytest.mark.parametrize("right", [True, False, None])
def test_a_page_has_its_text_beside_it(in_memory, right, staging, tmp_path):
    expected = {True: md5(CODE), False: "0" * 32, None: None}[right]
    rendered = done(
        Content.CODE_PAGE, CODE, staging, in_memory=in_memory,
        payload_md5=expected, page_head=b"<head>", page_tail=b"<tail>",
    )  # fmt: skip
    made = staged(tmp_path)
    assert list(made) == ["5", "5-text"]
    assert made["5-text"] == CODE
    assert made["5"].startswith(b"<head>")
    assert (rendered.bytes, rendered.digest) == (len(made["5"]), xxh3(made["5"]))
    assert (rendered.text_bytes, rendered.lines) == (len(CODE), 2)
    assert rendered.text_digest == (xxh3(CODE) if right is None else f"md5:{md5(CODE)}")
    assert rendered.digest_matches == (right is not False)


@pytest.mark.parametrize("content", Content)
def test_no_payload_is_an_empty_file(content, staging, tmp_path):
    rendered = perform(RenderTask(1, content, None), None, staging)
    assert rendered.outcome is Outcome.STAGED
    assert rendered.bytes == len(staged(tmp_path)["1"])


@pytest.mark.parametrize("content", Content)
def test_of_a_broken_payload_nothing_is_left(content, staging, tmp_path):
    for task, payload in (
        (RenderTask(1, content, JsonText(b'"\\x"')), None),
        (RenderTask(1, content, None), Stream(CODE, BrokenPayload("bad escape"))),
    ):
        rendered = perform(task, payload, staging)
        assert rendered.outcome is Outcome.BROKEN_PAYLOAD
        assert rendered.message.startswith("The payload cannot be decoded")
        assert staged(tmp_path) == {}


@pytest.mark.parametrize("content", Content)
def test_a_failure_costs_the_entry_and_its_message_is_short_text(content, staging, tmp_path):
    error = RuntimeError("\ud800" + "x" * 10_000)
    rendered = perform(RenderTask(1, content, None), Stream(CODE, error), staging)
    assert rendered.outcome is Outcome.FAILED
    assert rendered.message.startswith("Rendering it failed: RuntimeError: ?xxx")
    assert len(rendered.message) == perform_module._MAX_MESSAGE_CHARS
    assert staged(tmp_path) == {}


@pytest.mark.parametrize("content", Content)
def test_what_ends_the_run_is_raised_and_leaves_nothing(content, staging, tmp_path, monkeypatch):
    with pytest.raises(InputUnusable):
        perform(RenderTask(1, content, None), Stream(CODE, InputUnusable("gone")), staging)
    assert staged(tmp_path) == {}

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("artifact_stream.disk.staged_files.write_all", full)
    with pytest.raises(OutputUnusable):
        perform(RenderTask(1, content, IndentedText(b"\tx")), None, staging)
    assert staged(tmp_path) == {}


def test_what_a_killed_worker_has_staged_is_removed(staging, tmp_path):
    task = RenderTask(1, Content.CODE_PAGE, None)
    for name in (*task.staged_names, "2"):
        StagedFile(staging, name).close()
    discard_staged(task, staging)
    discard_staged(task, staging)
    assert list(staged(tmp_path)) == ["2"]
