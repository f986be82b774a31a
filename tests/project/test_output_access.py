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

# What touches a disk by itself, why it does not have to go through `artifact_stream.disk`, and all
# that it uses for that.
ELSEWHERE = {
    "artifact_stream.streams": (
        "opens sources, which the user has named; links are followed",
        "open os.open os.stat",
    ),
    "artifact_stream.commands.arguments": (
        "looks at what was named, to tell SOURCE from OUT",
        "glob os.lstat os.path.exists os.path.isdir os.path.lexists os.scandir",
    ),
    "artifact_stream.sources.find": (
        "looks through sources",
        "os.path.isfile os.stat",
    ),
    "artifact_stream.sources.walk": (
        "walks through sources",
        "os.stat os.walk",
    ),
    "artifact_stream.sources.own_files": (
        "looks whether what was named lies in an output",
        "os.path.lexists",
    ),
    "artifact_stream.sources.paths": (
        "asks for the size of a source",
        "os.stat",
    ),
    "artifact_stream.sources.spool": (
        "looks for a folder on the disk of the output",
        "os.path.isdir",
    ),
    "artifact_stream.sources.changes": (
        "reads both ends of a source",
        "open",
    ),
    "artifact_stream.index.reader": (
        "opens a file that the caller has named, a link or not",
        "open",
    ),
    "artifact_stream.findings.findings_file": (
        "opens a file that the caller has named, a link or not",
        "open",
    ),
    "artifact_stream.tools.zip.zip": (
        "looks at what has the name that the user gives the zip",
        "open os.path.isfile os.path.lexists",
    ),
    "artifact_stream.commands.standard_streams": (
        "has closed streams opened on the null device",
        "io os.open",
    ),
    "artifact_stream.resume.checkpoint": (
        "asks the system for its boot id",
        "open",
    ),
    "artifact_stream.workers.memory": (
        "asks the system for the memory of this process",
        "open",
    ),
    "artifact_stream.workers.start": (
        "asks the system for the threads of this process",
        "os.listdir os.open",
    ),
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
OPENING = {"gzip.GzipFile", "bz2.BZ2File", "lzma.LZMAFile", "sqlite3.connect"} | {
    f"{module}.open" for module in ("bz2", "codecs", "gzip", "lzma", "tokenize", "wave")
}
PATH_MODULES = {
    "dbm",
    "fileinput",
    "glob",
    "io",
    "linecache",
    "pathlib",
    "shelve",
    "shutil",
    "tarfile",
    "tempfile",
    "zipfile",
}
"""Not to be imported: they take paths."""
HARMLESS = {("artifact_stream.tools.zip.redacted_packs", "io")}
"""`io.BytesIO` alone."""


@cache
def tree_of(module: str) -> ast.Module:
    return ast.parse(modules()[module].read_text(encoding="utf-8"))


def paths_touched(tree: ast.AST) -> Iterator[str]:
    """What a module uses or imports that takes a path, be it called or handed on."""
    called_as = {
        alias.asname: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
        if alias.asname
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (a.name for a in node.names if a.name.split(".")[0] in PATH_MODULES)
        elif isinstance(node, ast.ImportFrom):
            names = {alias.name for alias in node.names}
            if node.module and node.module.split(".")[0] in PATH_MODULES:
                yield node.module
            elif node.module in PATH_CALLS:  # from os import replace
                yield from names & {*PATH_CALLS[node.module], "path"}
            else:
                yield from (name for name in names if f"{node.module}.{name}" in OPENING)
        elif isinstance(node, ast.Name) and node.id == "open":
            yield "open"
        elif isinstance(node, ast.Attribute):
            owner = ast.unparse(node.value)
            first, _, rest = owner.partition(".")
            owner = ".".join(filter(None, (called_as.get(first, first), rest)))
            if node.attr in PATH_CALLS.get(owner, ()) or f"{owner}.{node.attr}" in OPENING:
                yield f"{owner}.{node.attr}"


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
def test_each_exception_is_for_what_it_names(name):
    inside = [module for module in MODULES if module == name or module.startswith(f"{name}.")]
    touched = {found for module in inside for found in paths_touched(tree_of(module))}
    assert touched == set(ELSEWHERE[name][1].split())


@pytest.mark.parametrize(
    "source",
    ["open('x')", "import os\nos.replace(a, b)", "import os\nos.path.exists(a)",
     "from os import replace", "from os.path import exists", "import shutil",
     "from pathlib import Path", "import tempfile", "from os import path", "read = open",
     "import os\nread = os.open", "import os as o\no.open(a)", "import os as o\no.path.exists(a)",
     "import gzip\ngzip.open(a)", "from gzip import GzipFile", "from zipfile import ZipFile"],
)  # fmt: skip
def test_what_takes_a_path_is_seen(source):
    assert list(paths_touched(ast.parse(source)))


OPENED_BY = {
    "at": "the folder that the user has named",
    "folder": "a folder in another",
    "create": "a new file",
    "append": "a file that is made longer",
    "open": "a file for reading",
}
"""Methods of `Directory`: every way into an output leads through these."""


def test_one_function_opens_a_file_of_an_output_for_reading():
    opening = {}
    for module in MODULES:
        if room_of(module) == "disk":
            for node in ast.walk(tree_of(module)):
                if isinstance(node, ast.FunctionDef):
                    calls = [name for name in paths_touched(node) if name in ("open", "os.open")]
                    opening.update({(module, node.name): calls} if calls else {})
    assert sorted(opening) == sorted(
        ("artifact_stream.disk.directories", name) for name in OPENED_BY
    )


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


def dots_in(tree: ast.AST) -> Iterator[int]:
    """Lines on which something is, or may be, compared with the folder ``.``.

    Parts of paths are looked for in ("", ".", "..").
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            for each in [node.left, *node.comparators]:
                items = each.elts if isinstance(each, ast.List | ast.Tuple | ast.Set) else [each]
                values = [item.value for item in items if isinstance(item, ast.Constant)]
                written = [ast.unparse(item) for item in items]
                is_dot = "." in values or "os.curdir" in written or "ROOT.name" in written
                if is_dot and not {"", ".."} & set(values):
                    yield node.lineno
        elif isinstance(node, ast.Assign | ast.AnnAssign | ast.MatchValue):
            value = node.value
            if isinstance(value, ast.Constant) and value.value == ".":
                yield node.lineno


SAYS_OF_ITSELF = "artifact_stream.disk.directories"
"""`os.path.relpath` says ``.`` of the folder itself."""


@pytest.mark.parametrize("module", [name for name in MODULES if name != LAYOUT])
def test_no_folder_is_compared_with_a_dot(module):
    """`TraceFolder.is_root` says it."""
    assert len(list(dots_in(tree_of(module)))) == (module == SAYS_OF_ITSELF)


@pytest.mark.parametrize(
    "source",
    ["x == '.'", "'.' != x", "x in ('.',)", "x == ['.']", "x == os.curdir", "x == [ROOT.name]",
     "HERE = '.'", "HERE: str = '.'", "match x:\n    case '.':\n        pass"],
)  # fmt: skip
def test_a_comparison_with_a_dot_is_seen(source):
    assert list(dots_in(ast.parse(source)))
    assert not list(dots_in(ast.parse("x in ('', '.', '..')\nx.split('.')")))


@pytest.mark.parametrize("module", MODULES)
def test_digests_are_put_together_in_one_place(module):
    if module != "artifact_stream.disk.digests":
        found = [
            line for line, text in texts_in(tree_of(module)) if re.match("(md5|xxh3_128):", text)
        ]
        assert found == [], module
