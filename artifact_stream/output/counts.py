"""Counting what became of every entry.  Nothing here grows with the trace but numbers."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from enum import Enum

import msgspec

MAX_COUNTED_TYPES = 500
"""Entry types are counted by name up to here; a trace may hold any number of invented ones."""

MAX_TYPE_CHARS = 200
"""Names of types are counted by this much of their beginning."""

MORE_TYPES = "(more types)"


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


def _counted_name(name: str, counted: Collection[str]) -> str:
    """The name under which a type is counted beside those that are."""
    name = name[:MAX_TYPE_CHARS]
    named = len(counted) - (MORE_TYPES in counted)
    return name if name in counted or named < MAX_COUNTED_TYPES else MORE_TYPES


class TraceCounts(msgspec.Struct):
    """What became of the entries of one trace.

    ``entries_read == entries_written + sum(skipped) + entries_unusable``.
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

    def untake(self, name: str) -> None:
        """Forget an entry of a type that was to be written, and is left for another time."""
        self.entries_read -= 1
        self.of_type(name).entries -= 1

    def problem(self, slug: str) -> None:
        """Count a problem."""
        self.problems[slug] = self.problems.get(slug, 0) + 1

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
        for mine_by_name, other_by_name in (
            (self.skipped, other.skipped),
            (self.problems, other.problems),
            (self.flags, other.flags),
        ):
            for name, count in other_by_name.items():
                mine_by_name[name] = mine_by_name.get(name, 0) + count

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
    def problem_count(self) -> int:
        """How many lines ``problems.jsonl`` has."""
        return sum(self.problems.values())


class SkipReason(Enum):
    """Why an entry is not written; the values are the names in ``summary.json``."""

    STRING_TABLE = "string_table"
    OTHER_MODULE = "other_module"
    CACHE_ARTIFACT = "cache_artifact"
    NOT_SELECTED = "not_selected"
    COMPILE_ID_NOT_SELECTED = "compile_id_not_selected"
    UNKNOWN_TYPE_WITHOUT_PAYLOAD = "unknown_type_without_payload"
