"""The commands: each in a file of its own, documented, thin over a function of the library."""

from __future__ import annotations

import inspect
import json
import os

import pytest
import typer
from typer.testing import CliRunner

from artifact_stream import cli
from artifact_stream.commands import options, run, serve, unpack, verify
from artifact_stream.commands import zip as zip_command
from tests.helpers.support import FRAME_0, raw_entry

MODULES = {"run": run, "serve": serve, "unpack": unpack, "verify": verify, "zip": zip_command}
COMMANDS = typer.main.get_command(cli.app).commands
FUNCTIONS = {
    name: [
        value for key, value in vars(module).items()
        if key.endswith("_command") and inspect.getmodule(value) is module
    ]
    for name, module in MODULES.items()
}  # fmt: skip


def invoked(*arguments):
    return CliRunner().invoke(cli.app, [str(argument) for argument in arguments])


@pytest.fixture
def out(tmp_path):
    (tmp_path / "t.log").write_bytes(
        raw_entry("inductor_output_code", b"import torch\n", {"filename": "a.py"}, **FRAME_0)
        + b"no entry\n"
    )
    return tmp_path / "out"


@pytest.mark.parametrize("name", MODULES)
def test_a_file_is_a_command_that_is_registered(name):
    # One of them: a file may hold an earlier name of its command too, hidden.
    callbacks = [
        inspect.unwrap(command.callback) for command in COMMANDS.values() if not command.hidden
    ]
    assert len([function for function in FUNCTIONS[name] if function in callbacks]) == 1


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_parameter_says_what_it_is(name):
    command = COMMANDS[name]
    assert command.help
    for parameter in command.params:
        assert parameter.name == "help" or parameter.help, f"{name}: {parameter.name}"
    assert "debug" in [parameter.name for parameter in command.params]


def test_progress_has_the_modes_that_the_monitor_knows(out):
    log = out.with_name("t.log")
    for mode in options.ProgressMode:
        done = invoked("run", "--overwrite", "--progress", mode.value, log, out)
        assert done.exit_code == 0, done.output
        assert ("reading 1 trace" in done.stderr) == (mode.value in ("auto", "plain"))
    assert invoked("run", "--progress", "loud", log, out).exit_code == 2


def test_run_verify_and_unpack_of_one_output(out):
    done = invoked("run", "--lazy", "--progress", "none", "--json", out.with_name("t.log"), out)
    assert done.exit_code == 0, done.output
    summary = json.loads(done.stdout)
    assert summary["entries"]["written"] == 1
    assert list((out / "packs").iterdir())
    assert invoked("verify", out).exit_code == 0
    done = invoked("unpack", "--progress", "none", out)
    assert (done.exit_code, done.output) == (0, "")
    assert not (out / "packs").exists()
    assert invoked("verify", out).exit_code == 0


def test_problems_fail_a_strict_run(out):
    log = out.with_name("t.log")
    assert invoked("run", "--strict", "--progress", "none", log, out).exit_code == 1
    assert (out / "index.html").exists()


def test_findings_are_lines_and_fail_the_command(out):
    invoked("run", "--progress", "none", out.with_name("t.log"), out)
    (out / "summary.json").unlink()
    done = invoked("verify", "--json", out)
    assert done.exit_code == verify.EXIT_FINDINGS
    findings = [json.loads(line) for line in done.stdout.splitlines()]
    assert "summary.json" in [finding["url"] for finding in findings]


def test_serve_and_zip_refuse_what_is_no_output(out):
    out.mkdir()
    for arguments in (("serve", out), ("zip", out, out.with_name("a.zip")), ("verify", out)):
        done = invoked(*arguments)
        assert done.exit_code == 4
        assert done.stderr.startswith("error: ")
    assert not out.with_name("a.zip").exists()


def test_a_file_whose_name_is_no_utf_8_is_a_source_as_any_other(out):
    path = os.path.join(os.fsencode(out.parent), b"a\xff.log")
    os.rename(out.with_name("t.log"), path)
    done = invoked("run", "--progress", "none", os.fsdecode(path), out)
    assert done.exit_code == 0, done.output
    assert json.loads((out / "summary.json").read_bytes())["arguments"]["sources"] == [
        os.fsdecode(path)
    ]
    assert invoked("verify", out).exit_code == 0


def test_an_option_that_matches_nothing_is_told_and_is_no_error(out):
    source = out.parent / "t.log"
    result = invoked("run", "--compile-id", "0/\x1b9", "--progress", "none", source, out)
    assert result.exit_code == 0
    assert result.stderr == "warning: --compile-id 0/?9 matches nothing; found there: [0/0].\n"
