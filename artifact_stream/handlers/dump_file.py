"""Dump files: sources that exist only in memory, which stack traces point into."""

from __future__ import annotations

import re

from artifact_stream.entries import Entry
from artifact_stream.handlers.base import Artifact, Content, Documentation, Handler, Scope

_EVAL_WITH_KEY = re.compile(r"(?:<eval_with_key>\.|eval_with_key_)(\d+)")


def describe(entry: Entry) -> Artifact:
    """A highlighted page; every line is an anchor."""
    name = entry.text("name") or "dump"
    match = _EVAL_WITH_KEY.search(name)
    if match is None:
        return Artifact(name, Content.CODE_PAGE, Scope.DUMP_FILE)
    return Artifact(
        f"eval_with_key_{match[1]}", Content.CODE_PAGE, Scope.DUMP_FILE, original_name=name
    )


HANDLER = Handler(
    name="dump_file",
    title="Dump files",
    entry_types=("dump_file",),
    describe=describe,
    documentation=Documentation(
        summary="Sources made in memory (`<eval_with_key>.7`), highlighted, with line anchors.",
        output="`dump_file/{name}.html` at the trace's root, `.txt` as plain text",
    ),
    place=40,
)
