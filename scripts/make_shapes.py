"""Write web/src/shapes.js: names, positions and types of what the report pages load.

All of it comes from ``artifact_stream/report/shapes.py``, ``layout.py`` and the kinds of entries.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from inspect import cleandoc
from pathlib import Path

from msgspec import Struct, inspect

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from artifact_stream import layout
from artifact_stream.handlers.registry import built_in
from artifact_stream.report import shapes
from artifact_stream.report.parts.rows import REPORT_VERSION

SHAPES_JS = Path(__file__).resolve().parent.parent / "web" / "src" / "shapes.js"
HEAD = """\
/* Names, positions and types of what the page loads.  No DOM.

   Made by `make web` of artifact_stream/report/shapes.py: do not edit. */

"""
Shape = type[Struct]
_ATTRIBUTE = re.compile(r"^ {4}(\w+): (.*(?:\n {8}.*)*)", re.MULTILINE)


def shapes_js() -> str:
    """The text of the module."""
    found: dict[str, Shape] = {}
    collect(shapes.DataFiles, found)
    parts = [HEAD]
    parts += [typedef(shape) + "\n" for shape in found.values()]
    parts += [text for shape in found.values() for text in constants(shape)]
    parts += values()
    return "".join(parts)


def collect(shape: Shape, found: dict[str, Shape]) -> None:
    """Note a shape, behind those that it is made of."""
    for field in fields_of(longest(shape)):
        for inner in structs_in(field.type):
            collect(inner, found)
    found.setdefault(shape.__name__, shape)


def structs_in(kind: inspect.Type) -> Iterator[Shape]:
    if isinstance(kind, inspect.StructType):
        yield kind.cls
    elif isinstance(kind, inspect.ListType | inspect.VarTupleType):
        yield from structs_in(kind.item_type)
    elif isinstance(kind, inspect.UnionType):
        for one in kind.types:
            yield from structs_in(one)


def longest(shape: Shape) -> Shape:
    """A list's shape with all that its subclasses add."""
    while subclasses := shape.__subclasses__():
        [shape] = subclasses
    return shape


def fields_of(shape: Shape) -> tuple[inspect.Field, ...]:
    kind = inspect.type_info(shape)
    assert isinstance(kind, inspect.StructType)
    return kind.fields


def typedef(shape: Shape) -> str:
    """A comment that declares the type."""
    first, described = description(longest(shape))
    full = fields_of(longest(shape))
    if shape.__struct_config__.array_like:
        always = len(fields_of(shape))
        said = [f" *   {f.name}: {described[f.name]}" for f in full if f.name in described]
        items = ", ".join(
            f"{field.name}{'' if at < always else '?'}: {type_of(field.type)}"
            for at, field in enumerate(full)
        )
        lines = [
            f" * {description(shape)[0]}",
            *said,
            f" * @typedef {{[{items}]}} {shape.__name__}",
        ]
    else:
        lines = [f" * {first}", f" * @typedef {{object}} {shape.__name__}"]
        for field in full:
            name = field.encode_name if field.required else f"[{field.encode_name}]"
            text = f" * @property {{{type_of(field.type)}}} {name} {described.get(field.name, '')}"
            lines.append(text.rstrip())
    return "\n".join(["/**", *lines, " */"]) + "\n"


def description(shape: Shape) -> tuple[str, dict[str, str]]:
    """The first line of a docstring, and what it and those above it say of each attribute."""
    described: dict[str, str] = {}
    for one in reversed(shape.__mro__):
        if issubclass(one, Struct) and one is not Struct:
            text = cleandoc(one.__doc__ or "").replace("``", "`")
            _, _, attributes = text.partition("Attributes:\n")
            for name, words in re.findall(
                r"^ {4}(\w+): (.*(?:\n {8}.*)*)", attributes, re.MULTILINE
            ):
                described[name] = " ".join(words.split())
    return text.partition("\n")[0], described


def type_of(kind: inspect.Type) -> str:
    """A type as TypeScript spells it."""
    match kind:
        case inspect.StrType():
            return "string"
        case inspect.IntType():
            return "number"
        case inspect.BoolType():
            return "boolean"
        case inspect.NoneType():
            return "null"
        case inspect.LiteralType():
            return " | ".join(json.dumps(value) for value in kind.values)
        case inspect.UnionType():
            return " | ".join(type_of(one) for one in kind.types)
        case inspect.ListType() | inspect.VarTupleType():
            item = type_of(kind.item_type)
            return f"({item})[]" if " | " in item else f"{item}[]"
        case inspect.StructType():
            return kind.cls.__name__
    raise TypeError(f"no page has been told how to read {kind}")


def constants(shape: Shape) -> Iterator[str]:
    """Positions in a list, or the short names of an object's members."""
    full = fields_of(longest(shape))
    is_list = shape.__struct_config__.array_like
    places: dict[str, int | str]
    if is_list and len(full) > 1:
        places = {field.name: at for at, field in enumerate(full)}
        what = f"Where the elements of `{shape.__name__}` stand."
    elif not is_list and any(field.name != field.encode_name for field in full):
        places = {field.name: field.encode_name for field in full}
        what = f"What the members of `{shape.__name__}` are called."
    else:
        return
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", shape.__name__).upper()
    yield f"/** {what} */\n{constant(name, places)}\n"


def constant(name: str, value: object) -> str:
    text = json.dumps(value)
    if isinstance(value, dict):
        members = ", ".join(f"{key}: {json.dumps(place)}" for key, place in value.items())
        text = f"{{ {members} }}"
    return f"export const {name} = /** @type {{const}} */ ({text});\n"


def values() -> Iterator[str]:
    """What is no shape: versions, names of files and functions."""
    yield "/** The version of all files of `report/`. */\n"
    yield f"export const REPORT_VERSION = {REPORT_VERSION};\n\n"
    yield "/** What a data file may call. */\n"
    yield constant("DATA_FUNCTIONS", [field.name for field in fields_of(shapes.DataFiles)]) + "\n"
    loaders = dict.fromkeys(kind.lazy_loader for kind in built_in().on_page)
    yield "/** What the index names as `lazy_loader`. */\n"
    yield constant("LOADERS", [loader for loader in loaders if loader is not None]) + "\n"
    yield "// Relative to the trace's folder, but for that of several traces.\n"
    scripts = [name for name in layout.REPORT_FILES if name.endswith(".js")]
    for name in scripts:
        if "{}" not in name:
            path = json.dumps(f"{layout.REPORT_FOLDER}/{name}")
            yield f"export const {name.removesuffix('.js').upper()}_FILE = {path};\n"
    yield f"export const INDEX_PAGE = {json.dumps(layout.INDEX_PAGE)};\n"
    for name in scripts:
        if "{}" in name:
            path = f"{layout.REPORT_FOLDER}/{name.format('${number}')}"
            yield "/** @param {number} number From 0. */\n"
            yield f"export const {name.partition('-')[0]}File = (number) => `{path}`;\n"


if __name__ == "__main__":
    SHAPES_JS.write_text(shapes_js(), encoding="utf-8")
