"""The library does not know the command line: none of its texts names an option of it."""

from __future__ import annotations

import ast
import re

import pytest

from tests.helpers.imports import PACKAGE, modules, room_of

COMMAND_LINE = re.compile(r"(?<![\w-])--\w|\bulimit\b|\bartifact-stream (run|unpack|zip|verify)\b")
LIBRARY = sorted(name for name in modules() if room_of(name) not in ("cli", "commands"))


def texts(tree: ast.Module) -> list[str]:
    """All string literals, those that are documentation aside."""
    documentation = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in documentation
    ]


@pytest.mark.parametrize("module", LIBRARY)
def test_no_text_names_an_option(module):
    tree = ast.parse(modules()[module].read_text(encoding="utf-8"))
    assert [text for text in texts(tree) if COMMAND_LINE.search(text)] == []


def test_an_option_would_be_found():
    tree = ast.parse('"""--doc"""\nraise E(f"{x}: add --overwrite.")\ny = "a -- b"\n"--as doc"')
    assert [text for text in texts(tree) if COMMAND_LINE.search(text)] == [": add --overwrite."]


PRIVATE = re.compile(
    r"\bgo(?:ne|es|ing)? on with\b|\bwent on with\b|\banew\b|\blaid out anew\b", re.IGNORECASE
)
"""Words that nobody looks for: resume, continue, append, again are those of the trade."""
WRITTEN = [
    *sorted((PACKAGE.parent / "docs").glob("*.md")),
    *sorted((PACKAGE.parent / "web" / "src").glob("*.js")),
    *(PACKAGE.parent / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")),
    *modules().values(),
]


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: str(path.relative_to(PACKAGE.parent)))
def test_the_words_are_those_of_the_trade(path):
    assert PRIVATE.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", WRITTEN[-len(modules()) :], ids=lambda path: path.name)
def test_sizes_are_in_powers_of_1024(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert [
        text for text in texts(tree) if re.search(r"(?<![A-Za-z])[kKMGT]B(?![A-Za-z])", text)
    ] == []
