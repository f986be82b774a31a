"""A fact: something that an entry tells of how a compilation went; a line of ``facts.jsonl``."""

from __future__ import annotations

from enum import Enum

import msgspec

MAX_TITLE_CHARS = 300
MAX_DETAILS = 8
"""So many lines behind the title are kept, each as long as a title at the most."""


class Kind(Enum):
    """What has happened; the values are the names in the files of an output."""

    FAILURE = "failure"
    GRAPH_BREAK = "graph_break"
    RECOMPILATION = "recompilation"


class Told(msgspec.Struct, kw_only=True):
    """What a reader has found in an entry.

    Attributes:
        kind: What has happened.
        title: Why, in one line that equal cases share; empty if the reason could not be read.
        details: More lines of it.
        file: The user's file where it happened, None if that is not logged.
        lineno: The line there.
        function: The function that was compiled.
    """

    kind: Kind
    title: str
    details: tuple[str, ...] = ()
    file: str | None = None
    lineno: int | None = None
    function: str | None = None


class Fact(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A line of ``facts.jsonl``.

    Attributes:
        kind: See `Kind`.
        compile_id: Key of the compilation.
        rank: The rank that the entry names.
        type: The entry's type or, of an artifact, its name.
        line: Its line in the source.
        source: The file that `line` counts in, where the trace has several.
        title: See `Told`, as all up to `function`.
        part: Which of several reasons that one entry gives for one event, from 0.
        is_repeated: torch had logged it before, in another entry: it is counted there.
        is_cut: The entry was too long to be read to its end.
        url: The entry's file, relative to the trace's folder, percent-encoded; None if it has none.
    """

    kind: Kind
    compile_id: str
    rank: int | None
    type: str
    line: int
    source: str | None = None
    title: str
    details: tuple[str, ...] = ()
    file: str | None = None
    lineno: int | None = None
    function: str | None = None
    part: int = 0
    is_repeated: bool = False
    is_cut: bool = False
    url: str | None = None


def cut(text: str) -> str:
    """A text as a fact keeps it: one line, or its beginning with an ellipsis."""
    line = " ".join(text.split())
    return line if len(line) <= MAX_TITLE_CHARS else f"{line[: MAX_TITLE_CHARS - 1]}\u2026"


def cut_lines(text: str) -> tuple[str, ...]:
    """The first lines of a text that are not blank, as a fact keeps them."""
    lines = []
    for line in text.splitlines():
        if line.strip():
            lines.append(cut(line))
            if len(lines) == MAX_DETAILS:
                break
    return tuple(lines)
