"""Taking facts from the entries of one trace as they go by."""

from __future__ import annotations

import re

from artifact_stream.compile_ids import UNKNOWN, is_recompiled, key_of_display_name
from artifact_stream.disk.appender import JsonlAppender
from artifact_stream.entries import Entry
from artifact_stream.facts.fact import Fact, Kind
from artifact_stream.facts.once import Once
from artifact_stream.facts.payload_head import head_of_payload
from artifact_stream.facts.registry import Subjects, built_in
from artifact_stream.facts.subject import Reading, Subject, Telling
from artifact_stream.output.counts import METRICS, FactCounts

MAX_FACTS = 256
"""No entry tells of more."""

_LONE_SURROGATES = re.compile("[\ud800-\udfff]")


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
        self._subjects = subjects or built_in()

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
        compile_id = entry.compile_id or key_of_display_name(entry.text("compile_id")) or UNKNOWN
        facts = [
            Fact(
                kind=told.kind,
                compile_id=_storable(compile_id),
                rank=entry.rank,
                type=name,
                line=entry.line,
                source=_storable(entry.source) if self._several_files else None,
                title=_storable(told.title),
                details=tuple(_storable(detail) for detail in told.details),
                file=None if told.file is None else _storable(told.file),
                lineno=told.lineno,
                function=None if told.function is None else _storable(told.function)[:200],
                part=part if reading.is_one_event else 0,
                is_cut=not reading.is_whole,
            )
            for part, told in enumerate(reading.told[:MAX_FACTS])
        ]
        self._count(name, compile_id, reading)
        is_repeated = False
        for fact, told in zip(facts, reading.told, strict=False):
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
            if fact.part == 0 and not fact.is_repeated:
                self._counts.found[fact.kind.value] += 1
            self._file.add(fact)


def _read(subject: Subject, entry: Entry) -> Reading:
    text, is_whole = head_of_payload(entry) if entry.has_payload else (b"", True)
    try:
        return subject.read(Telling(entry, text, is_whole))
    except Exception:  # noqa: BLE001 - a reader's failure costs the facts of one entry alone
        return Reading([], is_whole=False)


def _storable(text: str) -> str:
    """A text that every JSON reader takes: lone surrogates, which stand for bytes, are replaced."""
    return _LONE_SURROGATES.sub("\ufffd", text)
