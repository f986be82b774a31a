"""Asking a run to stop: at once, in order, and where it may be waiting for ever."""

from __future__ import annotations

import signal

import pytest

from artifact_stream.stop import Interrupted, StopRequest


def test_nothing_has_to_be_brought_to_an_end():
    stop = StopRequest()
    assert not stop.is_made
    with pytest.raises(Interrupted):
        stop.ask(signal.SIGTERM)
    assert stop.is_made
    assert stop.signal_number == signal.SIGTERM


def test_a_request_is_only_noted_while_it_is_deferred():
    stop = StopRequest()
    with stop.deferred():
        with stop.deferred():
            stop.ask(signal.SIGINT)
        stop.ask(signal.SIGTERM)  # The inner one has not ended the outer one.
        assert stop.signal_number == signal.SIGTERM
    with pytest.raises(Interrupted):
        stop.ask(signal.SIGINT)


def test_a_request_ends_waiting_that_goes_on():
    stop = StopRequest()
    waited = []
    with stop.deferred():
        with stop.waiting():
            waited.append("until something came")
        with pytest.raises(Interrupted), stop.waiting():
            stop.ask(signal.SIGINT)
        stop.ask(signal.SIGINT)  # Deferred again.
    assert waited == ["until something came"]


def test_a_request_that_came_before_ends_waiting_before_it_begins():
    stop = StopRequest()
    with stop.deferred():
        stop.ask(signal.SIGINT)
        with pytest.raises(Interrupted), stop.waiting():
            pytest.fail("it would wait for ever")


def test_what_handles_failures_of_entries_does_not_take_it_for_one():
    assert not issubclass(Interrupted, Exception)
