"""Arguments and names of files that are no text, or that a terminal would act on."""

from __future__ import annotations

import json
import os

import pytest
from typer.testing import CliRunner

from artifact_stream.cli import app
from tests.helpers.support import FRAME_0, raw_entry

BYTE = os.fsdecode(b"\xff")
LOG = raw_entry("graph_dump", b"text", {"name": "g"}, **FRAME_0)


def command(*arguments):
    """Exit code, stdout and stderr of a command."""
    done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def base(tmp_path):
    base = tmp_path / f"base{BYTE}"
    (base / "logs").mkdir(parents=True)
    (base / "logs" / "a.log").write_bytes(LOG)
    (base / "logs" / f"{BYTE}.log").write_bytes(LOG + b"broken\n")
    return base


def test_a_byte_that_is_no_utf_8_costs_nothing(base):
    out, more = base / "out", ["--include", BYTE, "--compile-id", "0/0", "--compile-id", BYTE]
    assert command("run", base / "logs", out, *more)[0] == 0
    assert (out / "a" / "0_0_0" / "g.txt").read_bytes() == b"text"
    summary = json.loads((out / "summary.json").read_bytes())
    assert (summary["entries"]["written"], summary["problems"]) == (2, {"not_an_entry": 1})
    assert summary["arguments"]["include"] == [BYTE]
    assert command("run", base / "logs", out, "--resume", *more)[0] == 0
    code, _, said = command("run", base / "logs", out, "--resume")
    assert (code, r"--include differs (it was \xff)" in said) == (2, True)
    assert command("verify", out)[0] == 0
    for redact in ([], ["--redact"]):
        assert command("zip", out, base / f"{BYTE}.zip", *redact, "--overwrite")[0] == 0
    assert command("run", base / "logs", base / "lazy", "--lazy")[0] == 0
    assert command("unpack", base / "lazy")[0] == 0


def test_a_working_folder_that_was_removed_costs_what_is_relative_to_it(base, monkeypatch):
    gone = base / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    logs, out = base / "logs", base / "out"
    assert command("run", "../logs", out)[0] == 3
    assert command("run", logs, "out")[0] == 4
    assert command("run", logs, out, "--jobs", "2")[0] == 0
    assert command("zip", out, "x.zip")[0] == 4
    assert command("zip", out, base / "x.zip")[0] == 0
    assert command("verify", "out")[0] == 4
    assert command("unpack", "out")[0] == 4


@pytest.mark.parametrize("name", ["\x1b[2Jx", "\x9b31m", "two\nlines", "\u202egol"])
def test_names_do_nothing_to_the_terminal(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / f"{name}.log").write_bytes(LOG + b"broken\n")
    (tmp_path / f"{name}.txt").write_bytes(b"hello\n")
    (tmp_path / f"{name}.gz").write_bytes(b"\x1f\x8b\x08")
    out = f"out{name}"
    for arguments, code in [
        (["run", f"{name}.log", out], 0),
        (["run", f"{name}.log", out], 4),
        (["run", f"{name}.log", out, "--resume"], 0),
        (["run", f"{name}.txt", "o"], 3),
        (["run", f"{name}.gz", "o"], 3),
        (["run", f"nosuch{name}", "o"], 3),
        (["run", f"{name}.log", f"nosuch{name}", out, "--overwrite"], 3),
        (["verify", out], 0),
        (["verify", name], 4),
        (["zip", out, f"{name}.zip"], 0),
        (["zip", out, f"{name}.zip"], 2),
        (["unpack", out], 4),
    ]:
        found, stdout, stderr = command(*arguments)
        assert found == code, stderr
        assert all(line.isprintable() for line in (stdout + stderr).split("\n"))
        assert name not in stdout + stderr
