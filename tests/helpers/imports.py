"""Which module of the package imports which, read from their source; nothing is imported."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

NAME = "artifact_stream"
PACKAGE = Path(__file__).parents[2] / NAME

# A room (a package, or a module beside them) may import those above its own line and on it, never
# those below; and there is no circle.  docs/architecture.md says what each is for.
LAYERS = """
layout entries errors compile_ids urls stop units _version
web names options json_text streams handlers
disk framing
index rendering sources writers
output workers
facts
findings
report resume
pipeline
tools
commands
cli
__main__ __init__
"""
LEVEL_OF = {name: n for n, line in enumerate(LAYERS.split("\n")) for name in line.split()}


@dataclass(frozen=True, order=True)
class Import:
    """One name that a module imports from another one of the package.

    Attributes:
        module: Dotted name of the module that holds the import.
        imported: Dotted name of the module that is imported, or that the name comes from.
        name: What is imported from it; empty for the module itself.
    """

    module: str
    imported: str
    name: str


def module_name(path: Path) -> str:
    """The dotted name of a module of the package, given its file."""
    return ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(
        ".__init__"
    )


@cache
def modules() -> dict[str, Path]:
    """All modules of the package by dotted name."""
    return {module_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def room_of(module: str) -> str:
    """The package or module directly in the package that a module belongs to."""
    return module.split(".")[1] if "." in module else "__init__"


@cache
def imports_of(module: str) -> tuple[Import, ...]:
    """What a module imports from the package, anywhere in its file."""
    tree = ast.parse(modules()[module].read_text(encoding="utf-8"))
    found = {
        Import(module, imported, name)
        for node in ast.walk(tree)
        for imported, name in _imported_by(node)
        if imported.split(".")[0] == NAME
    }
    return tuple(sorted(found))


def _imported_by(node: ast.AST) -> Iterator[tuple[str, str]]:
    """Modules that a node imports, and what from each; nothing for a module itself."""
    if isinstance(node, ast.ImportFrom):
        assert node.module, f"line {node.lineno}: imports are written out"
        assert node.level == 0, f"line {node.lineno}: imports are written out"
        for alias in node.names:
            # `from artifact_stream import stop` imports a module, not a name.
            whole = f"{node.module}.{alias.name}"
            yield (whole, "") if whole in modules() else (node.module, alias.name)
    elif isinstance(node, ast.Import):
        yield from ((alias.name, "") for alias in node.names)
    elif isinstance(node, ast.Call) and _imports_by_name(node.func):
        yield _module_in(node.args[0]), ""


def _imports_by_name(called: ast.expr) -> bool:
    return ast.unparse(called).rpartition(".")[2] in ("import_module", "__import__")


def _module_in(argument: ast.expr) -> str:
    """The module that is imported by name; of a name that is put together, the package."""
    if isinstance(argument, ast.JoinedStr):
        first = argument.values[0]
        if not isinstance(first, ast.FormattedValue):
            return str(ast.literal_eval(first)).rpartition(".")[0]
        assert ast.unparse(first.value) == "__name__", ast.unparse(argument)
        return NAME  # The package itself, which imports its public names when they are used.
    assert isinstance(argument, ast.Constant), f"it is written out what {ast.unparse(argument)} is"
    return str(argument.value)


def longest_chain() -> list[str]:
    """The longest chain of imports between files, from the top.

    Raises:
        ValueError: There is a circle; the text names it.
    """
    under_way: list[str] = []

    @cache
    def chain(module: str) -> tuple[str, ...]:
        if module in under_way:
            raise ValueError(" -> ".join([*under_way[under_way.index(module) :], module]))
        under_way.append(module)
        below = {edge.imported for edge in imports_of(module)} - {module}
        longest = max((chain(name) for name in sorted(below)), key=len, default=())
        under_way.pop()
        return (module, *longest)

    return list(max((chain(name) for name in modules()), key=len))
