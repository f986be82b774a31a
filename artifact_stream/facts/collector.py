"""Taking facts from the entries of one trace as they go by."""

from __future__ import annotations

from typing import Any

import msgspec

from artifact_stream.compile_ids import UNKNOWN, is_recompiled, key_of_display_name
from artifact_stream.disk.appender import JsonlAppender
from artifact_stream.entries import Entry
from artifact_stream.errors import InputUnusable
from artifact_stream.facts.fact import EVENTS, Fact, Kind, Told
from artifact_stream.facts.once import Once
from artifact_stream.facts.registry import Subjects, built_in
from artifact_stream.facts.subject import Reading, Subject, Telling
from artifact_stream.json_text import without_surrogates
from artifact_stream.output.counts import METRICS, FactCounts

MAX_FACTS = 256
"""No entry tells of more."""


class FactCollector:
    """Reads entries for facts, and appends these to ``facts.jsonl``.

    `read` before an entry's payload is taken, `add` when it is known what became of the entry.

    Memory: one entry's facts, and what `Once` remembers.

    Args:
        file: ``facts.jsonl``; for the caller to close.
        counts: Kept up to date.
        once: What has been told; the same after a run is resumed.
        several_files: The trace has several source files: each line says which one it is from.
        subjects: What is looked for; None for the subjects of the package.
    """

    def __init__(
        self,
        file: JsonlAppender,
        counts: FactCounts,
        once: Once,
        *,
        several_files: bool,
        subjects: Subjects | None = None,
    ) -> None:
        self._file = file
        self._counts = counts
        self._once = once
        self._several_files = several_files
        self._subjects = built_in() if subjects is None else subjects

    @property
    def entry_types(self) -> frozenset[str]:
        """The entry types that must be looked at."""
        return self._subjects.entry_types

    def read(self, entry: Entry) -> list[Fact] | None:
        """The facts that an entry tells; None if it is none of those that tell any.

        Raises:
            InputUnusable: The source cannot be read any more.
        """
        found = self._subjects.of(entry)
        if found is None:
            return None
        subject, name = found
        reading = _read(subject, entry)
        compile_id = (
            entry.compile_id
            or key_of_display_name(entry.text("compile_id"))
            or key_of_display_name(reading.compile_id)
            or UNKNOWN
        )
        facts = [
            Fact(
                compile_id=compile_id,
                rank=entry.rank,
                process=entry.thread,
                type=name,
                line=entry.line,
                source=entry.source if self._several_files else None,
                part=part if reading.is_one_event else 0,
                is_cut=not reading.is_whole,
                **{member: getattr(told, member) for member in Told.__struct_fields__},
            )
            for part, told in enumerate(reading.told[:MAX_FACTS])
        ]
        self._count(name, compile_id, reading)
        is_repeated = False
        for fact, told in zip(facts, reading.told, strict=False):
            if told.kind not in EVENTS:
                continue
            if fact.part == 0:
                is_repeated = self._once.is_repeated(told, compile_id, name)
            fact.is_repeated = is_repeated
        return facts

    def _count(self, name: str, compile_id: str, reading: Reading) -> None:
        counts = self._counts
        counts.read[name] = counts.read.get(name, 0) + 1
        if not reading.is_whole:
            counts.cut[name] = counts.cut.get(name, 0) + 1
        if (
            name == METRICS
            and is_recompiled(compile_id)
            and not self._once.has(Kind.RECOMPILATION, compile_id)
            and not any(told.kind is Kind.RECOMPILATION for told in reading.told)
        ):
            counts.compiled_again += 1

    def add(self, facts: list[Fact] | None, url: str | None) -> None:
        """Append what an entry has told.

        Args:
            facts: What `read` gave for it.
            url: Its file, relative to the trace's folder; None if it has none.

        Raises:
            OutputUnusable: The disk cannot be written.
        """
        for fact in facts or ():
            fact.url = url
            if fact.kind in EVENTS and fact.part == 0 and not fact.is_repeated:
                self._counts.found[fact.kind.value] += 1
            self._file.add_line(_line_of(fact))


def _read(subject: Subject, entry: Entry) -> Reading:
    try:
        return subject.read(Telling(entry))
    except InputUnusable:
        raise
    except Exception:  # noqa: BLE001 - a reader's failure costs the facts of one entry alone
        return Reading([], is_whole=False)


def _line_of(fact: Fact) -> bytes:
    """A line that every JSON reader takes: lone surrogates, which stand for bytes, are replaced."""
    try:
        text = msgspec.json.encode(fact)
    except UnicodeEncodeError:
        text = msgspec.json.encode(_storable(fact))
    return text + b"\n"


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return without_surrogates(value)
    if isinstance(value, tuple):
        return tuple(_storable(item) for item in value)
    if isinstance(value, msgspec.Struct):
        members = {name: _storable(getattr(value, name)) for name in value.__struct_fields__}
        return type(value)(**members)
    return value
