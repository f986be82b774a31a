"""`artifact-stream explain`."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from artifact_stream import cli
from artifact_stream.commands import explain
from tests.helpers.support import tree
from tests.helpers.told_logs import whole


@pytest.fixture
def log(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "t.log").write_bytes(whole())
    return tmp_path / "t.log"


def invoked(*arguments):
    return CliRunner().invoke(cli.app, ["explain", *arguments])


def test_a_log_is_explained_and_nothing_is_written(log, tmp_path):
    before = tree(tmp_path)
    done = invoked("t.log")
    assert (done.exit_code, done.stdout.splitlines()[0]) == (0, "t.log, torch 2.13.0")
    assert "1 failure, 1 graph break, 1 recompilation." in done.stdout
    assert tree(tmp_path) == before


def test_an_output_and_stdin_give_the_same_findings(log):
    assert CliRunner().invoke(cli.app, ["run", "t.log", "out"]).exit_code == 0
    of_output = json.loads(invoked("out", "--json").stdout)
    of_log = json.loads(invoked("t.log", "--json").stdout)
    command = [sys.executable, "-m", "artifact_stream", "explain", "-", "--json"]
    with open(log, "rb") as stdin:
        done = subprocess.run(command, stdin=stdin, capture_output=True, check=True)
    of_stdin = json.loads(done.stdout)
    for content in (of_output, of_log, of_stdin):
        for finding in content["findings"]:
            finding["evidence"] = [each["line"] for each in finding["evidence"]]
    assert of_output == of_log == of_stdin
    assert len(of_log["findings"]) == 3


@pytest.mark.parametrize(("source", "code"), [("gone.log", 3), ("", 2)])
def test_what_cannot_be_read_ends_in_a_sentence(log, source, code):
    done = invoked(source)
    assert (done.exit_code, done.stdout) == (code, "")
    assert done.stderr.startswith("error: ")


def test_its_examples_name_it():
    assert explain.EPILOG.count("artifact-stream explain") == 3
