"""Dump files: sources that exist only in memory, which stack traces point into."""

from __future__ import annotations

import re
from typing import ClassVar

from artifact_stream.entries import Entry
from artifact_stream.handlers.base import Artifact, Content, Documentation, Scope

_EVAL_WITH_KEY = re.compile(r"(?:<eval_with_key>\.|eval_with_key_)(\d+)")


class DumpFileHandler:
    """Writes a dumped source as a highlighted page; every line is an anchor.

    Args:
        plain_text: Write the payload itself instead.
    """

    name: ClassVar[str] = "dump_file"
    entry_types: ClassVar[tuple[str, ...]] = ("dump_file",)
    documentation: ClassVar[Documentation] = Documentation(
        summary="Sources made in memory (`<eval_with_key>.7`), highlighted, with line anchors.",
        output="`dump_file/{name}.html` at the trace's root, `.txt` as plain text",
    )

    def __init__(self, *, plain_text: bool = False) -> None:
        self._content = Content.TEXT if plain_text else Content.PYTHON_PAGE

    def describe(self, entry: Entry) -> Artifact:
        """A code page, or text; see `artifact_stream.handlers.base.Handler`."""
        name = entry.text("name") or "dump"
        match = _EVAL_WITH_KEY.search(name)
        if match is None:
            return Artifact(name, self._content, Scope.DUMP_FILE)
        return Artifact(
            f"eval_with_key_{match[1]}", self._content, Scope.DUMP_FILE, original_name=name
        )
