"""Where the command begins: `python -m artifact_stream`, and the script that pip installs."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
import typer

from artifact_stream import __main__, cli

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("code", [0, 2, 130])
def test_it_runs_the_command_line_and_ends_with_its_exit_code(code, monkeypatch):
    runs = []

    def app():
        runs.append(code)
        raise SystemExit(code)

    monkeypatch.setattr(cli, "app", app)
    with pytest.raises(SystemExit) as ended:
        __main__.main()
    assert (runs, ended.value.code) == ([code], code)


def test_the_script_that_pip_installs_leads_there():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["scripts"] == {"artifact-stream": f"{__main__.__name__}:main"}
    assert callable(__main__.main)
    assert typer.main.get_command(cli.app).name == project["name"] == "artifact-stream"
