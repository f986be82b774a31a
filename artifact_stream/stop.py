"""Asking a run to stop: in order where that takes a moment, at once where it might take for ever.

The library installs no signal handlers; whoever does (the command line) calls `StopRequest.ask`
from them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class Interrupted(BaseException):
    """The run was asked to stop where it had nothing to bring to an end.

    Not an `Exception`: what handles the failure of one entry must not take it for one.
    """


class StopRequest:
    """Whether somebody wants a run to stop, and whether it is to be told at once.

    Attributes:
        signal_number: The signal that asked; None as long as nobody has.
    """

    __slots__ = ("_is_deferred", "signal_number")

    def __init__(self) -> None:
        self.signal_number: int | None = None
        self._is_deferred = False

    @property
    def is_made(self) -> bool:
        """True once somebody has asked."""
        return self.signal_number is not None

    def ask(self, signal_number: int) -> None:
        """Ask the run to stop; to be called by the thread that runs it, from a signal handler.

        Raises:
            Interrupted: Nothing has to be brought to an end.
        """
        self.signal_number = signal_number
        if not self._is_deferred:
            raise Interrupted

    @contextmanager
    def deferred(self) -> Iterator[None]:
        """While this lasts, a request is only noted: whoever is at work looks for it."""
        earlier, self._is_deferred = self._is_deferred, True
        try:
            yield
        finally:
            self._is_deferred = earlier

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """While this lasts, a request ends what is done: it may be waiting for ever.

        Raises:
            Interrupted: A request is made, or has been made before.
        """
        earlier, self._is_deferred = self._is_deferred, False
        try:
            if self.is_made:
                raise Interrupted
            yield
        finally:
            self._is_deferred = earlier
