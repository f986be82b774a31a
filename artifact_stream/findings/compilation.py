"""A compilation: all that is told of one compile id, a line of ``compile_ids.jsonl``."""

from __future__ import annotations

from enum import Enum

import msgspec

from artifact_stream.facts.fact import CacheEvent, Frame, GuardFailure, Symbol

NOT_LOGGED = msgspec.Raw(b"null")


class Status(Enum):
    """How a compilation went; several may hold."""

    ERROR = "error"
    BREAK = "break"
    EMPTY = "empty"
    NO_METRICS = "no_metrics"
    OK = "ok"


class CacheCounts(msgspec.Struct, omit_defaults=True):
    """How often a compilation looked into caches, and what they had."""

    hits: int = 0
    misses: int = 0
    bypasses: int = 0

    def note(self, event: CacheEvent) -> None:
        """Count one look."""
        if event.outcome == "hit":
            self.hits += 1
        elif event.outcome == "miss":
            self.misses += 1
        elif event.outcome == "bypass":
            self.bypasses += 1


class OtherMetrics(msgspec.Struct):
    """Metrics of something that belongs to a compilation: its backward, its run time.

    Attributes:
        type: The entry type.
        fields: Every field that is not null, as logged.
    """

    type: str
    fields: dict[str, msgspec.Raw]


class ToldSymbol(msgspec.Struct, omit_defaults=True):
    """A symbol, a specialization or a guard.

    Attributes:
        kind: ``symbol``, ``specialization`` or ``guard``.
        symbol: What is logged of it.
        stack: The user's frames nearest to it.
    """

    kind: str
    symbol: Symbol
    stack: tuple[Frame, ...] = ()


class Compilation(msgspec.Struct, kw_only=True):
    """A line of ``compile_ids.jsonl``.

    Attributes:
        compile_id: Key of its first attempt that the log names.
        display_name: As PyTorch prints it, without an attempt.
        generation: How many compilations had the id before, from 0.
        status: See `Status`.
        function: What was compiled, None if not logged.
        file: Its file.
        line: Its first line there.
        seconds: The time of the whole frame, as logged; null if not logged.
        backward_seconds: The time of its backwards, if they were compiled on their own.
        graph_ops: Operations in its graph.
        guards: Guards on its inputs.
        attempts: How often it was begun.
        rank: The rank that its entries name.
        process: The process that compiled it.
        source: The file that `log_line` counts in, where the trace has several.
        log_line: Line in the log of the first entry that tells of it.
        graph_breaks: How many graph breaks it had.
        failures: How often it failed.
        recompiled: The guards of earlier compilations that did not hold; empty for a first one.
        caches: What caches had for it.
        stack: The frames that led to it, the innermost last.
        symbols: Symbolic shapes, up to `MAX_SYMBOLS`.
        symbols_left_out: How many more there were.
        metrics: Of ``compilation_metrics``: every field that is not null, as logged.
        other_metrics: Of its backwards and its run time.
        metrics_left_out: How many entries had no place in the line.
    """

    compile_id: str
    display_name: str
    generation: int = 0
    status: tuple[Status, ...] = ()
    function: str | None = None
    file: str | None = None
    line: int | None = None
    seconds: msgspec.Raw = NOT_LOGGED
    backward_seconds: msgspec.Raw = NOT_LOGGED
    graph_ops: int | None = None
    guards: int | None = None
    attempts: int = 0
    rank: int | None = None
    process: int | None = None
    source: str | None = None
    log_line: int | None = None
    graph_breaks: int = 0
    failures: int = 0
    recompiled: tuple[GuardFailure, ...] = ()
    caches: CacheCounts = msgspec.field(default_factory=CacheCounts)
    stack: tuple[Frame, ...] = ()
    symbols: list[ToldSymbol] = msgspec.field(default_factory=list)
    symbols_left_out: int = 0
    metrics: dict[str, msgspec.Raw] = msgspec.field(default_factory=dict)
    other_metrics: list[OtherMetrics] = msgspec.field(default_factory=list)
    metrics_left_out: int = 0
