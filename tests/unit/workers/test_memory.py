"""How much memory this process has had."""

from __future__ import annotations

import builtins
import io
import sys

import pytest

from artifact_stream.workers.memory import peak_memory_bytes

STATUS = b"Name:\tpython\nVmPeak:\t  999999 kB\nVmHWM:\t    1234 kB\nVmRSS:\t     12 kB\n"


def test_it_is_what_an_interpreter_takes_and_never_less_than_before():
    before = peak_memory_bytes()
    assert before > 5 << 20
    block = b"x" * before
    assert len(block) < peak_memory_bytes()
    del block
    assert peak_memory_bytes() > before


@pytest.mark.parametrize(
    ("status", "expected"), [(STATUS, 1234 * 1024), (b"Name:\tpython\n", None), (None, None)]
)
def test_the_system_says_it_and_else_the_process_is_asked(status, expected, monkeypatch):
    def open_status(path, mode):
        assert path == "/proc/self/status"
        if status is None:
            raise FileNotFoundError(2, "no /proc")
        return io.BytesIO(status)

    monkeypatch.setattr(builtins, "open", open_status)
    found = peak_memory_bytes()
    monkeypatch.undo()
    assert found == expected if expected else found > 5 << 20


@pytest.mark.parametrize(("platform", "factor"), [("darwin", 1), ("freebsd14", 1024)])
def test_the_unit_of_the_system_is_known(platform, factor, monkeypatch):
    import resource

    def no_status(*_):
        raise FileNotFoundError(2, "no /proc")

    usage = type("Usage", (), {"ru_maxrss": 7000})
    monkeypatch.setattr(resource, "getrusage", lambda who: usage)
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(builtins, "open", no_status)
    found = peak_memory_bytes()
    monkeypatch.undo()
    assert found == 7000 * factor


def test_where_nobody_knows_it_is_not_guessed(monkeypatch):
    def no_status(*_):
        raise FileNotFoundError(2, "no /proc")

    monkeypatch.setitem(sys.modules, "resource", None)
    monkeypatch.setattr(builtins, "open", no_status)
    found = peak_memory_bytes()
    monkeypatch.undo()
    assert found is None
