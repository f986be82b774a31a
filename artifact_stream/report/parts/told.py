"""What the entries of a trace tell of failures, graph breaks and recompilations, for its page.

Read from ``facts.jsonl``, a line at a time.  What is kept is bounded: distinct reasons, places of
each; what was left out is counted, so that the page can say so.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import BinaryIO

import msgspec

from artifact_stream.compile_ids import display_name, without_attempt
from artifact_stream.facts.fact import Fact, Kind
from artifact_stream.facts.reasons import Reason
from artifact_stream.index.lines import lines_of
from artifact_stream.output.counts import METRICS, SkipReason, TraceCounts
from artifact_stream.report.shapes import CountedReason, Known, Place, Reasons
from artifact_stream.report.text import printable, shortened
from artifact_stream.sources.heads import DAMAGED, EMPTY, UNREADABLE, UNRECOGNISED, UNSUPPORTED
from artifact_stream.urls import path_of_url

MAX_REASONS = 200
MAX_PLACES = 20
MAX_DETAILS = 4
MAX_OPEN_FAILURES = 256
"""So many failures wait for what else is told of them, which comes soon after."""


_ON_REQUEST = (SkipReason.NOT_SELECTED, SkipReason.COMPILE_ID_NOT_SELECTED)
_PASSED_OVER = (EMPTY, UNREADABLE, UNRECOGNISED, UNSUPPORTED)
"""Problems of whole files, which are counted as the entries are; so may a damaged one be."""


@dataclass(slots=True)
class _Seen:
    """A reason, how often it was given, and where."""

    reason: Reason
    count: int = 0
    details: dict[str, None] = field(default_factory=dict)
    places: list[Place] = field(default_factory=list)

    def note(self, reason: Reason, place: Place) -> None:
        self.count += 1
        if len(self.places) < MAX_PLACES:
            self.places.append(place)
        for detail in reason.details:
            if len(self.details) < MAX_DETAILS:
                self.details[detail] = None

    def counted(self) -> CountedReason:
        return CountedReason(
            title=printable(self.reason.title),
            place=printable(self.reason.place),
            count=self.count,
            details=[printable(detail) for detail in self.details],
            places=self.places,
        )


@dataclass(slots=True)
class _Collected:
    """Distinct reasons of one sort."""

    by_key: dict[tuple[str, str], _Seen] = field(default_factory=dict)
    entries: int = 0
    unread: int = 0
    left_out: int = 0

    def note(self, reason: Reason, place: Place) -> None:
        if not reason.title:
            self.unread += 1
            return
        key = (reason.title, reason.place)
        seen = self.by_key.get(key)
        if seen is None:
            if len(self.by_key) >= MAX_REASONS:
                self.left_out += 1
                return
            seen = self.by_key[key] = _Seen(reason)
        seen.note(reason, place)

    def counted(self) -> Reasons:
        ordered = sorted(self.by_key.values(), key=lambda seen: -seen.count)
        return Reasons(
            entries=self.entries,
            unread=self.unread,
            left_out=self.left_out,
            reasons=[seen.counted() for seen in ordered],
        )


class _Events:
    """Events of each kind, as their facts come."""

    def __init__(self) -> None:
        self.reasons = {kind: _Collected() for kind in Kind}
        self._open: dict[str, Fact] = {}

    def note(self, fact: Fact) -> None:
        if fact.kind is Kind.FAILURE:
            self._note_failure(fact)
        elif not fact.is_repeated:
            self._close(fact)

    def _note_failure(self, fact: Fact) -> None:
        """Keep a failure until another entry has told of it, or is not to be expected to."""
        key = without_attempt(fact.compile_id)
        known = self._open.get(key)
        if known is not None and fact.is_repeated:
            self._open[key] = _put_together(known, fact)
            return
        if known is not None:
            self._close(self._open.pop(key))
        if not fact.is_repeated:
            self._open[key] = fact
            if len(self._open) > MAX_OPEN_FAILURES:
                self._close(self._open.pop(next(iter(self._open))))

    def _close(self, fact: Fact) -> None:
        reasons = self.reasons[fact.kind]
        reasons.entries += fact.part == 0
        reasons.note(Reason(fact.title, _where(fact), fact.details), _place(fact))

    def finish(self) -> None:
        for fact in self._open.values():
            self._close(fact)
        self._open.clear()


def _put_together(earlier: Fact, later: Fact) -> Fact:
    """What two entries tell of one failure; metrics name the error."""
    first, second = (later, earlier) if later.type == METRICS else (earlier, later)
    has_line = first.file is not None and (first.function is None or second.file is None)
    place = first if has_line else second
    return msgspec.structs.replace(
        first,
        title=first.title or second.title,
        details=first.details or second.details,
        function=first.function or second.function,
        file=place.file,
        lineno=place.lineno,
        url=first.url or second.url,
    )


def _where(fact: Fact) -> str:
    """Where something happened, as far as that is told."""
    parts = [f"in {fact.function}"] if fact.function else []
    if fact.file:
        parts.append(fact.file if fact.lineno is None else f"{fact.file}:{fact.lineno}")
    return ", ".join(parts)


def _place(fact: Fact) -> Place:
    """The compile id as it is shown and, where there is a file, its permalink and its name."""
    shown = printable(shortened(display_name(fact.compile_id), 200))
    path = None if fact.url is None else path_of_url(fact.url)
    if fact.url is None or path is None:
        return Place(shown, "", "")
    return Place(shown, fact.url, path.rpartition("/")[2])


@dataclass(frozen=True, slots=True)
class ToldEvents:
    """What has happened, and why."""

    failures: Reasons
    graph_breaks: Reasons
    recompiles: Reasons


def told_events(file: BinaryIO) -> ToldEvents:
    """What ``facts.jsonl`` tells, for ``worth.js``."""
    events = _Events()
    for fact in _facts_in(file):
        events.note(fact)
    events.finish()
    return ToldEvents(
        failures=events.reasons[Kind.FAILURE].counted(),
        graph_breaks=events.reasons[Kind.GRAPH_BREAK].counted(),
        recompiles=events.reasons[Kind.RECOMPILATION].counted(),
    )


def no_events() -> ToldEvents:
    """The same where no facts were taken."""
    none = _Collected().counted()
    return ToldEvents(failures=none, graph_breaks=none, recompiles=none)


def _facts_in(file: BinaryIO) -> Iterator[Fact]:
    with suppress(ValueError):
        for _, line in lines_of(file):
            try:
                yield msgspec.json.decode(line, type=Fact)
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
                continue  # Somebody has edited it.


def what_is_known(counts: TraceCounts) -> Known:
    """Of which events it is known that there are no others than those told."""
    facts = counts.facts
    return Known(
        failures=facts.is_known,
        graph_breaks=facts.is_known,
        recompiles=facts.is_known and not facts.compiled_again,
    )


def what_is_not_known(counts: TraceCounts) -> list[str]:
    """Why there may be events that nothing tells of, or entries that are not here: sentences."""
    facts = counts.facts
    not_read = sum(counts.problems.get(slug, 0) for slug in (*_PASSED_OVER, DAMAGED))
    if counts.entries_read and counts.entries_read == not_read:
        return ["Nothing of the source could be read, so nothing is known of what it holds."]
    notes = []
    if any(counts.skipped.get(reason.value) for reason in _ON_REQUEST):
        notes.append(
            "Entries were left out on request: only some kinds of entries, or only some compile "
            "ids, were asked for."
        )
    if not facts.has_metrics:
        notes.append(
            "The log holds no compilation metrics, so failed compilations, graph breaks and "
            "recompilations that nothing else tells of are not known."
        )
    if facts.cut:
        notes.append(
            f"{_count(sum(facts.cut.values()), 'entry', 'entries')} that may tell of failures, "
            "graph breaks or recompilations could not be read to the end."
        )
    if facts.compiled_again:
        notes.append(
            f"{_count(facts.compiled_again, 'compilation', 'compilations')} came after others of "
            "the same function, and the log does not say why."
        )
    lines = counts.entries_unusable
    lines -= sum(counts.problems.get(slug, 0) for slug in _PASSED_OVER)
    if lines > 0:
        notes.append(
            f"{_count(lines, 'line', 'lines')} of the log could not be used, so what stood there "
            "is not known."
        )
    return notes


def _count(number: int, one: str, several: str) -> str:
    return f"{number:,} {one if number == 1 else several}"
