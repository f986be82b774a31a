"""Generated code: what Inductor writes for a graph, one file or several a compile id."""

from __future__ import annotations

import re
from typing import ClassVar

from artifact_stream.entries import Entry
from artifact_stream.handlers.base import Artifact, Content, Documentation

_NAME = "inductor_output_code"


class CodegenHandler:
    """Writes generated code as a highlighted page.

    Args:
        plain_text: Write the payload itself instead.
    """

    name: ClassVar[str] = "codegen"
    entry_types: ClassVar[tuple[str, ...]] = (_NAME,)
    documentation: ClassVar[Documentation] = Documentation(
        summary="Inductor's output code, highlighted, with line anchors.",
        output="`inductor_output_code_{stem of metadata.filename}.html`, `.txt` as plain text",
    )

    def __init__(self, *, plain_text: bool = False) -> None:
        self._content = Content.TEXT if plain_text else Content.PYTHON_PAGE

    def describe(self, entry: Entry) -> Artifact:
        """A code page, or text; see `artifact_stream.handlers.base.Handler`."""
        filename = entry.text("filename")
        stem = file_stem(filename) if filename else None
        if stem is None:
            return Artifact(_NAME, self._content)
        return Artifact(f"{_NAME}_{stem}", self._content)


def file_stem(path: str) -> str | None:
    """The last component of a path without its last ending; None if there is none.

    Both separators count: a trace made on Windows is read anywhere.
    """
    component = re.split(r"[/\\]", path.rstrip("/\\"))[-1]
    if component in ("", ".", ".."):
        return None
    stem, dot, _ = component.rpartition(".")
    return stem if dot and stem else component
