"""The tests keep their shape: each stands alone, each module has its own, each reference holds."""

from __future__ import annotations

import ast
import importlib
import re
from functools import cache
from pathlib import Path

import pytest

from tests.helpers.imports import NAME, PACKAGE, modules

TESTS = PACKAGE.parent / "tests"
FILES = sorted(TESTS.rglob("*.py"))


@cache
def imported_modules(path: Path) -> frozenset[str]:
    """Dotted names that a file imports, and of names from packages the modules they may be."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return frozenset(found)


def folder_of_tests(module: str) -> Path:
    """Where the direct tests of a module are."""
    _, *rooms, name = module.split(".")
    if [*rooms, name][0] in ("commands", "cli", "__main__"):
        return TESTS / "commands"
    return TESTS.joinpath("unit", *rooms)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(TESTS).as_posix())
def test_no_test_module_imports_another(path):
    others = {
        name
        for name in imported_modules(path)
        if name.split(".")[0] == "tests" and name.split(".")[1:2] not in ([], ["helpers"])
    }
    assert not others, f"what tests share belongs in tests/helpers: {others}"


@pytest.mark.parametrize(
    "module",
    [name for name, path in modules().items() if path.name != "__init__.py"],
)
def test_each_module_is_imported_by_a_test_of_its_own_folder(module):
    folder = folder_of_tests(module)
    assert any(module in imported_modules(path) for path in sorted(folder.glob("test_*.py"))), (
        f"no test in {folder.relative_to(TESTS.parent)} imports {module}"
    )


def named_modules(text: str) -> set[str]:
    """Dotted names of the package in strings and code that tests give to other processes."""
    return set(re.findall(rf"\b{NAME}(?:\.\w+)+", text)) | {
        f"{NAME}.{name}" for name in re.findall(rf"from {NAME} import (\w+) as \w+", text)
    }


def leads_somewhere(dotted: str) -> bool:
    """True if a dotted name is a module, or an attribute that is reached from one."""
    module, attributes = dotted, list[str]()
    while module not in modules():
        module, _, attribute = module.rpartition(".")
        attributes.insert(0, attribute)
    if not attributes:
        return True
    found = importlib.import_module(module)
    for attribute in attributes:
        if not hasattr(found, attribute):
            return False
        found = getattr(found, attribute)
    return True


BUILTINS_REPLACED = {f"{NAME}.streams.waiting.open", f"{NAME}.nonsense"}
"""Names that a test gives a meaning of its own, or that are there for nobody."""


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(TESTS).as_posix())
def test_names_in_strings_are_there(path):
    # A patch or a script for another process that names what has been moved may change nothing.
    if path == Path(__file__):
        return
    names = named_modules(path.read_text(encoding="utf-8")) - BUILTINS_REPLACED
    assert not [name for name in sorted(names) if not leads_somewhere(name)]


def test_every_folder_of_tests_is_a_package():
    for path in TESTS.rglob("test_*.py"):
        assert (path.parent / "__init__.py").exists(), path


def test_what_needs_a_browser_outside_of_its_folder_is_marked():
    for path in FILES:
        if "tests.helpers.browser" not in imported_modules(path) or "browser" in path.parts:
            continue
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            uses = {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}
            if isinstance(node, ast.FunctionDef) and "chromium" in uses:
                marks = [ast.unparse(decorator) for decorator in node.decorator_list]
                assert "pytest.mark.browser" in marks, f"{path.name}: {node.name}"
