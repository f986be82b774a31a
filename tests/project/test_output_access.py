"""An output is named in one place, reached in one, and opened in one."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache

import pytest

from artifact_stream import layout
from tests.helpers.imports import modules, room_of

MODULES = sorted(modules())
LAYOUT = "artifact_stream.layout"

# What touches a disk by itself, and why it does not have to go through `artifact_stream.disk`.
ELSEWHERE = {
    "artifact_stream.streams": "opens sources, which the user has named; links are followed",
    "artifact_stream.commands.arguments": "looks at what was named, to tell SOURCE from OUT",
    "artifact_stream.sources.find": "looks through sources",
    "artifact_stream.sources.walk": "walks through sources",
    "artifact_stream.sources.own_files": "looks whether what was named lies in an output",
    "artifact_stream.sources.paths": "asks for the size of a source",
    "artifact_stream.sources.spool": "looks for a folder on the disk of the output",
    "artifact_stream.sources.changes": "reads both ends of a source",
    "artifact_stream.index.reader": "opens a file that the caller has named, a link or not",
    "artifact_stream.tools.zip.zip": "looks at what has the name that the user gives the zip",
    "artifact_stream.commands.standard_streams": "has closed streams opened on the null device",
    "artifact_stream.resume.checkpoint": "asks the system for its boot id",
    "artifact_stream.workers.memory": "asks the system for the memory of this process",
    "artifact_stream.workers.start": "asks the system for the threads of this process",
}

PATH_CALLS = {
    "os": [
        "access",
        "chmod",
        "chown",
        "link",
        "listdir",
        "lstat",
        "makedirs",
        "mkdir",
        "mkfifo",
        "open",
        "readlink",
        "remove",
        "removedirs",
        "rename",
        "renames",
        "replace",
        "rmdir",
        "scandir",
        "stat",
        "symlink",
        "truncate",
        "unlink",
        "utime",
        "walk",
        "fwalk",
    ],
    "os.path": [
        "exists",
        "getmtime",
        "getsize",
        "isdir",
        "isfile",
        "islink",
        "lexists",
        "samefile",
    ],
}
PATH_MODULES = {"fileinput", "glob", "io", "pathlib", "shutil", "tempfile"}
"""Not to be imported: they take paths."""
HARMLESS = {("artifact_stream.tools.zip.redacted_packs", "io")}
"""`io.BytesIO` alone."""


@cache
def tree_of(module: str) -> ast.Module:
    return ast.parse(modules()[module].read_text(encoding="utf-8"))


def paths_touched(tree: ast.AST) -> Iterator[str]:
    """What a module calls or imports that takes a path."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (a.name for a in node.names if a.name.split(".")[0] in PATH_MODULES)
        elif isinstance(node, ast.ImportFrom):
            names = {alias.name for alias in node.names}
            if node.module and node.module.split(".")[0] in PATH_MODULES:
                yield node.module
            elif node.module in PATH_CALLS:  # from os import replace
                yield from names & {*PATH_CALLS[node.module], "path"}
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            owner, _, name = called.rpartition(".")
            if called == "open" or name in PATH_CALLS.get(owner, ()):
                yield called


def is_elsewhere(module: str) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in ELSEWHERE)


@pytest.mark.parametrize("module", MODULES)
def test_only_the_disk_is_reached_by_paths(module):
    if room_of(module) != "disk" and not is_elsewhere(module):
        touched = [
            name for name in paths_touched(tree_of(module)) if (module, name) not in HARMLESS
        ]
        assert touched == [], module


@pytest.mark.parametrize("name", ELSEWHERE)
def test_each_exception_is_one(name):
    inside = [module for module in MODULES if module == name or module.startswith(f"{name}.")]
    assert any(any(paths_touched(tree_of(module))) for module in inside)


@pytest.mark.parametrize(
    "source",
    ["open('x')", "import os\nos.replace(a, b)", "import os\nos.path.exists(a)",
     "from os import replace", "from os.path import exists", "import shutil",
     "from pathlib import Path", "import tempfile", "from os import path"],
)  # fmt: skip
def test_what_takes_a_path_is_seen(source):
    assert list(paths_touched(ast.parse(source)))


def test_one_function_opens_below_a_folder():
    """Every other way to a file of an output leads through `Directory.open`."""
    opening = [
        module
        for module in MODULES
        if room_of(module) == "disk"
        and any(name in ("open", "os.open") for name in paths_touched(tree_of(module)))
    ]
    assert opening == ["artifact_stream.disk.directories"]


def texts_in(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """All string and bytes literals but docstrings, with their lines."""
    alone = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and node not in alone:
            if isinstance(node.value, str):
                yield node.lineno, node.value
            elif isinstance(node.value, bytes):
                yield node.lineno, node.value.decode("latin-1")


NAMES = {
    value
    for name, value in vars(layout).items()
    if re.fullmatch(r"[A-Z_]+_(FILE|PAGE|FOLDER|PREFIX|SUFFIX)", name) and isinstance(value, str)
}
OTHERS_WORDS = {
    "dump_file": "an entry type, a handler and a kind, too",
    "assets": "a folder of the package, too",
    "report": "a word of a page, too",
    ".html": "an ending of whatever becomes a page",
    ".txt": "an ending of whatever becomes text",
    ".js": "an ending of any script",
}
FILES = sorted(name for name in NAMES if re.search(r"\w\.\w|-", name))
FOLDERS = sorted(value for name, value in vars(layout).items() if name.endswith("_FOLDER"))
NUMBERED = [name.partition("{}")[0] for name in layout.REPORT_FILES if "{}" in name]


def any_of(names: Iterable[str]) -> str:
    return "|".join(re.escape(name) for name in names)


FILE_NAMES = re.compile(
    rf"(?<![\w-])(?:{any_of(FILES)})(?!\w)"
    rf"|(?<![\w-])(?:{any_of(FOLDERS)})/"
    rf"|(?<![\w-])(?:{any_of(NUMBERED)})(?=\d|$)"
    rf"|{re.escape(layout.PART_SUFFIX)}(?!\w)"
)


@pytest.mark.parametrize("module", [module for module in MODULES if module != LAYOUT])
def test_names_of_an_output_stand_in_the_layout(module):
    for line, text in texts_in(tree_of(module)):
        assert text not in NAMES - OTHERS_WORDS.keys(), f"{module}:{line}"
        # Help texts must not take a moment to load, nor the docs of handlers.
        if room_of(module) not in ("commands", "handlers"):
            assert not FILE_NAMES.search(text), f"{module}:{line}"


def test_the_layout_has_names():
    assert {"directory.jsonl", "summary.json", "packs", "run.json", ".artifact-stream"} <= NAMES
    for text in (
        "has no usable summary.json, because",
        "rows-0.js",
        "rows-",
        "x/rows-",
        "assets/",
        "../packs/000001.js",
        "a.part",
        "/.artifact-stream/",
    ):
        assert FILE_NAMES.search(text), text
    for text in ("manifest.json", "narrows-", "a rows-based one", "reports/"):
        assert not FILE_NAMES.search(text), text


@pytest.mark.parametrize("module", [module for module in MODULES if module != LAYOUT])
def test_no_folder_is_compared_with_a_dot(module):
    """`TraceFolder.is_root` says it; parts of paths are looked for in ("", ".", "..")."""
    for node in ast.walk(tree_of(module)):
        if isinstance(node, ast.Compare):
            compared = [node.left, *node.comparators]
            items = [item for c in compared if isinstance(c, ast.List) for item in c.elts]
            for each in [*compared, *items]:
                is_dot = isinstance(each, ast.Constant) and each.value == "."
                assert not is_dot, f"{module}:{node.lineno}"
