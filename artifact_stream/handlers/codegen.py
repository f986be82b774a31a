"""Generated code: what Inductor writes for a graph, one file or several a compile id."""

from __future__ import annotations

import re

from artifact_stream.entries import Entry
from artifact_stream.handlers.base import Artifact, Content, Documentation, Handler

_NAME = "inductor_output_code"


def describe(entry: Entry) -> Artifact:
    """A highlighted page with line anchors, named after the file that Inductor wrote."""
    filename = entry.text("filename")
    stem = file_stem(filename) if filename else None
    return Artifact(_NAME if stem is None else f"{_NAME}_{stem}", Content.PYTHON_PAGE)


def file_stem(path: str) -> str | None:
    """The last component of a path without its last ending; None if there is none.

    Both separators count: a trace made on Windows is read anywhere.
    """
    component = re.split(r"[/\\]", path.rstrip("/\\"))[-1]
    if component in ("", ".", ".."):
        return None
    stem, dot, _ = component.rpartition(".")
    return stem if dot and stem else component


HANDLER = Handler(
    name="codegen",
    title="Code",
    entry_types=(_NAME,),
    describe=describe,
    documentation=Documentation(
        summary="Inductor's output code, highlighted, with line anchors.",
        output="`inductor_output_code_{stem of metadata.filename}.html`, `.txt` as plain text",
    ),
    place=20,
    lazy_loader="loader.renderInductorCode",
)
