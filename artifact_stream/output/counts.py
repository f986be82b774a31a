"""Counting what became of every entry.  Nothing here grows with the trace but numbers."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from enum import Enum

import msgspec

MAX_COUNTED_TYPES = 500
"""Entry types are counted by name up to here; a trace may hold any number of invented ones."""

MAX_TYPE_CHARS = 200
"""Names of types are counted by this much of their beginning."""

MORE_TYPES = "(more types)"

FACT_KINDS = ("failure", "graph_break", "recompilation")
"""What is looked for in what entries tell; see `artifact_stream.facts.fact.Kind`."""

METRICS = "compilation_metrics"
"""The entry type that tells of every compilation."""

MAX_SEEN = 20
"""So many compile ids are named where an option has matched none of them."""


class Note(msgspec.Struct):
    """Something about a trace that is to be told once and is no problem.

    Attributes:
        message: One sentence.
        count: How many entries it is true of; 1 for what is true of a file.
    """

    message: str
    count: int = 0


class TypeCounts(msgspec.Struct):
    """What became of the entries of one type.

    Attributes:
        entries: How many were read.
        written: How many became a file or a link.
        source_bytes: What they take in the source, decompressed; several types on one line count
            for the first.
        written_bytes: What their files take.
    """

    entries: int = 0
    written: int = 0
    source_bytes: int = 0
    written_bytes: int = 0

    def add(self, other: TypeCounts) -> None:
        """Add those of other entries."""
        self.entries += other.entries
        self.written += other.written
        self.source_bytes += other.source_bytes
        self.written_bytes += other.written_bytes


class Matches(msgspec.Struct):
    """What the options that narrow or widen a run have matched.

    Attributes:
        compile_ids: For each pattern of `Options.compile_ids` that has matched, how many entries.
        seen: The first compile ids there were, as they are displayed; none without such patterns.
        has_more: There were others.
        cache_artifacts: How many artifacts of caches there were.
        claimed: For each kind that has claimed entries of others' types how many, by type.
    """

    compile_ids: dict[str, int] = msgspec.field(default_factory=dict)
    seen: list[str] = msgspec.field(default_factory=list)
    has_more: bool = False
    cache_artifacts: int = 0
    claimed: dict[str, dict[str, int]] = msgspec.field(default_factory=dict)

    def note_claim(self, kind: str, entry_type: str, count: int = 1) -> None:
        """Note an entry that a kind has claimed."""
        of_kind = self.claimed.setdefault(kind, {})
        of_kind[entry_type] = of_kind.get(entry_type, 0) + count

    def note_compile_id(self, shown: str, patterns: Iterable[str]) -> None:
        """Note an entry of a compile id, and the patterns that match that."""
        for pattern in patterns:
            self.compile_ids[pattern] = self.compile_ids.get(pattern, 0) + 1
        self._note_seen(shown[:MAX_TYPE_CHARS])

    def _note_seen(self, shown: str) -> None:
        if shown not in self.seen:
            if len(self.seen) < MAX_SEEN:
                self.seen.append(shown)
            else:
                self.has_more = True

    def add(self, other: Matches) -> None:
        """Add those of another trace."""
        for pattern, count in other.compile_ids.items():
            self.compile_ids[pattern] = self.compile_ids.get(pattern, 0) + count
        for shown in other.seen:
            self._note_seen(shown)
        self.has_more |= other.has_more
        self.cache_artifacts += other.cache_artifacts
        for kind, of_kind in other.claimed.items():
            for entry_type, count in of_kind.items():
                self.note_claim(kind, entry_type, count)


def _counted_name(name: str, counted: Collection[str]) -> str:
    """The name under which a type is counted beside those that are."""
    name = name[:MAX_TYPE_CHARS]
    named = len(counted) - (MORE_TYPES in counted)
    return name if name in counted or named < MAX_COUNTED_TYPES else MORE_TYPES


class FactCounts(msgspec.Struct):
    """What the entries of a trace tell of how compilations went.

    Attributes:
        read: How many entries were read for it, by type or, of artifacts, by name.
        cut: How many of them could not be read to their end.
        found: How often each kind of event has been told of, each counted once.
        compiled_again: How many compilations came after others of the same function, without
            anything that tells why.
    """

    read: dict[str, int] = msgspec.field(default_factory=dict)
    cut: dict[str, int] = msgspec.field(default_factory=dict)
    found: dict[str, int] = msgspec.field(default_factory=lambda: dict.fromkeys(FACT_KINDS, 0))
    compiled_again: int = 0

    def add(self, other: FactCounts) -> None:
        """Add those of another trace."""
        for mine, others in (
            (self.read, other.read),
            (self.cut, other.cut),
            (self.found, other.found),
        ):
            for name, count in others.items():
                mine[name] = mine.get(name, 0) + count
        self.compiled_again += other.compiled_again

    @property
    def has_metrics(self) -> bool:
        """True if metrics were read: they tell of every compilation, whatever came of it."""
        return METRICS in self.read

    @property
    def is_known(self) -> bool:
        """True if what was not found is not there."""
        return self.has_metrics and not self.cut


def known_kinds(facts: Iterable[FactCounts]) -> dict[str, bool]:
    """For each of `FACT_KINDS`, whether what was not found in any of these is not there."""
    all_facts = list(facts)
    is_known = all(each.is_known for each in all_facts)
    known = dict.fromkeys(FACT_KINDS, is_known)
    known["recompilation"] = is_known and not any(each.compiled_again for each in all_facts)
    return known


class FindingCounts(msgspec.Struct):
    """What a trace tells of, counted.

    Attributes:
        compilations: How many there were, the attempts of one counted once.
        frames: Of how many functions.
        failures: How many failed.
        graph_breaks: How many graph breaks there were.
        recompilations: How many compilations came since a guard of an earlier one did not hold.
        cache_hits: How often a cache had what was looked for.
        cache_misses: How often it did not have it.
        cache_bypasses: How often it was not looked into.
        compile_seconds: The time of all frames, forward.
        backward_seconds: The time of backwards that were compiled on their own.
    """

    compilations: int = 0
    frames: int = 0
    failures: int = 0
    graph_breaks: int = 0
    recompilations: int = 0
    cache_hits: int = 0
    cache_misses: int = 0
    cache_bypasses: int = 0
    compile_seconds: float = 0.0
    backward_seconds: float = 0.0

    def add(self, other: FindingCounts) -> None:
        """Add those of another trace."""
        for name in self.__struct_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


class TraceCounts(msgspec.Struct):
    """What became of the entries of one trace.

    ``entries_read == entries_written + sum(told) + sum(skipped) + entries_unusable``.
    """

    entries_read: int = 0
    entries_written: int = 0
    entries_unusable: int = 0
    files: int = 0
    links: int = 0
    written_bytes: int = 0
    by_type: dict[str, TypeCounts] = msgspec.field(default_factory=dict)
    skipped: dict[str, int] = msgspec.field(default_factory=dict)
    skipped_by_type: dict[str, int] = msgspec.field(default_factory=dict)
    problems: dict[str, int] = msgspec.field(default_factory=dict)
    flags: dict[str, int] = msgspec.field(default_factory=dict)
    notes: dict[str, Note] = msgspec.field(default_factory=dict)
    matches: Matches = msgspec.field(default_factory=Matches)
    told: dict[str, int] = msgspec.field(default_factory=dict)
    facts: FactCounts = msgspec.field(default_factory=FactCounts)
    findings: FindingCounts = msgspec.field(default_factory=FindingCounts)

    def of_type(self, name: str) -> TypeCounts:
        """The counts of a type; rare ones beyond `MAX_COUNTED_TYPES` share one."""
        counts = self.by_type.get(name)
        if counts is None:
            counts = self.by_type.setdefault(_counted_name(name, self.by_type), TypeCounts())
        return counts

    def skip(self, name: str, reason: SkipReason, entries: int = 1) -> None:
        """Count entries of a type that are not written, and why."""
        if not entries:
            return
        self.entries_read += entries
        self.of_type(name).entries += entries
        self.skipped[reason.value] = self.skipped.get(reason.value, 0) + entries
        name = _counted_name(name, self.skipped_by_type)
        self.skipped_by_type[name] = self.skipped_by_type.get(name, 0) + entries

    def tell(self, name: str) -> None:
        """Count an entry of a type that is not written, and was read for what it tells."""
        self.entries_read += 1
        self.of_type(name).entries += 1
        name = _counted_name(name, self.told)
        self.told[name] = self.told.get(name, 0) + 1

    def untake(self, name: str) -> None:
        """Forget an entry of a type that was to be written, and is left for another time."""
        self.entries_read -= 1
        self.of_type(name).entries -= 1

    def problem(self, slug: str) -> None:
        """Count a problem."""
        self.problems[slug] = self.problems.get(slug, 0) + 1

    def note(self, slug: str, message: str, count: int = 1) -> None:
        """Count something that is to be told of the trace."""
        self.notes.setdefault(slug, Note(message)).count += count

    def flag(self, names: Iterable[str]) -> None:
        """Count the flags of an index line."""
        for name in names:
            self.flags[name] = self.flags.get(name, 0) + 1

    def add(self, other: TraceCounts) -> None:
        """Add the counts of another trace.

        Which types are counted by name depends on what they are called, not on which came first:
        ``summary.json`` does not say that.
        """
        self.entries_read += other.entries_read
        self.entries_written += other.entries_written
        self.entries_unusable += other.entries_unusable
        self.files += other.files
        self.links += other.links
        self.written_bytes += other.written_bytes
        for name, counts in sorted(other.by_type.items()):
            self.of_type(name).add(counts)
        for name, count in sorted(other.skipped_by_type.items()):
            counted = _counted_name(name, self.skipped_by_type)
            self.skipped_by_type[counted] = self.skipped_by_type.get(counted, 0) + count
        for slug, note in other.notes.items():
            self.note(slug, note.message, note.count)
        for mine_by_name, other_by_name in (
            (self.skipped, other.skipped),
            (self.problems, other.problems),
            (self.flags, other.flags),
            (self.told, other.told),
        ):
            for name, count in other_by_name.items():
                mine_by_name[name] = mine_by_name.get(name, 0) + count
        self.matches.add(other.matches)
        self.facts.add(other.facts)
        self.findings.add(other.findings)

    def name_types(self, most: int) -> None:
        """Count fewer types by name: those that most entries have; the others share one."""
        by_type, skipped = self.by_type, self.skipped_by_type
        ranked = sorted(
            by_type, key=lambda name: (name == MORE_TYPES, -by_type[name].entries, name)
        )
        for name in ranked[most:]:
            if name != MORE_TYPES:
                by_type.setdefault(MORE_TYPES, TypeCounts()).add(by_type.pop(name))
        ranked = sorted(skipped, key=lambda name: (name == MORE_TYPES, -skipped[name], name))
        for name in ranked[most:]:
            if name != MORE_TYPES:
                skipped[MORE_TYPES] = skipped.get(MORE_TYPES, 0) + skipped.pop(name)

    @property
    def entries_skipped(self) -> int:
        """How many entries were read and, for a named reason, not written."""
        return sum(self.skipped.values())

    @property
    def entries_told(self) -> int:
        """How many entries were read for what they tell, and not written."""
        return sum(self.told.values())

    @property
    def problem_count(self) -> int:
        """How many lines ``problems.jsonl`` has."""
        return sum(self.problems.values())


_TYPE_BYTES = 400
"""What the counts of a type take as text, its name aside."""


def bound_types(traces: list[TraceCounts], max_bytes: int) -> None:
    """Count fewer types by name, where the text of those of all traces takes more than that."""
    longest = taken = 0
    for counts in traces:
        for name in {**counts.by_type, **counts.skipped_by_type}:
            type_bytes = 2 * len(json.dumps(name)) + _TYPE_BYTES
            longest = max(longest, type_bytes)
            taken += type_bytes
    if taken > max_bytes:
        for counts in traces:
            counts.name_types(max_bytes // len(traces) // longest)


class SkipReason(Enum):
    """Why an entry is not written; the values are the names in ``summary.json``."""

    STRING_TABLE = "string_table"
    OTHER_MODULE = "other_module"
    CACHE_ARTIFACT = "cache_artifact"
    NOT_SELECTED = "not_selected"
    COMPILE_ID_NOT_SELECTED = "compile_id_not_selected"
    UNKNOWN_TYPE_WITHOUT_PAYLOAD = "unknown_type_without_payload"
