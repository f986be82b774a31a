"""The commands are loaded when they are asked for."""

from __future__ import annotations

import subprocess
import sys

import pytest

from artifact_stream.commands.registry import COMMANDS, HIDDEN, LoadedCommands

LOADED = (
    "import sys; from artifact_stream.cli import app; "
    "from typer.testing import CliRunner; CliRunner().invoke(app, sys.argv[1:]); "
    "print([m for m in sys.modules if m.startswith('artifact_stream.commands.')])"
)


@pytest.mark.parametrize(
    ("argument", "loaded", "not_loaded"),
    [("--version", [], COMMANDS), ("verify", ["verify"], ["run", "serve", "zip", "explain"])],
)
def test_no_command_waits_for_the_others(argument, loaded, not_loaded):
    done = subprocess.run(
        [sys.executable, "-c", LOADED, argument], capture_output=True, check=True, text=True
    )
    for name in loaded:
        assert f"'artifact_stream.commands.{name}'" in done.stdout
    for name in not_loaded:
        assert f"'artifact_stream.commands.{name}'" not in done.stdout


def test_each_is_there_under_its_name():
    commands = LoadedCommands("markdown")
    assert list(commands) == [*COMMANDS, *HIDDEN]
    assert [command.name for command in commands.values()] == list(commands)
    assert [name for name, command in commands.items() if command.hidden] == list(HIDDEN)
    assert commands.get("run") is commands["run"]
    assert commands.get("gone", 7) == 7
