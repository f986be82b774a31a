"""A fact: something that an entry tells of how a compilation went; a line of ``facts.jsonl``."""

from __future__ import annotations

from enum import Enum
from typing import Any

import msgspec

MAX_TITLE_CHARS = 300
MAX_DETAILS = 8
"""So many lines behind the title are kept, each as long as a title at the most."""

MAX_FRAMES = 256
"""Of a longer stack the innermost frames are kept."""


class Kind(Enum):
    """What is told; the values are the names in the files of an output."""

    FAILURE = "failure"
    GRAPH_BREAK = "graph_break"
    RECOMPILATION = "recompilation"
    START = "start"
    METRICS = "metrics"
    SYMBOL = "symbol"
    SPECIALIZATION = "specialization"
    GUARD = "guard"
    CACHE = "cache"
    VERSIONS = "versions"
    STRING = "string"
    WORKER = "worker"


EVENTS = (Kind.FAILURE, Kind.GRAPH_BREAK, Kind.RECOMPILATION)
"""What happens to a compilation and is counted; torch may log one of them twice."""


class Frame(msgspec.Struct, array_like=True, frozen=True):
    """A frame of a stack.

    Attributes:
        file: Its file; a number where the log gives that in a string table.
        line: The line there.
        function: The function.
        code: The line's text, None where that is not logged.
    """

    file: str | int | None
    line: int | None
    function: str | None
    code: str | None = None


class GuardFailure(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """The guard of an earlier compilation that did not hold, as the text of its reason says it.

    Attributes:
        cause: ``size``, ``stride``, ``rank``, ``dtype``, ``device``, ``requires_grad``,
            ``dispatch_keys``, ``value``, ``object``, ``type``, ``length``, ``global_state``,
            ``shape``, ``missing`` or ``other``.
        subject: What was looked at: ``x``, ``L['n']``, ``grad_mode``.
        dimension: Of a tensor, from 0; None where it is of none.
        before: What was expected, as logged.
        after: What was there; None where the log does not say.
        of: The earlier compilation, as logged: ``0/0``.
    """

    cause: str = "other"
    subject: str | None = None
    dimension: int | None = None
    before: str | None = None
    after: str | None = None
    of: str | None = None


class Symbol(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """A symbol for a size, or what has become of one.

    Attributes:
        name: ``s27``; None for a guard.
        source: What it stands for, as an expression: ``L['x'].size()[1]``.
        value: Its value when it was made, or the one it has been fixed to.
        range: ``[2, int_oo]``.
        expression: Of a guard.
        reason: Why it has been fixed.
    """

    name: str | None = None
    source: str | None = None
    value: str | None = None
    range: str | None = None
    expression: str | None = None
    reason: str | None = None


class CacheEvent(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """What a cache had for a graph.

    Attributes:
        cache: ``fx_graph``, ``aotautograd``, ...
        outcome: ``hit``, ``miss`` or ``bypass``.
        reason: Why it was bypassed.
    """

    cache: str
    outcome: str
    reason: str | None = None


class Told(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What a reader has found in an entry.

    Attributes:
        kind: What is told.
        title: Why an event happened, in one line that equal cases share; empty if the reason could
            not be read.
        details: More lines of it.
        file: The user's file where it happened, None if that is not logged.
        lineno: The line there.
        function: The function that was compiled.
        frame: The function in which the line stands.
        code: The line's text.
        stack: The user's frames that led there, the innermost last.
        number: torch's own for the sort of graph break: ``gb0059``.
        hints: What torch says one might do.
        guard: Of a recompilation.
        symbol: Of a symbol, a specialization or a guard.
        cache: Of a cache's artifact.
        fields: Metrics and versions, as logged: those that are not null.
        text: A string that is given a number in stacks, or a status.
        index: That number.
    """

    kind: Kind
    title: str = ""
    details: tuple[str, ...] = ()
    file: str | None = None
    lineno: int | None = None
    function: str | None = None
    frame: str | None = None
    code: str | None = None
    stack: tuple[Frame, ...] = ()
    number: str | None = None
    hints: tuple[str, ...] = ()
    guard: GuardFailure | None = None
    symbol: Symbol | None = None
    cache: CacheEvent | None = None
    fields: dict[str, msgspec.Raw] = msgspec.field(default_factory=dict)
    text: str | None = None
    index: int | None = None


class Fact(Told, kw_only=True, omit_defaults=True):
    """A line of ``facts.jsonl``: what was told, and which entry told it.

    Attributes:
        compile_id: Key of the compilation.
        rank: The rank that the entry names.
        process: The process that logged it, None if not logged.
        type: The entry's type or, of an artifact, its name.
        line: Its line in the source.
        source: The file that `line` counts in, where the trace has several.
        part: Which of several reasons that one entry gives for one event, from 0.
        is_repeated: torch had logged it before, in another entry: it is counted there.
        is_cut: The entry was too long to be read to its end.
        url: The entry's file, relative to the trace's folder, percent-encoded; None if it has none.
    """

    compile_id: str
    rank: int | None = None
    process: int | None = None
    type: str
    line: int
    source: str | None = None
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


def cut_value(value: Any) -> str | None:
    """A value of the log's JSON as a fact keeps it; None for null and for empty text."""
    if value is None or value == "":
        return None
    return cut(value if isinstance(value, str) else str(value))
