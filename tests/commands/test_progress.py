"""Progress: lines at the start, in between and at the end, and none where none is wanted."""

from __future__ import annotations

import io
import re
import threading
import time

import pytest

from artifact_stream.commands.progress import ProgressMonitor, format_seconds
from artifact_stream.pipeline.progress import RunProgress
from artifact_stream.workers.start import PROGRESS_THREAD


class Terminal(io.StringIO):
    def isatty(self):
        return True


def shown(counters, mode, interval=100.0, seconds=0.05, stream=None, error=None):
    """What is shown while a run has these counters."""
    stream = io.StringIO() if stream is None else stream
    try:
        with ProgressMonitor(counters, mode, interval, stream):
            time.sleep(seconds)
            if error is not None:
                raise error
    except KeyError:
        assert error is not None
    return stream.getvalue()


def counters(**more):
    made = RunProgress(total_bytes=1000, traces_total=1, entries_taken=1234, **more)
    made.read.stored_bytes = 250
    return made


def test_a_line_at_the_start_and_one_at_the_end():
    first, last = shown(counters(), "plain").splitlines()
    assert first == "artifact-stream: reading 1 trace, 1000 B" or re.fullmatch(
        r"artifact-stream: reading 1 trace, 1\.0 k?B", first
    )
    assert last.startswith("artifact-stream: done: 25%, 250 B of ")
    assert ", 1,234 entries, " in last


def test_one_entry_is_no_entries():
    one = RunProgress(total_bytes=1000, traces_total=1, entries_taken=1)
    assert ", 1 entry, " in shown(one, "plain").splitlines()[-1]


def test_lines_in_between():
    assert len(shown(counters(), "plain", interval=0.02, seconds=0.3).splitlines()) > 4


def test_of_a_pipe_nobody_knows_how_much_there_is():
    piped = counters()
    piped.total_bytes, piped.traces_total, piped.traces_done = None, 3, 2
    first, last = shown(piped, "plain").splitlines()
    assert first == "artifact-stream: reading 3 traces from a pipe"
    assert "250 B, 2 of 3 traces, " in last
    assert "%" not in last
    assert "left" not in last


def test_nothing_is_shown_before_the_sources_are_known():
    assert shown(RunProgress(), "plain").splitlines()[0].startswith("artifact-stream: done")


@pytest.mark.parametrize(
    ("more", "last"),
    [({"interrupted": True}, "interrupted: "), ({"was_complete": True}, "reading ")],
)
def test_the_last_line_says_how_it_ended(more, last):
    assert shown(counters(**more), "plain").splitlines()[-1].startswith(f"artifact-stream: {last}")


def test_an_error_has_the_last_word():
    assert shown(counters(), "plain", error=KeyError()).count("\n") == 1


def test_no_progress_is_none():
    assert shown(counters(), "none") == ""


@pytest.mark.parametrize(("term", "has_bar"), [("xterm", True), ("dumb", False)])
def test_a_capable_terminal_gets_a_bar(term, has_bar, monkeypatch):
    monkeypatch.setenv("TERM", term)
    text = shown(counters(trace="a\x1b[5mb"), "auto", stream=Terminal())
    assert ("artifact-stream: reading" in text) == (not has_bar)
    assert ("\x1b[" in text) == has_bar
    assert ("a?[5mb" in text) == has_bar  # What a trace is called commands no terminal.
    assert "\x1b[5m" not in text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (42.4, "42 s"), (99, "99 s"), (180, "3 min"), (3600, "60 min")],
)
def test_durations(seconds, text):
    assert format_seconds(seconds) == text


@pytest.mark.parametrize("mode", ["plain", "bar"])
def test_where_no_thread_can_be_started_the_work_goes_on(mode, monkeypatch):
    def fail(self):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", fail)
    said = shown(counters(), mode, stream=Terminal())
    assert ("done: 25%" in said) == (mode == "plain")


def test_the_bar_takes_one_thread(monkeypatch):
    start, started = threading.Thread.start, []

    def note(self):
        started.append(self.name)
        start(self)

    monkeypatch.setattr(threading.Thread, "start", note)
    assert "1,234 entries" in shown(counters(), "bar", seconds=0.3, stream=Terminal())
    assert started == [PROGRESS_THREAD]
