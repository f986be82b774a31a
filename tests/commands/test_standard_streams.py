"""Standard streams that are closed, full or read by nobody cost what was to go through them."""

from __future__ import annotations

import io
import os
import subprocess
import sys

import pytest

from artifact_stream.commands.standard_streams import prepare_standard_streams
from tests.helpers.support import FRAME_0, raw_entry

COMMAND = f"{sys.executable} -m artifact_stream"
PROBLEM = b"no entry\n"


@pytest.fixture
def log(tmp_path):
    (tmp_path / "t.log").write_bytes(raw_entry("aot_joint_graph", b"graph", **FRAME_0) + PROBLEM)
    return tmp_path / "t.log"


def shell(text, folder):
    """What a shell gets that runs this, with `run` standing for the command."""
    text = text.replace("run ", f"{COMMAND} run ", 1)
    done = subprocess.run(
        ["bash", "-c", text], cwd=folder, capture_output=True, check=False, timeout=60,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr.decode()


@pytest.mark.parametrize(
    "streams",
    ["2>&-", "2>/dev/full", "--progress bar 2>/dev/full", "<&- >&- 2>&-", "--progress none >&-"],
)
def test_messages_alone_are_lost(log, tmp_path, streams):
    code, stdout, _ = shell(f"run t.log out {streams}", tmp_path)
    assert (code, stdout) == (0, b"")
    assert (tmp_path / "out" / "0_0_0" / "aot_joint_graph.txt").read_bytes() == b"graph"


@pytest.mark.parametrize("streams", ["2>&-", "2>/dev/full"])
def test_the_exit_code_tells_without_messages(log, tmp_path, streams):
    assert shell(f"run --strict t.log out {streams}", tmp_path)[0] == 1
    assert shell(f"run nosuch out2 {streams}", tmp_path)[0] == 3
    assert shell(f"run {streams}", tmp_path)[0] == 2


@pytest.mark.parametrize("streams", [">&-", ">/dev/full", "| true; exit ${PIPESTATUS[0]}"])
def test_stdout_that_does_not_take_the_summary(log, tmp_path, streams):
    code, _, said = shell(f"run --json --strict --progress none t.log out {streams}", tmp_path)
    assert code == 4
    assert said.splitlines()[-1].startswith("error: Stdout cannot be written (")
    assert "Traceback" not in said
    assert (tmp_path / "out" / "summary.json").exists()


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_stdout_that_does_not_take_a_help_text(tmp_path, option):
    done = subprocess.run(
        ["sh", "-c", f"{COMMAND} {option} >/dev/full"], capture_output=True, check=False
    )
    assert done.returncode == 4
    assert done.stderr.startswith(b"error: Stdout cannot be written (")
    assert done.stderr.count(b"\n") == 1


@pytest.mark.parametrize("stdin", ["<&-", "0>/dev/null"])
def test_stdin_that_cannot_be_read(tmp_path, stdin):
    code, _, said = shell(f"run - out {stdin}", tmp_path)
    assert code == 3
    assert said.lower().startswith("error: stdin cannot be read (")
    assert said.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_no_file_gets_the_number_of_a_closed_stream():
    code = (
        "import os\n"
        "from artifact_stream.commands.standard_streams import prepare_standard_streams\n"
        "for number in (0, 1, 2): os.close(number)\n"
        "prepare_standard_streams()\n"
        "os._exit(os.open('/dev/null', os.O_RDONLY))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode >= 3


def test_streams_of_somebody_else_are_left_alone(monkeypatch):
    theirs = io.StringIO()
    monkeypatch.setattr(sys, "stdout", theirs)
    monkeypatch.setattr(sys, "stderr", theirs)
    prepare_standard_streams()
    assert sys.stdout is sys.stderr is theirs
