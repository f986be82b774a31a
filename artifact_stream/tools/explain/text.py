"""The page of text that `explain` prints, made of ``findings.json`` and ``compile_ids.jsonl``."""

from __future__ import annotations

import heapq
import textwrap
from collections.abc import Callable, Iterable, Iterator
from typing import Any, BinaryIO

import msgspec

from artifact_stream.compile_ids import UNKNOWN
from artifact_stream.errors import escaped
from artifact_stream.findings.building import decimal_of
from artifact_stream.findings.compilation import Compilation
from artifact_stream.findings.finding import Cause, Change, Finding, FindingKind, Where
from artifact_stream.findings.findings_file import findings_in, head_of
from artifact_stream.index.lines import lines_of
from artifact_stream.layout import COMPILE_IDS_FILE, FINDINGS_FILE

MAX_SHOWN = 10
"""So many findings of a kind are shown, and so many compilations; the others are counted."""

_WIDTH = 100
_SHOWN_IDS = 8
_SHOWN_HINTS = 3
_SHOWN_PLACES = 5
_SHOWN_CHANGES = 4
_TITLES = {
    FindingKind.FAILURE: "Failures",
    FindingKind.GRAPH_BREAK: "Graph breaks",
    FindingKind.RECOMPILATION: "Recompilations",
    FindingKind.CACHE_BYPASS: "Bypassed caches",
}
CAUSE_WORDS = {
    Cause.USER: "your code",
    Cause.SUPPORTABLE: "torch could support it",
    Cause.FUNDAMENTAL: "fundamental: torch will not support it",
    Cause.EARLIER_BREAK: "caused by an earlier graph break",
    Cause.BUG: "a bug of torch",
    Cause.DIFFICULT: "difficult to tell",
}
Opener = Callable[[], BinaryIO]


def explanation(
    title: str, open_findings: Opener, open_compile_ids: Opener | None
) -> Iterator[str]:
    """The lines of the page, without line ends.

    Memory: one finding, and the compilations that took longest.

    Args:
        title: What the trace is called.
        open_findings: Opens ``findings.json``.
        open_compile_ids: Opens ``compile_ids.jsonl``; None for a run of several traces.

    Raises:
        OSError: A file cannot be read.
        ValueError: ``findings.json`` is no such file.
    """
    with open_findings() as file:
        head = head_of(file)
        yield from _headline(title, head)
        file.seek(0)
        yield from _findings(file)
    if open_compile_ids is not None:
        with open_compile_ids() as file:
            yield from _slowest(file)
    missing = head.get("not_in_trace") or []
    if missing:
        yield ""
        yield "NOT IN THIS TRACE"
        for each in missing:
            how = f" {each['how']}" if each.get("how") else ""
            yield from _wrapped(f"{each['what']}: {each['why']}{how}", "  ")


def _headline(title: str, head: dict[str, Any]) -> Iterator[str]:
    counts = head.get("counts") or {}
    seconds = head.get("seconds") or {}
    known = head.get("known") or {}
    torch = (head.get("torch") or {}).get("pytorch_version")
    yield escaped(title) + (f", torch {escaped(str(torch))}" if torch else "")

    def number(name: str, one: str, several: str) -> str:
        count = int(counts.get(name) or 0)
        return f"{count:,} {one if count == 1 else several}"

    def events(kind: str, name: str, one: str, several: str) -> str:
        """As `number`; whether there are others is not known of every trace."""
        if known.get(kind):
            return number(name, one, several)
        return (
            f"{number(name, one, several)} told of" if counts.get(name) else f"{several} not known"
        )

    compiling, backwards = (float(seconds.get(name) or 0) for name in ("compile", "backward"))
    yield (
        f"{number('compilations', 'compilation', 'compilations')} of "
        f"{number('frames', 'function', 'functions')}"
        + (f" in {format_seconds(compiling)}" if compiling else "")
        + (f", backwards {format_seconds(backwards)}" if backwards else "")
        + ": "
        + ", ".join(
            (
                events("failure", "failures", "failure", "failures"),
                events("graph_break", "graph_breaks", "graph break", "graph breaks"),
                events("recompilation", "recompilations", "recompilation", "recompilations"),
            )
        )
        + "."
    )
    looked = [counts.get(f"cache_{name}") or 0 for name in ("hits", "misses", "bypasses")]
    if any(looked):
        yield (
            f"Caches: {number('cache_hits', 'hit', 'hits')}, "
            f"{number('cache_misses', 'miss', 'misses')}, "
            f"{number('cache_bypasses', 'bypass', 'bypasses')}."
        )


def _findings(file: BinaryIO) -> Iterator[str]:
    kind: FindingKind | None = None
    shown = left_out = 0
    for finding in findings_in(file):
        if finding.kind is not kind:
            yield from _left_out(left_out)
            kind, shown, left_out = finding.kind, 0, 0
            yield ""
            yield _TITLES[kind].upper()
        if shown == MAX_SHOWN:
            left_out += 1
            continue
        shown += 1
        yield from _finding(shown, finding)
    yield from _left_out(left_out)


def _left_out(count: int) -> Iterator[str]:
    if count:
        yield f"  ... and {count:,} more; {FINDINGS_FILE} has them all."


def _finding(number: int, finding: Finding) -> Iterator[str]:
    marks = [finding.number] if finding.number else []
    if finding.kind is FindingKind.GRAPH_BREAK and finding.cause is not None:
        marks.append(_cause_words(finding.cause))
    times = f" x{finding.count:,}" if finding.count > 1 else ""
    told = f" ({', '.join(marks)})" if marks else ""
    yield from _wrapped(f"{number}. {escaped(finding.title)}{times}{escaped(told)}", "  ", "     ")
    places: list[Where] = [*finding.places] or ([finding.where] if finding.where else [])
    for place in places[:_SHOWN_PLACES]:
        yield f"     {place_text(place)}"
    if len(places) > _SHOWN_PLACES:
        yield f"     ... and {len(places) - _SHOWN_PLACES:,} more places"
    for change in finding.changes[:_SHOWN_CHANGES]:
        if text := change_text(change):
            yield f"     {escaped(text)}"
    if len(finding.changes) > _SHOWN_CHANGES:
        yield f"     ... and {len(finding.changes) - _SHOWN_CHANGES:,} more changes"
    ids = finding.compile_ids[:_SHOWN_IDS]
    more = len(finding.compile_ids) - len(ids) + finding.compile_ids_left_out
    where = escaped(", ".join(ids)) + (f" and {more:,} more" if more else "")
    lost = "" if finding.seconds is None else f"; {_spent(finding)}"
    ranks = "" if not finding.ranks else f"; ranks {_ranges(finding.ranks)}"
    yield f"     {where}{ranks}{lost}"
    if finding.reason and finding.kind in (FindingKind.FAILURE, FindingKind.GRAPH_BREAK):
        yield from _wrapped(escaped(finding.reason.partition("\n")[0]), "     ")
    for hint in finding.advice[:_SHOWN_HINTS]:
        yield from _wrapped(f"- {escaped(hint)}", "     ", "       ")


def _cause_words(cause: str) -> str:
    try:
        return CAUSE_WORDS[Cause(cause)]
    except ValueError:
        return cause


def _spent(finding: Finding) -> str:
    spent = format_seconds(finding.seconds or 0.0)
    return f"{spent} thrown away" if finding.kind is FindingKind.GRAPH_BREAK else spent


def _ranges(numbers: list[int]) -> str:
    """``0-3, 6`` for 0, 1, 2, 3 and 6."""
    parts: list[list[int]] = []
    for number in sorted(numbers):
        if parts and number == parts[-1][-1] + 1:
            parts[-1] = [parts[-1][0], number]
        else:
            parts.append([number])
    return ", ".join("-".join(map(str, part)) for part in parts)


def place_text(place: Where) -> str:
    """``train.py:21 in f: print('x')``, as far as it is known."""
    if place.file is None and place.function is None:
        return "in code that the log does not name"
    file = place.file or ""
    line = "" if place.line is None else f":{place.line}"
    function = "" if place.function is None else f" in {place.function}"
    code = "" if not place.code else f": {place.code}"
    return escaped(f"{file}{line}{function}{code}".strip())


def change_text(change: Change) -> str:
    """``[0/0] → [0/1]: 4 → 5, dynamic from then on as s27 in [2, int_oo]``."""
    ids = f"{change.from_id or '?'} \u2192 {change.to_id}"
    values = ""
    if change.before is not None:
        values = (
            f": {change.before} \u2192 {change.after}" if change.after else f": {change.before}"
        )
        values += "" if change.after else " no longer holds"
    if change.symbol is not None:
        values += f", dynamic from then on as {change.symbol}"
        values += f" in {change.range}" if change.range else ""
    return f"{ids}{values}"


def _slowest(file: BinaryIO) -> Iterator[str]:
    """The compilations that took longest, and how they went."""
    slowest: list[tuple[float, int, str]] = []
    count = 0
    for number, compilation in enumerate(_compilations(file)):
        if compilation.compile_id == UNKNOWN:
            continue
        count += 1
        seconds = float(decimal_of(compilation.seconds) or 0)
        item = (seconds, -number, _compilation_text(compilation, seconds))
        if len(slowest) < MAX_SHOWN:
            heapq.heappush(slowest, item)
        else:
            heapq.heappushpop(slowest, item)
    if slowest:
        yield ""
        yield "COMPILATIONS, THE LONGEST FIRST"
        for _, _, text in sorted(slowest, reverse=True):
            yield text
        if count > len(slowest):
            yield f"  ... and {count - len(slowest):,} more; {COMPILE_IDS_FILE} has them all."


def _compilation_text(compilation: Compilation, seconds: float) -> str:
    where = place_text(Where(compilation.file, compilation.line, compilation.function))
    status = ", ".join(status.value for status in compilation.status)
    again = f" (generation {compilation.generation})" if compilation.generation else ""
    time = "not logged" if decimal_of(compilation.seconds) is None else format_seconds(seconds)
    return f"  {escaped(compilation.display_name)}{again}  {time:>8}  {status}  {where}"


def _compilations(file: BinaryIO) -> Iterator[Compilation]:
    decode = msgspec.json.Decoder(Compilation).decode
    for _, line in lines_of(file):
        try:
            yield decode(line)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            continue  # Somebody has edited it.


def _wrapped(text: str, indent: str, next_indent: str | None = None) -> Iterable[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=indent if next_indent is None else next_indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def format_seconds(seconds: float) -> str:
    """``9.22 s``, ``45 ms``, ``2 min 5 s``."""
    if seconds >= 60:
        return f"{int(seconds // 60):,} min {int(seconds % 60)} s"
    if seconds >= 0.9995:
        return f"{seconds:.2f} s"
    return f"{seconds * 1000:.0f} ms"
