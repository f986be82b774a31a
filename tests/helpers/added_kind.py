"""A copy of the package to which a kind of entry has been added: one file, and one line."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.helpers.imports import NAME, PACKAGE
from tests.helpers.support import FRAME_0, raw_entry

COFFEE = '''"""Coffee: what keeps a compilation going."""

from artifact_stream.entries import Entry
from artifact_stream.handlers.base import Artifact, Content, Documentation, Handler


def describe(entry: Entry) -> Artifact:
    """A text file, named after the beans."""
    return Artifact(entry.text("beans") or "blend", Content.TEXT)


HANDLER = Handler(
    name="coffee",
    title="Cups of <coffee>",
    entry_types=("espresso", "ristretto"),
    describe=describe,
    documentation=Documentation(summary="Coffee, as text.", output="`{beans}.txt`"),
    place=15,
    order=("ristretto",),
    lazy_loader="loader.renderGraph",
)
'''

LOG = (
    raw_entry("aot_joint_graph", b"def f(): pass\n", **FRAME_0)
    + raw_entry("espresso", b"short and black\n", {"beans": "arabica"}, **FRAME_0)
    + raw_entry("inductor_output_code", b"x = 1\n", **FRAME_0)
    + raw_entry("ristretto", b"shorter\n", {}, **FRAME_0)
)


def add_coffee(folder: Path) -> Path:
    """Copy the package into a folder and add the kind; gives what is to be on Python's path."""
    shutil.copytree(PACKAGE, folder / NAME, ignore=shutil.ignore_patterns("__pycache__", "*.so"))
    handlers = folder / NAME / "handlers"
    (handlers / "coffee.py").write_text(COFFEE, encoding="utf-8")
    registry = (handlers / "registry.py").read_text(encoding="utf-8")
    with_line, found = re.subn(r"(?m)^(BUILT_IN = \([^)]*)\)$", r'\1    "coffee",\n)', registry)
    assert found == 1
    (handlers / "registry.py").write_text(with_line, encoding="utf-8")
    return folder


def run_command(path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line of the package below a folder."""
    return subprocess.run(
        [sys.executable, "-P", "-m", NAME, *arguments],
        env={**os.environ, "PYTHONPATH": str(path), "COLUMNS": "200", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
