"""Starting a worker process: a copy of this process where that is safe, else a new interpreter.

A new interpreter takes a tenth of a second of processor time to load what this one has loaded
already.  A copy (fork) takes a thousandth, but only the calling thread lives on in it: what another
thread has locked stays locked.  So this process is copied on Linux only, and only while all its
threads are known to do nothing that a worker needs.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn, Protocol

# Exactly the modules that this process would import, without looking for them again.
_CODE = (
    "import os, sys; sys.path[:] = sys.argv[1].split(os.pathsep); "
    "from artifact_stream.workers.process import main; main()"
)
_PACKAGE_HOME = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))


class WorkerProcess(Protocol):
    """A worker that has been started.

    Attributes:
        tasks: Descriptor of the pipe to it.
        replies: Descriptor of the pipe from it.
    """

    tasks: int
    replies: int

    def kill(self) -> None:
        """Stop it at once; nothing happens if it has ended."""

    def wait(self) -> int:
        """Wait for its end; its exit status, negative for a signal."""


def start_seconds() -> float:
    """About how long it takes until a worker that is started now is ready."""
    return 0.004 if _may_copy() else 0.1


def start_worker(work: Callable[[], None]) -> WorkerProcess:
    """Start a worker.

    Args:
        work: What it does, from its standard input to its standard output: `process.main`, which a
            new interpreter finds by its name.

    Raises:
        OSError: It cannot be started.
    """
    # A terminal or a service manager sends these to every process.  When to stop is the run's
    # decision: a worker never sees them, not even before it has begun.
    earlier = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        return _Copy(work) if _may_copy() else _Interpreter()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, earlier)


def _may_copy() -> bool:
    if sys.platform != "linux":
        return False
    # All that the thread that shows progress locks are the screen and its own clock.
    known = {threading.current_thread().name, PROGRESS_THREAD}
    names = [thread.name for thread in threading.enumerate()]
    try:
        # Threads that Python knows nothing of are there too, such as those of a numeric library.
        return known.issuperset(names) and len(os.listdir("/proc/self/task")) == len(names)
    except OSError:
        return False


class _Interpreter:
    """A worker in an interpreter of its own."""

    def __init__(self) -> None:
        import subprocess  # Where it is not needed, loading it would take longer than a copy.

        path = os.pathsep.join([_PACKAGE_HOME, *(os.path.abspath(entry) for entry in sys.path)])
        self._process = subprocess.Popen(  # noqa: S603 - this very interpreter
            [sys.executable, "-I", "-S", "-c", _CODE, path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self.tasks = os.dup(self._process.stdin.fileno())
        self.replies = os.dup(self._process.stdout.fileno())
        self._process.stdin.close()
        self._process.stdout.close()

    def kill(self) -> None:
        self._process.kill()

    def wait(self) -> int:
        return self._process.wait()


class _Copy:
    """A worker that is a copy of this process."""

    def __init__(self, work: Callable[[], None]) -> None:
        task_end, self.tasks = os.pipe()
        self.replies, reply_end = os.pipe()
        try:
            with warnings.catch_warnings():
                # Newer Pythons warn of threads; see `_may_copy`.
                warnings.simplefilter("ignore", DeprecationWarning)
                self._process_id = os.fork()
        except OSError:
            os.close(self.tasks)
            os.close(self.replies)
            raise
        else:
            if self._process_id == 0:
                _become_worker(task_end, reply_end, work)
        finally:
            os.close(task_end)
            os.close(reply_end)

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self._process_id, signal.SIGKILL)

    def wait(self) -> int:
        _, status = os.waitpid(self._process_id, 0)
        return os.waitstatus_to_exitcode(status)


def _become_worker(task_end: int, reply_end: int, work: Callable[[], None]) -> NoReturn:
    """Work in the copy until its end; nothing that belongs to the original is touched."""
    try:
        import fcntl

        # Objects of the original must not close descriptors that now stand for something else.
        gc.freeze()
        nowhere = os.open(os.devnull, os.O_RDWR)
        # None of them may have a number that another one is about to get.
        ends = [fcntl.fcntl(end, fcntl.F_DUPFD, 3) for end in (task_end, reply_end, nowhere)]
        for number, end in enumerate(ends):
            os.dup2(end, number)
        os.closerange(3, os.sysconf("SC_OPEN_MAX"))
        work()
    finally:
        os._exit(1)


PROGRESS_THREAD = "artifact-stream-progress"
"""Name of the thread that polls them."""
