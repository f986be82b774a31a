"""Reading a ``compile_directory.json``, which may be larger than memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

import msgspec

_IN_GROUP = 2
_IN_ITEM = 3


class Listed(msgspec.Struct, frozen=True):
    """One artifact or link of a ``compile_directory.json``.

    Attributes:
        compile_id: Key of its compile id.
        display_name: How people write that.
        is_link: True for a link of the trace.
        fields: What is listed: ``name``, ``url`` and, for an artifact, ``type``, ``bytes``, ...
    """

    compile_id: str
    display_name: str
    is_link: bool
    fields: dict[str, Any]


def read_compile_directory(path: str) -> Iterator[Listed]:
    """The artifacts and links that a ``compile_directory.json`` lists, read as a stream.

    Memory: one artifact or link.

    Args:
        path: The file.

    Raises:
        OSError: It cannot be read.
        ijson.JSONError: It is no JSON.
    """
    with open(path, "rb") as file:
        yield from listed_in(file)


def listed_in(file: BinaryIO) -> Iterator[Listed]:
    """As `read_compile_directory`, of an open file.

    Raises:
        ijson.JSONError: It is no JSON.
    """
    import ijson

    try:
        yield from _listed_in(file)
    except (ValueError, SystemError) as error:
        # Of text that is no UTF-8, and numbers of more digits than Python takes: ijson's compiled
        # reader has the interpreter complain of the latter, now and then.
        raise ijson.JSONError(str(error)) from error


def _listed_in(file: BinaryIO) -> Iterator[Listed]:
    import ijson

    compile_id = display_name = key = ""
    depth = 0  # of objects
    builder = ijson.ObjectBuilder()
    for event, value in ijson.basic_parse(file):
        if event == "start_map":
            depth += 1
            if depth == _IN_ITEM:
                builder = ijson.ObjectBuilder()
        if depth == _IN_ITEM:
            builder.event(event, value)
        elif event == "map_key":
            compile_id, key = (compile_id, value) if depth == _IN_GROUP else (value, key)
        elif event == "string":
            display_name = value
        if event == "end_map":
            if depth == _IN_ITEM:
                yield Listed(compile_id, display_name, key == "links", builder.value)
            depth -= 1
