"""One command at a time changes an output, and those that read it say that one does."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from artifact_stream import Options, OutputUnusable, run, unpack, zip_output
from artifact_stream.output.lock import (
    ChangeWatch,
    check_not_being_changed,
    held,
    is_being_changed,
)
from artifact_stream.tools.verify.outputs import verify
from tests.helpers.support import FRAME_0, raw_entry, tree

COMMAND = [sys.executable, "-m", "artifact_stream"]
LOG = raw_entry("aot_joint_graph", b"graph", **FRAME_0)
OTHER_LOG = raw_entry("graph_dump", b"other", {"name": "g"}, **FRAME_0) * 2


@pytest.fixture
def log(tmp_path) -> Path:
    path = tmp_path / "t.log"
    path.write_bytes(LOG)
    return path


def open_descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def test_it_is_one_commands_until_that_lets_go(tmp_path):
    out = str(tmp_path / "out")
    assert not is_being_changed(out)
    with held(out, made=True):
        before = open_descriptors()
        assert is_being_changed(out)
        with pytest.raises(OutputUnusable, match="being written by another run or unpack"):
            check_not_being_changed(out)
        with pytest.raises(OutputUnusable, match="being written"), held(out):
            pass
        assert open_descriptors() == before
    assert not is_being_changed(out)
    check_not_being_changed(out)
    with held(out):
        pass


def test_a_folder_that_cannot_be_made(tmp_path, monkeypatch):
    """The system says so of `/proc`, as it does of what somebody has removed."""

    def not_there(path, *_arguments, **_options):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)

    monkeypatch.setattr(os, "makedirs", not_there)
    says = r"out cannot be made there \(No such file or directory\): name another folder.$"
    with pytest.raises(OutputUnusable, match=says), held(str(tmp_path / "out"), made=True):
        pass


def test_whoever_asks_keeps_nobody_away(tmp_path):
    out, stop = str(tmp_path), threading.Event()

    def ask():
        while not stop.is_set():
            is_being_changed(out)

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        for _ in range(50):
            with held(out):
                pass
    finally:
        stop.set()
        asking.join()


def test_a_folder_that_is_not_there_cannot_be_held(tmp_path):
    with pytest.raises(OutputUnusable, match="No such file"), held(str(tmp_path / "missing")):
        pass


def test_a_folder_that_took_its_place_is_another(tmp_path, monkeypatch):
    from artifact_stream.disk.directories import Directory

    out, lock = tmp_path / "out", Directory.lock

    def lock_and_lose(self: Directory) -> bool:
        out.rename(tmp_path / "moved")
        out.mkdir()
        return lock(self)

    monkeypatch.setattr(Directory, "lock", lock_and_lose)
    with pytest.raises(OutputUnusable, match="being written"), held(str(out), made=True):
        pass


def test_a_change_is_noticed_afterwards(log, tmp_path):
    out = str(tmp_path / "out")
    run([str(log)], out)
    watch = ChangeWatch(out)
    assert not watch.has_changed()
    with held(out):
        assert watch.has_changed()
    assert not watch.has_changed()
    run([str(log)], out, overwrite=True)
    assert watch.has_changed()


@pytest.mark.parametrize("how", [{}, {"resume": True}])
def test_a_run_that_waited_replaces_nothing_that_was_made_meanwhile(how, log, tmp_path):
    out, pipe = tmp_path / "out", tmp_path / "pipe"
    os.mkfifo(pipe)
    errors = []

    def wait_and_run():
        try:
            run([str(pipe)], str(out), jobs=1, **how)
        except OutputUnusable as error:
            errors.append(str(error))

    waiting = threading.Thread(target=wait_and_run)
    waiting.start()
    with pipe.open("wb") as feed:  # Once it is open, the other run is waiting for bytes.
        run([str(log)], str(out))
        before = tree(out)
        feed.write(OTHER_LOG)
    waiting.join()
    assert len(errors) == 1
    assert ("is not empty" if not how else "was changed by another run") in errors[0]
    assert tree(out) == before


@pytest.mark.slow
def test_of_three_runs_at_once_one_goes_on(log, tmp_path):
    for number in range(6):
        out = tmp_path / f"out{number}"
        started = []
        for delay in (0.0, 0.01, 0.02):
            time.sleep(delay)
            command = [*COMMAND, "run", "--progress", "none", str(log), str(out)]
            started.append(subprocess.Popen(command, stderr=subprocess.DEVNULL))
        assert sorted(process.wait() for process in started) == [0, 4, 4]
        assert list(verify(str(out))) == []


def test_of_two_that_unpack_one_does(log, tmp_path):
    out = str(tmp_path / "out")
    run([str(log)], out, Options(lazy=True))
    before = tree(tmp_path / "out")
    with held(out), pytest.raises(OutputUnusable, match="being written"):
        unpack(out)
    assert tree(tmp_path / "out") == before
    unpack(out)
    with pytest.raises(OutputUnusable, match="nothing to unpack"):
        unpack(out)
    assert list(verify(out)) == []


def test_readers_say_that_it_is_being_changed(log, tmp_path, monkeypatch):
    out, zipped = str(tmp_path / "out"), tmp_path / "x.zip"
    run([str(log)], out)
    with held(out):
        assert [finding.slug for finding in verify(out)] == ["being_changed"]
        with pytest.raises(OutputUnusable, match="being written"):
            zip_output(out, str(zipped))
    findings = verify(out)
    with monkeypatch.context() as patched:
        patched.setattr(ChangeWatch, "has_changed", lambda _: True)
        assert [finding.slug for finding in findings] == ["being_changed"]
        with pytest.raises(OutputUnusable, match="was changed by another run"):
            zip_output(out, str(zipped))
    assert [path.name for path in tmp_path.iterdir() if path.suffix not in (".log", "")] == []
    assert list(verify(out)) == []
