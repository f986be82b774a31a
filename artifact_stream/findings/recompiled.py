"""Recompilations: what has changed, and what might be done about it."""

from __future__ import annotations

from artifact_stream.facts.fact import Fact, GuardFailure
from artifact_stream.facts.reasons import nearest_users
from artifact_stream.findings.building import decimal_of
from artifact_stream.findings.compilation import Compilation
from artifact_stream.findings.finding import (
    Change,
    Evidence,
    Finding,
    FindingKind,
    Place,
    Severity,
    Where,
    key_of,
    plain_function,
    steady,
)

_DIMENSIONED = ("size", "stride")
_WORDS = {
    "size": "size",
    "stride": "stride",
    "rank": "number of dimensions",
    "dtype": "dtype",
    "device": "device",
    "requires_grad": "requires_grad",
    "dispatch_keys": "dispatch keys",
    "value": "value",
    "object": "identity",
    "type": "type",
    "length": "length",
    "global_state": "global state",
    "shape": "shape",
}


def recompilation(fact: Fact, compilation: Compilation) -> Finding:
    """The recompilation that a fact tells of."""
    guard = fact.guard or GuardFailure(subject=fact.title or None)
    function = plain_function(compilation.function or "") or None
    where = Where(compilation.file, compilation.line, function)
    asked_by = nearest_users(fact.stack)
    change = _change(guard, compilation)
    subject = guard.subject or ""
    if guard.dimension is not None:
        subject = f"{subject}[{guard.dimension}]"
    seconds = decimal_of(compilation.metrics.get("entire_frame_compile_time_s"))
    return Finding(
        kind=FindingKind.RECOMPILATION,
        severity=Severity.WARNING,
        key=key_of(f"{guard.cause}:{steady(subject)}", where.file, where.function),
        title=title_of(guard) if fact.title else "No reason could be read",
        compile_ids=[compilation.display_name],
        where=where,
        places=[Place.of(where)],
        stack=compilation.stack if asked_by is None else (*compilation.stack, asked_by),
        cause=guard.cause,
        reason=fact.details[0] if fact.details else fact.title or None,
        advice=_advice(guard, change),
        seconds=None if seconds is None else float(seconds),
        changes=[change],
        evidence=[Evidence(fact.url, fact.line, fact.source)],
    )


def title_of(guard: GuardFailure) -> str:
    """What has changed, in words that equal cases share."""
    subject = guard.subject or ""
    match guard.cause:
        case "size" | "stride" if guard.dimension is not None:
            what = "dimension" if guard.cause == "size" else "stride"
            return f"{subject}: {what} {guard.dimension} changed"
        case "limit":
            return "The recompile limit was reached"
        case "global_state":
            return f"Global state changed: {subject}"
        case "object":
            return f"{subject} is another object"
        case "shape":
            return f"A guard on a shape failed: {subject}"
        case "missing" | "other":
            return f"A guard failed: {subject}" if subject else "A guard failed"
    return f"{subject}: {_WORDS[guard.cause]} changed"


def _change(guard: GuardFailure, compilation: Compilation) -> Change:
    symbol = symbol_range = None
    if guard.cause == "size" and guard.dimension is not None and guard.subject is not None:
        for told in compilation.symbols:
            if told.kind == "symbol" and _is_size_of(told.symbol.source or "", guard):
                symbol, symbol_range = told.symbol.name, told.symbol.range
                break
    return Change(
        from_id=None if guard.of is None else f"[{guard.of}]",
        to_id=compilation.display_name,
        before=guard.before,
        after=guard.after,
        symbol=symbol,
        range=symbol_range,
    )


def _is_size_of(source: str, guard: GuardFailure) -> bool:
    """True if an expression is the size that a guard is on: ``L['x'].size()[1]`` for ``x``, 1."""
    name, found, rest = source.partition(".size()[")
    if not found or rest != f"{guard.dimension}]":
        return False
    subject = guard.subject or ""
    return name in (subject, f"L['{subject}']") or name == _local(subject)


def _local(subject: str) -> str:
    """``L['args'][0]`` for ``args[0]``."""
    name, bracket, rest = subject.partition("[")
    return f"L['{name}']{bracket}{rest}"


def _advice(guard: GuardFailure, change: Change) -> tuple[str, ...]:
    """What may be copied; nothing where torch has made it dynamic, or where it would be wrong."""
    subject = guard.subject or ""
    if change.symbol is not None:
        return ()
    if guard.cause == "size" and guard.dimension is not None:
        name = subject.removeprefix("L['").removesuffix("']") if "][" not in subject else subject
        source = subject if subject.startswith("L[") else _local(subject)
        return (
            f"torch._dynamo.mark_dynamic({name}, {guard.dimension})",
            f'TORCH_COMPILE_DYNAMIC_SOURCES="{source}"',
        )
    if guard.cause == "value" and _is_whole_number(guard.before):
        source = subject if subject.startswith("L[") else _local(subject)
        return (f'TORCH_COMPILE_DYNAMIC_SOURCES="{source}"',)
    return ()


def _is_whole_number(text: str | None) -> bool:
    return text is not None and text.lstrip("-").isdecimal()
