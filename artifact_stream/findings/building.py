"""Putting together what the facts of one compilation tell: its line, and what is found in it."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

import msgspec

from artifact_stream.compile_ids import UNKNOWN, display_name, without_attempt
from artifact_stream.facts.fact import Fact, Frame, GuardFailure, Kind
from artifact_stream.facts.logged_fields import text_of
from artifact_stream.findings.compilation import (
    NOT_LOGGED,
    Compilation,
    OtherMetrics,
    Status,
    ToldSymbol,
)
from artifact_stream.findings.string_tables import StringTables
from artifact_stream.output.counts import METRICS

MAX_SYMBOLS = 200
MAX_METRICS_BYTES = 3 << 20
"""So much of metrics has a place in a line."""

MAX_HELD = 1000
"""So many events, and guards that did not hold, are held of one compilation."""

_RUNTIME = "compilation_metrics_runtime"
_FRAME_SECONDS = "entire_frame_compile_time_s"
_BACKWARD_SECONDS = (_FRAME_SECONDS, "backend_compile_time_s", "inductor_compile_time_s")
_SYMBOLS = (Kind.SYMBOL, Kind.SPECIALIZATION, Kind.GUARD)


class Building:
    """Takes the facts of one compilation, in the order of the log.

    Memory: what the line of a compilation holds, and up to `MAX_HELD` events.

    Args:
        generation: How many compilations had its id before.
        tables: For the files in its stack.

    Attributes:
        compilation: What is known of it.
        events: Failures, graph breaks and the first reason of recompilations.
        bypasses: Looks into caches that were bypassed.
        events_left_out: How many more there were.
    """

    def __init__(self, generation: int, tables: StringTables) -> None:
        self._tables = tables
        self.compilation = Compilation(compile_id="", display_name="", generation=generation)
        self.events: list[Fact] = []
        self.bypasses: list[Fact] = []
        self.events_left_out = 0
        self._metrics_bytes = 0
        self._has_metrics = False
        self._last_attempt: str | None = None
        self._backward = Decimal(0)

    def add(self, fact: Fact) -> None:
        """Take the next fact."""
        self._note_place(fact)
        match fact.kind:
            case Kind.START:
                self._note_start(fact)
            case Kind.METRICS:
                self._note_metrics(fact)
            case Kind.FAILURE | Kind.GRAPH_BREAK | Kind.RECOMPILATION:
                self._note_event(fact)
            case Kind.CACHE if fact.cache is not None:
                self.compilation.caches.note(fact.cache)
                if fact.cache.outcome == "bypass" and len(self.bypasses) < MAX_HELD:
                    self.bypasses.append(fact)
            case _ if fact.kind in _SYMBOLS:
                self._note_symbol(fact)

    def _note_place(self, fact: Fact) -> None:
        if self.compilation.log_line is None:
            self.note_listed(fact.compile_id, fact.rank, fact.process, fact.source, fact.line)
        elif self.compilation.rank is None:
            self.compilation.rank = fact.rank

    def note_listed(
        self,
        compile_id: str,
        rank: int | None,
        process: int | None,
        source: str | None,
        line: int,
    ) -> None:
        """Note the first entry of the compilation, which may tell nothing but its place."""
        compilation = self.compilation
        compilation.compile_id = compile_id
        compilation.display_name = (
            UNKNOWN if compile_id == UNKNOWN else display_name(without_attempt(compile_id))
        )
        compilation.rank, compilation.process = rank, process
        compilation.source, compilation.log_line = source, line

    def _note_start(self, fact: Fact) -> None:
        compilation = self.compilation
        compilation.attempts += 1
        if compilation.attempts == 1:
            compilation.stack = self._tables.resolved(fact)
            if compilation.stack and compilation.function is None:
                self._note_function(compilation.stack[-1])

    def _note_function(self, frame: Frame) -> None:
        compilation = self.compilation
        compilation.function, compilation.line = frame.function, frame.line
        compilation.file = frame.file if isinstance(frame.file, str) else None

    def _note_metrics(self, fact: Fact) -> None:
        compilation = self.compilation
        size = sum(len(name) + len(bytes(raw)) for name, raw in fact.fields.items())
        fits = self._metrics_bytes + size <= MAX_METRICS_BYTES
        if fits:
            self._metrics_bytes += size
        else:
            compilation.metrics_left_out += 1
        if fact.type != METRICS:
            self._note_other_metrics(fact, fits=fits)
            return
        self._has_metrics = True
        fields = fact.fields
        if fits:
            compilation.metrics = fields
        function, file = (_text(fields, name) for name in ("co_name", "co_filename"))
        if function is not None:
            compilation.function = function
            compilation.file = file
            compilation.line = _number(fields, "co_firstlineno")
        compilation.seconds = fields.get(_FRAME_SECONDS, NOT_LOGGED)
        compilation.graph_ops = _number(fields, "graph_op_count")
        compilation.guards = _number(fields, "guard_count")

    def _note_other_metrics(self, fact: Fact, *, fits: bool) -> None:
        compilation = self.compilation
        if fits:
            compilation.other_metrics.append(OtherMetrics(fact.type, fact.fields))
        if fact.type == _RUNTIME:
            return
        for name in _BACKWARD_SECONDS:
            seconds = decimal_of(fact.fields.get(name))
            if seconds is not None:
                self._backward += seconds
                compilation.backward_seconds = msgspec.Raw(str(self._backward).encode())
                break

    def _note_event(self, fact: Fact) -> None:
        compilation = self.compilation
        if compilation.function is None and fact.function is not None:
            compilation.function = fact.function
        if fact.part == 0 and not fact.is_repeated:
            compilation.graph_breaks += fact.kind is Kind.GRAPH_BREAK
            compilation.failures += fact.kind is Kind.FAILURE
        if fact.kind is Kind.RECOMPILATION and not fact.is_repeated:
            guard = fact.guard or GuardFailure()
            if len(compilation.recompiled) < MAX_SYMBOLS:
                compilation.recompiled += (guard,)
        if fact.part != 0:
            return
        if len(self.events) < MAX_HELD:
            self.events.append(fact)
        else:
            self.events_left_out += 1

    def _note_symbol(self, fact: Fact) -> None:
        compilation = self.compilation
        if fact.symbol is None or len(compilation.symbols) >= MAX_SYMBOLS:
            compilation.symbols_left_out += 1
            return
        stack = self._tables.resolved(fact)
        compilation.symbols.append(ToldSymbol(fact.kind.value, fact.symbol, stack))

    def finish(self) -> Compilation:
        """What is known, now that there are no more facts."""
        compilation = self.compilation
        compilation.status = tuple(self._status())
        return compilation

    def _status(self) -> list[Status]:
        compilation = self.compilation
        if compilation.compile_id == UNKNOWN:
            return []
        status = []
        if compilation.failures or any(fact.kind is Kind.FAILURE for fact in self.events):
            status.append(Status.ERROR)
        if compilation.graph_breaks:
            status.append(Status.BREAK)
        if not self._has_metrics:
            status.append(Status.NO_METRICS)
        elif not compilation.graph_ops and Status.ERROR not in status:
            status.append(Status.EMPTY)
        return status or [Status.OK]


def decimal_of(raw: msgspec.Raw | None) -> Decimal | None:
    """A number as logged; None if it is none, or not finite."""
    if raw is None:
        return None
    try:
        number = Decimal(bytes(raw).decode("ascii", "replace"))
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) < 30 else None


def _text(fields: dict[str, msgspec.Raw], name: str) -> str | None:
    raw = fields.get(name)
    return None if raw is None else text_of(raw)


def _number(fields: dict[str, msgspec.Raw], name: str) -> int | None:
    number = decimal_of(fields.get(name))
    return None if number is None or number != int(number) else int(number)
