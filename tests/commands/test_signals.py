"""Signals: the first asks, the second ends, and afterwards all is as before."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading

import pytest

from artifact_stream.commands.signals import SIGNALS, signals_ask
from artifact_stream.stop import StopRequest


def handlers():
    return [signal.getsignal(number) for number in SIGNALS]


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_asks_and_the_next_one_would_end(number):
    before, stop = handlers(), StopRequest()
    with signals_ask(stop), stop.deferred():
        assert not stop.is_made
        signal.raise_signal(number)
        assert stop.signal_number == number
        assert handlers() == [signal.SIG_DFL] * len(SIGNALS)
    assert handlers() == before


def test_the_second_signal_ends_the_process():
    code = (
        "import signal; from artifact_stream.stop import StopRequest; "
        "from artifact_stream.commands.signals import signals_ask; stop = StopRequest()\n"
        "with signals_ask(stop), stop.deferred():\n"
        "    signal.raise_signal(signal.SIGTERM); print('asked', flush=True)\n"
        "    signal.raise_signal(signal.SIGTERM); print('still there')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == -signal.SIGTERM
    assert done.stdout == b"asked\n"


def test_a_signal_that_is_ignored_stays_so():
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        stop = StopRequest()
        with signals_ask(stop):
            signal.raise_signal(signal.SIGINT)
        assert not stop.is_made
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


def test_another_thread_changes_nothing():
    before, during = handlers(), []

    def work():
        with signals_ask(StopRequest()):
            during.extend(handlers())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert during == before
