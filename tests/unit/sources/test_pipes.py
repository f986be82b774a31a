"""Pipes: looked into without losing what has come; a container in one is kept."""

from __future__ import annotations

import os
import threading

import pytest

from artifact_stream.sources.containers import Tar
from artifact_stream.sources.pipes import OpenedPipe
from artifact_stream.sources.trace import SourceFile
from artifact_stream.streams.stored_file import ReadCounter
from tests.helpers.packed import tar_of
from tests.helpers.support import raw_entry

LOG = raw_entry("aot_joint_graph", b"graph") * 2000


@pytest.fixture
def piped(tmp_path):
    """Opens a pipe that gives some bytes."""
    threads = []

    def opened(data, counter):
        path = tmp_path / f"pipe{len(threads)}"
        os.mkfifo(path)
        thread = threading.Thread(target=path.write_bytes, args=(data,))
        thread.start()
        threads.append(thread)
        return OpenedPipe(SourceFile(str(path), "pipe", None, None), counter)

    yield opened
    for thread in threads:
        thread.join()


def test_a_log_is_given_from_its_start(piped, tmp_path):
    counter = ReadCounter()
    pipe = piped(LOG, counter)
    assert pipe.container(str(tmp_path)) is None
    assert b"".join(iter(pipe.stream.read, b"")) == LOG
    assert counter.stored_bytes == len(LOG)
    pipe.stream.close()


def test_a_container_is_kept_in_a_file_without_a_name(piped, tmp_path):
    counter, data = ReadCounter(), tar_of({"a.log": LOG, "b.log": LOG})
    pipe = piped(data, counter)
    before = set(os.listdir(tmp_path))
    container = pipe.container(str(tmp_path))
    assert isinstance(container, Tar)
    assert [member.name for member in container.members()] == ["a.log", "b.log"]
    assert container.stored_bytes == len(data)
    assert counter.stored_bytes == 0  # Its members will be counted.
    assert set(os.listdir(tmp_path)) == before
    container.close()
