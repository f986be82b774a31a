"""One worker process, as the run sees it: pipes to it and from it, and what it has to do."""

from __future__ import annotations

import os
import select
import selectors
import sys
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Self

from artifact_stream.workers.job import Job
from artifact_stream.workers.messages import Batch, Ready, Reply, ReplyBuffer, encode_message
from artifact_stream.workers.start import start_worker

_PIPE_BYTES = 1 << 20
_READ_BYTES = 64 << 10


class Worker:
    """A worker process.

    Args:
        selector: Told which of its pipes are waited for.
        work: What the process does; see `start_worker`.

    Raises:
        OSError: It cannot be started.
    """

    def __init__(self, selector: selectors.BaseSelector, work: Callable[[], None]) -> None:
        self._process = start_worker(work)
        self._tasks = self._process.tasks
        self._takes_tasks = True
        self._replies = self._process.replies
        os.set_blocking(self._tasks, False)
        os.set_blocking(self._replies, False)
        _widen(self._tasks)
        self._selector = selector
        self._unsent = memoryview(b"")
        self._waits_to_send = False
        self._buffer = ReplyBuffer()
        self.jobs: deque[Job] = deque()
        self.cost = 0.0
        self.payload_bytes = 0
        self.is_ready = False
        selector.register(self._replies, selectors.EVENT_READ, self)

    def send(self, batch: Batch, jobs: list[Job]) -> None:
        """Give it more to do."""
        self.jobs.extend(jobs)
        self.cost += sum(job.task.cost_microseconds for job in jobs)
        self.payload_bytes += sum(job.task.payload_bytes for job in jobs)
        message = encode_message(batch)
        self._unsent = memoryview(bytes(self._unsent) + message if self._unsent else message)
        self._send_unsent()

    def _send_unsent(self) -> None:
        try:
            while self._unsent:
                self._unsent = self._unsent[os.write(self._tasks, self._unsent) :]
        except BlockingIOError:
            pass
        except OSError:
            self._unsent = memoryview(b"")  # It has died, as its other pipe will tell.
        if bool(self._unsent) != self._waits_to_send:
            self._waits_to_send = not self._waits_to_send
            if self._waits_to_send:
                self._selector.register(self._tasks, selectors.EVENT_WRITE, self)
            else:
                self._selector.unregister(self._tasks)

    def serve(self, on_reply: Callable[[Self, Reply], None]) -> bool:
        """Send what can be sent, take what has been answered.

        Returns:
            False if the process has ended.
        """
        self._send_unsent()
        try:
            data = os.read(self._replies, _READ_BYTES)
        except BlockingIOError:
            return True
        for reply in self._buffer.feed(data):
            self.is_ready = self.is_ready or isinstance(reply, Ready)
            on_reply(self, reply)
        return bool(data)

    def take_answered(self) -> Job:
        """The job that an answer is for: they come in order."""
        job = self.jobs.popleft()
        self.cost -= job.task.cost_microseconds
        self.payload_bytes -= job.task.payload_bytes
        return job

    def end(self) -> int:
        """Let go of a process that has ended; returns its exit status, negative for a signal."""
        self._selector.unregister(self._replies)
        self._close_tasks()
        os.close(self._replies)
        return self._process.wait()

    def _close_tasks(self) -> None:
        """Tell it that there are no more tasks; nothing happens if that has been done."""
        if not self._takes_tasks:
            return
        self._takes_tasks = False
        if self._waits_to_send:
            self._selector.unregister(self._tasks)
            self._waits_to_send = False
        os.close(self._tasks)

    def kill(self) -> None:
        """End the process at once, whatever it does."""
        self._process.kill()
        self.end()

    def dismiss(self, on_reply: Callable[[Self, Reply], None], patience_seconds: float) -> None:
        """End the process: at once if it is not idle, else when it has said farewell.

        Args:
            on_reply: Takes what it says.
            patience_seconds: So long it is waited for; somebody may have stopped it.
        """
        if not self.jobs and self.is_ready:
            self._close_tasks()
            deadline = time.monotonic() + patience_seconds
            answers = select.poll()
            answers.register(self._replies, select.POLLIN)
            while answers.poll(1000 * max(0.0, deadline - time.monotonic())):
                data = os.read(self._replies, _READ_BYTES)
                if not data:
                    self.end()
                    return
                for reply in self._buffer.feed(data):
                    on_reply(self, reply)
        self.kill()


def _widen(pipe: int) -> None:
    """Let a pipe hold a whole batch, where the system has a way to say so."""
    if sys.platform == "linux":
        import fcntl

        with suppress(OSError):
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
