"""The version: one that packages may have, readable without running anything."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import artifact_stream
from artifact_stream import _version

CANONICAL = re.compile(r"\d+(\.\d+)*((a|b|rc)\d+)?(\.post\d+)?(\.dev\d+)?")
ROOT = Path(__file__).parents[2]


def test_it_is_a_version_and_spelled_as_pip_spells_it():
    assert CANONICAL.fullmatch(_version.__version__)
    assert artifact_stream.__version__ == _version.__version__


def test_the_build_can_read_it_without_running_the_package():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    path = ROOT / project["tool"]["hatch"]["version"]["path"]
    assert path == Path(_version.__file__)
    body = ast.parse(path.read_text(encoding="utf-8")).body
    [assignment] = [node for node in body if isinstance(node, ast.Assign)]
    assert ast.literal_eval(assignment.value) == _version.__version__
    assert not [node for node in body if isinstance(node, ast.Import | ast.ImportFrom)]
