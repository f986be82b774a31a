"""The tree keeps its shape: data flows one way, modules stay small, the library never prints."""

from __future__ import annotations

import ast
import re

import pytest

from tests.helpers.imports import (
    LAYERS,
    LEVEL_OF,
    PACKAGE,
    imports_of,
    longest_chain,
    modules,
    room_of,
)

OUTSIDE_LIBRARY = ("cli", "commands")
MODULES = sorted(modules())


def other_imports(module: str) -> set[str]:
    """The first names of what a module imports from elsewhere."""
    names = set()
    for node in ast.walk(tree_of(module)):
        if isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
        elif isinstance(node, ast.Import):
            names.update(alias.name.partition(".")[0] for alias in node.names)
    return names


def tree_of(module: str) -> ast.Module:
    return ast.parse(modules()[module].read_text(encoding="utf-8"))


def test_few_files_lie_beside_the_rooms():
    assert len(list(PACKAGE.glob("*.py"))) <= 16


def test_the_layers_are_few_and_name_each_room_once():
    lines = LAYERS.strip().split("\n")
    assert len(lines) <= 14
    assert sorted(LAYERS.split()) == sorted({room_of(module) for module in MODULES})


@pytest.mark.parametrize("module", MODULES)
def test_data_flows_one_way(module):
    for edge in imports_of(module):
        below = LEVEL_OF[room_of(edge.imported)] <= LEVEL_OF[room_of(module)]
        assert below, f"{module} imports {edge.imported}"


@pytest.mark.parametrize("module", MODULES)
def test_rooms_know_only_the_public_names_of_others(module):
    for edge in imports_of(module):
        if room_of(edge.imported) != room_of(module):
            parts = {*edge.imported.split("."), edge.name} - {"_version", "__version__"}
            private = [part for part in parts if part.startswith("_")]
            assert not private, f"{module} imports {private}"


@pytest.mark.parametrize("module", MODULES)
def test_rooms_take_no_private_name_from_a_module_of_another(module):
    """`from room import module`, then `module._name`."""
    bound = {}
    for node in ast.walk(tree_of(module)):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                bound[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        elif isinstance(node, ast.Import):
            bound.update({alias.asname or alias.name: alias.name for alias in node.names})
    for node in ast.walk(tree_of(module)):
        if isinstance(node, ast.Attribute) and re.match(r"_(?!_)", node.attr):
            owner = ast.unparse(node.value)
            of = bound.get(owner, owner)
            is_ours = of in modules() and room_of(of) != room_of(module)
            assert not is_ours, f"{module} takes {owner}.{node.attr}"


def test_no_circle_between_rooms():
    below = {}
    for module in MODULES:
        rooms = {room_of(edge.imported) for edge in imports_of(module)}
        below.setdefault(room_of(module), set()).update(rooms - {room_of(module)})
    while below:
        lowest = [room for room, others in below.items() if not others & below.keys()]
        assert lowest, f"a circle among {sorted(below)}"
        for room in lowest:
            del below[room]


def test_chains_of_imports_are_short_and_have_no_circle():
    chain = longest_chain()
    assert len(chain) <= 14, chain


@pytest.mark.parametrize("module", MODULES)
def test_a_module_has_one_job(module):
    assert len(modules()[module].read_text(encoding="utf-8").splitlines()) <= 420


def test_each_room_says_what_it_is_in_one_line():
    for path in PACKAGE.rglob("__init__.py"):
        docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
        assert docstring, path
        assert re.match(r"[^\n]{20,96}(\n|$)", docstring), path


def test_no_handler_imports_another_or_the_engine():
    for module in MODULES:
        if re.fullmatch(r"artifact_stream\.handlers\.(?!registry)\w+", module):
            imported = {edge.imported for edge in imports_of(module)}
            assert imported <= {"artifact_stream.entries", "artifact_stream.handlers.base"}, module


def test_only_the_command_line_knows_typer_and_rich():
    for module in MODULES:
        outside = other_imports(module) & {"typer", "rich"}
        assert not outside or room_of(module) in OUTSIDE_LIBRARY, module


def test_the_library_never_prints_nor_exits_nor_reads_the_environment():
    for module in MODULES:
        if room_of(module) in OUTSIDE_LIBRARY:
            continue
        for node in ast.walk(tree_of(module)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in ("print", "exit", "input"), module
            if isinstance(node, ast.Attribute):
                assert node.attr not in ("environ", "getenv"), module
                assert not (
                    node.attr in ("exit", "stdout", "stderr")
                    and isinstance(node.value, ast.Name)
                    and node.value.id == "sys"
                ), module


def test_html_stands_in_files_of_its_own():
    for module in MODULES:
        for node in ast.walk(tree_of(module)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert "<!doctype" not in node.value.lower(), module
                assert "<script" not in node.value.lower(), module
