"""Starting a worker: a copy of this process where that is safe, and then a quiet one."""

from __future__ import annotations

import os
import signal
import sys
import threading

import pytest

from artifact_stream.workers import start
from artifact_stream.workers.start import PROGRESS_THREAD, start_seconds, start_worker
from tests.helpers.support import open_descriptors


@pytest.fixture
def alone(monkeypatch):
    """This process as one without threads of others, whatever runs the tests."""
    current = threading.current_thread()
    monkeypatch.setattr(threading, "enumerate", lambda: [current])
    monkeypatch.setattr(os, "listdir", lambda path: ["1"])
    return current


class Thread:
    def __init__(self, name):
        self.name = name


def test_a_process_without_other_threads_is_copied_and_that_is_fast(alone):
    assert start._may_copy() is (sys.platform == "linux")
    assert start_seconds() < 0.01 or sys.platform != "linux"


@pytest.mark.parametrize(
    ("threads", "tasks", "may"),
    [
        ([PROGRESS_THREAD], ["1", "2"], True),
        (["somebody-else"], ["1", "2"], False),
        ([PROGRESS_THREAD, "somebody-else"], ["1", "2", "3"], False),
        ([], ["1", "2"], False),  # A thread that Python knows nothing of.
    ],
)
def test_a_thread_that_may_hold_a_lock_keeps_it_from_being_copied(
    threads, tasks, may, alone, monkeypatch
):
    monkeypatch.setattr(sys, "platform", "linux")
    others = [Thread(name) for name in threads]
    monkeypatch.setattr(threading, "enumerate", lambda: [alone, *others])
    monkeypatch.setattr(os, "listdir", lambda path: tasks)
    assert start._may_copy() is may
    assert (start_seconds() < 0.01) is may


def test_where_the_system_does_not_say_how_many_threads_there_are_it_is_not_copied(
    alone, monkeypatch
):
    def fail(path):
        raise FileNotFoundError(2, "no /proc")

    monkeypatch.setattr(os, "listdir", fail)
    assert not start._may_copy()


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_elsewhere_than_on_linux_it_is_not_copied(platform, alone, monkeypatch):
    monkeypatch.setattr(sys, "platform", platform)
    assert not start._may_copy()


def echo():
    """A worker that says back what it is told, and which signals it does not see."""
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    os.write(1, bytes([signal.SIGINT in blocked, signal.SIGTERM in blocked]))
    while data := os.read(0, 100):
        os.write(1, data)
    os._exit(7)


@pytest.fixture
def copied(monkeypatch):
    """Has workers be copies, and sees to it that none stays."""
    monkeypatch.setattr(start, "_may_copy", lambda: True)
    made = []

    def begin(work):
        process = start_worker(work)
        made.append(process)
        return process

    yield begin
    for process in made:
        process.kill()


def read_all(descriptor, size):
    data = b""
    while len(data) < size and (piece := os.read(descriptor, size - len(data))):
        data += piece
    return data


def test_a_copy_talks_over_its_pipes_sees_no_signals_and_ends_when_they_are_closed(copied):
    before = open_descriptors()
    masked = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    process = copied(echo)
    assert signal.pthread_sigmask(signal.SIG_BLOCK, ()) == masked  # This one sees them again.
    assert read_all(process.replies, 2) == b"\1\1"
    os.write(process.tasks, b"hello")
    assert read_all(process.replies, 5) == b"hello"
    os.close(process.tasks)
    assert read_all(process.replies, 1) == b""
    assert process.wait() == 7
    os.close(process.replies)
    assert open_descriptors() == before


def inherit():
    """A worker that says which descriptors it has."""
    os.write(1, b" ".join(sorted(name.encode() for name in os.listdir("/dev/fd"))))
    os._exit(0)


def test_a_copy_has_no_descriptor_of_the_original(copied, tmp_path):
    with (tmp_path / "open").open("wb"):
        process = copied(inherit)
        # Its pipes, nowhere to complain to, and the folder that it is just looking at.
        assert read_all(process.replies, 100) == b"0 1 2 3"
        os.close(process.tasks)
        os.close(process.replies)
        assert process.wait() == 0


def fail():
    raise ValueError("It does not get out of here.")


def test_a_copy_whose_work_fails_does_not_go_on_as_the_original(copied):
    process = copied(fail)
    assert read_all(process.replies, 1) == b""
    os.close(process.tasks)
    os.close(process.replies)
    assert process.wait() == 1
    process.kill()  # Nothing happens any more.


def test_a_copy_can_be_killed(copied):
    process = copied(echo)
    process.kill()
    os.close(process.tasks)
    os.close(process.replies)
    assert process.wait() == -signal.SIGKILL


def test_where_no_process_can_be_made_no_pipe_is_left(monkeypatch):
    def no_fork():
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(start, "_may_copy", lambda: True)
    monkeypatch.setattr(os, "fork", no_fork)
    before = open_descriptors()
    masked = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    with pytest.raises(OSError, match="unavailable"):
        start_worker(echo)
    assert open_descriptors() == before
    assert signal.pthread_sigmask(signal.SIG_BLOCK, ()) == masked
