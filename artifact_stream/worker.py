"""One worker process, as the run sees it: pipes to it and from it, and what it has to do."""

from __future__ import annotations

import os
import selectors
import signal
import sys
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Self

import msgspec

from artifact_stream.directories import Directory
from artifact_stream.render_task import Rendered, RenderTask
from artifact_stream.worker_messages import Batch, Ready, Reply, ReplyBuffer, encode_message

_PIPE_BYTES = 1 << 20
_READ_BYTES = 64 << 10

# Exactly the modules that this process would import, without looking for them again.
_CODE = (
    "import os, sys; sys.path[:] = sys.argv[1].split(os.pathsep); "
    "from artifact_stream.worker_process import main; main()"
)
_PACKAGE_HOME = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class Job(msgspec.Struct, eq=False):
    """A task on its way to a worker and back.

    Attributes:
        task: What is to be done.
        staging: Where its files are made.
        rendered: What came of it, once that is known.
        given_back: No worker will do it: the caller is to.
        deaths: How many workers have died of it.
    """

    task: RenderTask
    staging: Directory
    rendered: Rendered | None = None
    given_back: bool = False
    deaths: int = 0


class Worker:
    """A worker process.

    Args:
        selector: Told which of its pipes are waited for.

    Raises:
        OSError: It cannot be started.
    """

    def __init__(self, selector: selectors.BaseSelector) -> None:
        import subprocess  # Small traces need no workers.

        path = os.pathsep.join([_PACKAGE_HOME, *(os.path.abspath(entry) for entry in sys.path)])
        # A terminal or a service manager sends these to every process.  When to stop is the
        # run's decision: a worker never sees them, not even before it has begun.
        earlier = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
        try:
            self._process = subprocess.Popen(  # noqa: S603 - this very interpreter
                [sys.executable, "-I", "-S", "-c", _CODE, path],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
            )
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, earlier)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._tasks = self._process.stdin.fileno()
        self._replies = self._process.stdout.fileno()
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
        if self._waits_to_send:
            self._selector.unregister(self._tasks)
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            with suppress(OSError):
                pipe.close()
        return self._process.wait()

    def dismiss(self, on_reply: Callable[[Self, Reply], None]) -> None:
        """End the process: at once if it is not idle, else when it has said farewell."""
        if self.jobs or not self.is_ready:
            self._process.kill()
        else:
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            self._process.stdin.close()
            os.set_blocking(self._replies, True)
            while data := os.read(self._replies, _READ_BYTES):
                for reply in self._buffer.feed(data):
                    on_reply(self, reply)
        self.end()


def _widen(pipe: int) -> None:
    """Let a pipe hold a whole batch, where the system has a way to say so."""
    if sys.platform == "linux":
        import fcntl

        with suppress(OSError):
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
