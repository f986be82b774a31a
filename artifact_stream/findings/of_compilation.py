"""What is found in one compilation."""

from __future__ import annotations

from collections.abc import Iterator

from artifact_stream.facts.fact import Fact, Frame, Kind
from artifact_stream.facts.frames import is_users
from artifact_stream.facts.reasons import nearest_users
from artifact_stream.findings.building import Building, decimal_of
from artifact_stream.findings.causes import advice_of, cause_of
from artifact_stream.findings.compilation import Compilation
from artifact_stream.findings.finding import (
    Cause,
    Evidence,
    Finding,
    FindingKind,
    Place,
    Severity,
    Where,
    key_of,
    plain_function,
    slug,
)
from artifact_stream.findings.recompiled import recompilation
from artifact_stream.output.counts import METRICS

_BEFORE_RESTART = "dynamo_time_before_restart_s"


def findings_of(building: Building) -> Iterator[Finding]:
    """The findings of a compilation whose facts have all been taken, each for itself."""
    compilation = building.compilation
    failures = [fact for fact in building.events if fact.kind is Kind.FAILURE]
    if failures:
        yield _failure(failures, compilation)
    breaks = [
        fact for fact in building.events if fact.kind is Kind.GRAPH_BREAK and not fact.is_repeated
    ]
    for fact in breaks:
        yield _graph_break(fact, compilation, len(breaks))
    for fact in building.events:
        if fact.kind is Kind.RECOMPILATION and not fact.is_repeated:
            yield recompilation(fact, compilation)
    for fact in building.bypasses:
        yield _bypass(fact, compilation)


def _failure(facts: list[Fact], compilation: Compilation) -> Finding:
    """One failure, of which a traceback and the metrics tell: these name the error."""
    first = next((fact for fact in facts if fact.type == METRICS and fact.title), facts[0])
    traced = next((fact for fact in facts if fact.stack), first)
    title = first.title or next((fact.title for fact in facts if fact.title), "")
    where = where_of(traced, compilation)
    hints = next((fact.hints for fact in facts if fact.hints), ())
    return Finding(
        kind=FindingKind.FAILURE,
        severity=Severity.ERROR,
        key=key_of(slug(title.partition(":")[0]), where.file, where.function),
        title=title or "No reason could be read",
        count=max(1, compilation.failures),
        compile_ids=[compilation.display_name],
        where=where,
        places=[Place.of(where)],
        stack=traced.stack,
        reason="\n".join(next((fact.details for fact in facts if fact.details), ())) or None,
        advice=advice_of(hints),
        number=next((fact.number for fact in facts if fact.number), None),
        seconds=_seconds(compilation, "entire_frame_compile_time_s"),
        evidence=[_evidence(fact) for fact in facts],
    )


def _graph_break(fact: Fact, compilation: Compilation, breaks: int) -> Finding:
    where = where_of(fact, compilation)
    cause = cause_of(fact.hints)
    lost = _seconds(compilation, _BEFORE_RESTART)
    return Finding(
        kind=FindingKind.GRAPH_BREAK,
        severity=Severity.INFO if cause is Cause.EARLIER_BREAK else Severity.WARNING,
        key=key_of(fact.number or slug(fact.title), where.file, where.function),
        title=fact.title or "No reason could be read",
        compile_ids=[compilation.display_name],
        where=where,
        places=[Place.of(where)],
        stack=fact.stack or compilation.stack,
        cause=None if cause is None else cause.value,
        reason=next((text for text in fact.details if not text.startswith("Hint: ")), None),
        advice=advice_of(fact.hints),
        number=fact.number,
        # What was thrown away is logged once for all breaks of a compilation.
        seconds=None if lost is None else lost / breaks,
        evidence=[_evidence(fact)],
    )


def _bypass(fact: Fact, compilation: Compilation) -> Finding:
    assert fact.cache is not None
    reason = fact.cache.reason or "No reason was logged"
    where = Where(compilation.file, compilation.line, compilation.function)
    title = f"The {_CACHE_NAMES.get(fact.cache.cache, fact.cache.cache)} was bypassed: {reason}"
    return Finding(
        kind=FindingKind.CACHE_BYPASS,
        severity=Severity.INFO,
        key=f"{fact.cache.cache}:{slug(reason)}",
        title=title,
        compile_ids=[compilation.display_name],
        where=where,
        places=[Place.of(where)],
        stack=compilation.stack,
        reason=reason,
        evidence=[_evidence(fact)],
    )


_CACHE_NAMES = {"fx_graph": "FX graph cache", "aotautograd": "AOTAutograd cache"}


def where_of(fact: Fact, compilation: Compilation) -> Where:
    """The nearest frame of the user's code that is told; else where the compilation is from."""
    frame = nearest_users(fact.stack)
    if frame is None or not _is_users(frame):
        frame = _users(compilation.stack) or frame
    if frame is not None and isinstance(frame.file, str):
        return Where(
            frame.file, frame.line, plain_function(frame.function or "") or None, frame.code
        )
    function = plain_function(fact.frame or fact.function or compilation.function or "") or None
    if fact.file is not None:
        return Where(fact.file, fact.lineno, function, fact.code)
    return Where(compilation.file, compilation.line, function)


def _users(stack: tuple[Frame, ...]) -> Frame | None:
    for frame in reversed(stack):
        if _is_users(frame):
            return frame
    return None


def _is_users(frame: Frame) -> bool:
    return isinstance(frame.file, str) and is_users(frame.file)


def _evidence(fact: Fact) -> Evidence:
    return Evidence(fact.url, fact.line, fact.source)


def _seconds(compilation: Compilation, name: str) -> float | None:
    seconds = decimal_of(compilation.metrics.get(name))
    return None if seconds is None else float(seconds)
