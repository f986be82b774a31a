"""Waiting for a pipe, which may have no more for hours, or for ever.

Meanwhile what is done can be published, and a request to stop is heard.
"""

from __future__ import annotations

import os
import select
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO

from artifact_stream.stop import StopRequest


class Waiting:
    """Reads from pipes for a run that has more to do than to wait.

    Args:
        stop: Ends the waiting; None where nobody can ask for it.
    """

    def __init__(self, stop: StopRequest | None = None) -> None:
        self._stop = stop or StopRequest()
        self._before: Callable[[], None] | None = None

    @contextmanager
    def preceded_by(self, finish: Callable[[], None]) -> Iterator[None]:
        """While this lasts, `finish` is called before a pipe is waited for."""
        earlier, self._before = self._before, finish
        try:
            yield
        finally:
            self._before = earlier

    def open(self, path: str) -> BinaryIO:
        """Open a file, or a pipe once somebody writes to it, which may be never.

        Raises:
            Interrupted: A stop is asked for while a pipe is waited for, or has been before.
            OSError: It cannot be opened.
        """
        if not stat.S_ISFIFO(os.stat(path).st_mode):
            return open(path, "rb", buffering=0)
        with self._stop.waiting():
            return open(path, "rb", buffering=0)

    def prepare(self, descriptor: int) -> None:
        """Have everything finished that is to be, if a pipe would have to be waited for now."""
        if self._before is not None and not _has_more(descriptor):
            self._before()

    def read(self, descriptor: int, size: int) -> bytes:
        """Up to `size` bytes of a pipe, as soon as it has any; none at its end.

        Raises:
            Interrupted: A stop is asked for, or has been before.
            OSError: It cannot be read.
        """
        with self._stop.waiting():
            return os.read(descriptor, size)


def _has_more(descriptor: int) -> bool:
    """False if a pipe would have to be waited for; true where that cannot be told."""
    if not hasattr(select, "poll"):
        return True
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(0))
