"""What the library says, as a command line says it: its remedies are options that there are."""

from __future__ import annotations

import re

import pytest
from typer.main import get_command

from artifact_stream.cli import app
from artifact_stream.commands.wording import finding_text, remedy_text, sentence
from artifact_stream.disk.staged_files import output_error
from artifact_stream.errors import Advice, Argument, Remedy, WrongUsage
from artifact_stream.options import Options
from artifact_stream.tools.verify.finding import Finding

COMMANDS = get_command(app).commands
FULL = OSError(28, "No space left on device")


def options_of(command: str) -> set[str]:
    return {option for parameter in COMMANDS[command].params for option in parameter.opts}


@pytest.mark.parametrize(
    ("command", "then"),
    [
        ("run", "then resume with --resume."),
        ("unpack", "then unpack it again."),
        ("zip", "then try again."),
        ("verify", "then try again."),
    ],
)
def test_each_command_names_what_it_can_do(command, then):
    said = sentence(output_error("out", FULL), command)
    assert said == f"out cannot be written (No space left on device): free some space, {then}"


@pytest.mark.parametrize("remedy", Remedy)
@pytest.mark.parametrize("command", COMMANDS)
def test_the_options_that_are_named_exist(command, remedy):
    text = remedy_text(Advice(remedy), command)
    assert "=True" not in text
    meant = "run" if "run " in text else command
    for option in re.findall(r"--[\w-]+", text):
        ours = options_of(meant)
        other_tools = {"--long"}  # zstd's
        only_there = {Remedy.REPLACE: {"--overwrite"}, Remedy.OTHER_PORT: {"--port"}}
        assert option in ours | other_tools | only_there.get(remedy, set())


def test_remedies_of_one_command_are_options_of_it():
    assert "--overwrite" in options_of("run") & options_of("zip")
    assert "--port" in options_of("serve")


@pytest.mark.parametrize("name", [*Options.__struct_fields__, "jobs", "resume", "overwrite"])
def test_every_argument_has_an_option_that_exists(name):
    option = sentence(WrongUsage(Argument(name)), "run")
    assert option in options_of("run")
    assert sentence(WrongUsage(Argument(name, 0), " is wrong."), "run") == f"{option} 0 is wrong."


def test_findings_end_in_what_helps():
    plain = Finding("missing_file", "x", "it is not there")
    assert finding_text(plain) == "it is not there"
    left = Finding("leftover", "x", "a run that was killed left it", remedy=Remedy.RESUME_REMOVES)
    assert finding_text(left) == "a run that was killed left it: run --resume removes it"
