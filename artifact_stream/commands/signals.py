"""Signals for the command line: the first asks a run to stop, the second ends it at once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from artifact_stream.stop import StopRequest

SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def signals_ask(stop: StopRequest) -> Iterator[None]:
    """While this lasts, SIGINT and SIGTERM make a request to stop.

    The second one does what it does by default: it ends the process.  Outside of the main thread,
    where Python takes no signals, nothing is changed.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ask(number: int, _: FrameType | None) -> None:
        for each in SIGNALS:
            signal.signal(each, signal.SIG_DFL)
        stop.ask(number)

    # One that is ignored stays so: `nohup`, or a shell that has put the run in the background.
    earlier = {
        number: signal.signal(number, ask)
        for number in SIGNALS
        if signal.getsignal(number) is not signal.SIG_IGN
    }
    try:
        yield
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)
