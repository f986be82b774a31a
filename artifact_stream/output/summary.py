"""What a run did: the content of ``summary.json``."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Self

import msgspec

from artifact_stream._version import __version__
from artifact_stream.disk.directories import Directory, open_inside
from artifact_stream.disk.staged_files import output_errors, write_own_file
from artifact_stream.json_text import NestedTooDeep
from artifact_stream.layout import (
    DIGESTED_FILES,
    FORMAT_VERSIONS,
    GENERATOR,
    SUMMARY_FILE,
    TraceFolder,
    name_of,
)
from artifact_stream.options import Options
from artifact_stream.output.counts import (
    FactCounts,
    FindingCounts,
    Note,
    TraceCounts,
    TypeCounts,
    bound_types,
)
from artifact_stream.output.index_file import IndexFile, measured_index
from artifact_stream.output.missing import PassedOverFile, Unmatched

MAX_SUMMARY_BYTES = 64 << 20
"""No ``summary.json`` is longer: it counts types by name as long as they leave half of it."""


class TraceSummary(msgspec.Struct):
    """What became of one trace; it can be sent from another process.

    Attributes:
        folder: Its folder in the output folder, ``.`` for the output folder itself.
        sources: Names of its files.
        counts: What became of its entries.
        wall_seconds: How long it took.
        indexes: The files in `DIGESTED_FILES` as they were at its end.
        rank: Of the process, as far as it is known before the trace is read.
        process_ids: Those of its first entries.
        host: Where it was written, if that is known.
        copies: Names of other files with the same bytes, which were not read.
    """

    folder: str
    sources: list[str]
    counts: TraceCounts
    wall_seconds: float
    indexes: dict[str, IndexFile] = msgspec.field(default_factory=dict)
    rank: int | None = None
    process_ids: list[int] = msgspec.field(default_factory=list)
    host: str | None = None
    copies: list[str] = msgspec.field(default_factory=list)

    @property
    def place(self) -> TraceFolder:
        """Where it is in the output."""
        return TraceFolder(self.folder)

    @property
    def title(self) -> str:
        """What people call it."""
        return self.place.title(self.sources)

    def note_indexes(self, root: str) -> None:
        """Note how the index files of the trace are, given its folder.

        Raises:
            OutputUnusable: One cannot be read.
        """
        out, names = self.out_of(root), self.place.names
        with output_errors(root), Directory.reached(out, names) as folder:
            for name in DIGESTED_FILES:
                # An earlier version has made no facts, nor what these come to.
                with (
                    suppress(FileNotFoundError),
                    folder.open_file(name, buffered=False) as file,
                ):
                    self.indexes[name] = measured_index(file)

    def out_of(self, root: str) -> str:
        """The output folder of the run, given the trace's folder."""
        return self.place.out_of(root)


class RunSummary(msgspec.Struct):
    """What became of all traces of a run.

    Attributes:
        sources: The sources as given.
        out: The output folder as given.
        options: What was asked for.
        traces: A summary for each trace.
        counts: The sum of their counts.
        interrupted: The run was asked to stop before its end; traces that it had not begun are
            not told of.
        unmatched: What was asked for and is in no trace.
        source_bytes: What was read, as stored.
        wall_seconds: How long the run took.
        peak_memory_bytes: The most memory that one of its processes had, None where that is not
            known.
        passed_over: What may have been a source and could not be read as one, up to
            `artifact_stream.output.missing.MAX_PASSED_OVER`.
        passed_over_count: How much there was of it.
        indexes: Of several traces, ``findings.json`` of the output folder as it was at the end.
    """

    sources: list[str]
    out: str
    options: Options
    traces: list[TraceSummary]
    source_bytes: int
    wall_seconds: float
    peak_memory_bytes: int | None = None
    counts: TraceCounts = msgspec.field(default_factory=TraceCounts)
    interrupted: bool = False
    passed_over: list[PassedOverFile] = msgspec.field(default_factory=list)
    passed_over_count: int = 0
    unmatched: list[Unmatched] = msgspec.field(default_factory=list)
    indexes: dict[str, IndexFile] = msgspec.field(default_factory=dict)

    @classmethod
    def of(
        cls,
        sources: Sequence[str],
        out: str,
        options: Options,
        traces: list[TraceSummary],
        source_bytes: int,
        wall_seconds: float,
    ) -> RunSummary:
        """The summary of a run that has just ended; its peak memory is still to be told."""
        bound_types([trace.counts for trace in traces], MAX_SUMMARY_BYTES // 2)
        summary = cls(list(sources), out, options, traces, source_bytes, wall_seconds)
        for trace in traces:
            summary.counts.add(trace.counts)
        return summary

    @property
    def bytes_per_second(self) -> float:
        """Stored bytes read a second."""
        return self.source_bytes / self.wall_seconds if self.wall_seconds > 0 else 0.0

    def as_json(self) -> bytes:
        """The text of ``summary.json``."""
        return b"".join(self.json_chunks())

    def json_chunks(self) -> Iterator[bytes]:
        """The same in pieces, one for each trace: of thousands, the text takes megabytes."""
        content = msgspec.to_builtins(_File.of(self))
        given = {"sources": [name_of(path) for path in self.sources], "out": name_of(self.out)}
        content["arguments"] = given | content["arguments"]  # They stand first.
        # No other member's text can look like that: in strings, quotes are escaped.
        head, empty, tail = json.dumps(content, indent=2).partition('\n  "traces": []')
        assert empty
        yield head.encode()
        yield b'\n  "traces": [' if self.traces else empty.encode()
        separator = "\n    "
        for trace in self.traces:
            text = json.dumps(msgspec.to_builtins(_trace_members(trace)), indent=2)
            yield (separator + text.replace("\n", "\n    ")).encode()
            separator = ",\n    "
        if self.traces:
            yield b"\n  ]"
        yield tail.encode() + b"\n"


class _Entries(msgspec.Struct):
    """How many entries were read, and what became of them."""

    read: int
    written: int
    told: int = 0
    skipped: int = 0
    unusable: int = 0


class _Note(msgspec.Struct):
    """Something about how a source is written that is no problem, and how often it was met."""

    slug: str
    message: str
    count: int


@dataclass(kw_only=True)
class _Counts:
    """`TraceCounts` as they stand in ``summary.json``."""

    entries: _Entries
    files: int
    links: int
    written_bytes: int
    types: dict[str, TypeCounts]
    skipped: dict[str, int]
    skipped_types: dict[str, int]
    problems: dict[str, int]
    flags: dict[str, int]
    notes: list[_Note] = field(default_factory=list)
    told: dict[str, int] = field(default_factory=dict)
    facts: FactCounts = field(default_factory=FactCounts)
    findings: FindingCounts = field(default_factory=FindingCounts)

    def counts(self) -> TraceCounts:
        """What they say."""
        return TraceCounts(
            entries_read=self.entries.read,
            entries_written=self.entries.written,
            entries_unusable=self.entries.unusable,
            files=self.files,
            links=self.links,
            written_bytes=self.written_bytes,
            by_type=self.types,
            skipped=self.skipped,
            skipped_by_type=self.skipped_types,
            problems=self.problems,
            flags=self.flags,
            notes={note.slug: Note(note.message, note.count) for note in self.notes},
            told=self.told,
            facts=self.facts,
            findings=self.findings,
        )


def _counts_members(counts: TraceCounts) -> dict[str, Any]:
    """What `_Counts` are made of."""
    return {
        "entries": _Entries(
            counts.entries_read,
            counts.entries_written,
            counts.entries_told,
            counts.entries_skipped,
            counts.entries_unusable,
        ),
        "files": counts.files,
        "links": counts.links,
        "written_bytes": counts.written_bytes,
        "types": dict(sorted(counts.by_type.items())),
        "skipped": dict(sorted(counts.skipped.items())),
        "skipped_types": dict(sorted(counts.skipped_by_type.items())),
        "problems": dict(sorted(counts.problems.items())),
        "flags": dict(sorted(counts.flags.items())),
        "notes": [
            _Note(slug, note.message, note.count) for slug, note in sorted(counts.notes.items())
        ],
        "told": dict(sorted(counts.told.items())),
        "facts": counts.facts,
        "findings": counts.findings,
    }


@dataclass(kw_only=True)
class _TraceHead:
    folder: str
    sources: list[str]
    wall_seconds: float
    rank: int | None = None
    process_ids: list[int] = field(default_factory=list)
    host: str | None = None
    copies: list[str] = field(default_factory=list)
    indexes: dict[str, IndexFile] = field(default_factory=dict)


@dataclass(kw_only=True)
class _Trace(_Counts, _TraceHead):
    """A trace in ``summary.json``: members of the base that is named last come first."""

    def summary(self) -> TraceSummary:
        """What it says."""
        counts = self.counts()
        return TraceSummary(
            self.folder,
            self.sources,
            counts,
            self.wall_seconds,
            self.indexes,
            self.rank,
            self.process_ids,
            self.host,
            self.copies,
        )


def _trace_members(trace: TraceSummary) -> _Trace:
    """What the file says of a trace."""
    return _Trace(
        folder=trace.folder,
        sources=trace.sources,
        wall_seconds=round(trace.wall_seconds, 3),
        rank=trace.rank,
        process_ids=trace.process_ids,
        host=trace.host,
        copies=trace.copies,
        indexes=trace.indexes,
        **_counts_members(trace.counts),
    )


class _Arguments(Options, frozen=True, kw_only=True):
    """What a run was asked for."""

    sources: list[str]
    out: str


@dataclass(kw_only=True)
class _RunHead:
    format_version: int = FORMAT_VERSIONS[SUMMARY_FILE]
    generator: str = GENERATOR
    version: str = __version__
    interrupted: bool = False
    arguments: _Arguments


@dataclass(kw_only=True)
class _File(_Counts, _RunHead):
    """``summary.json``, its members in their order."""

    traces: list[_Trace]
    source_bytes: int
    wall_seconds: float
    bytes_per_second: int
    peak_memory_bytes: int | None
    passed_over_count: int = 0
    passed_over: list[PassedOverFile] = field(default_factory=list)
    unmatched: list[Unmatched] = field(default_factory=list)
    indexes: dict[str, IndexFile] = field(default_factory=dict)

    @classmethod
    def of(cls, summary: RunSummary) -> Self:
        """The file for a summary, but for its traces."""
        return cls(
            interrupted=summary.interrupted,
            arguments=_Arguments(
                sources=summary.sources,
                out=summary.out,
                **msgspec.structs.asdict(summary.options),
            ),
            **_counts_members(summary.counts),
            traces=[],
            source_bytes=summary.source_bytes,
            wall_seconds=round(summary.wall_seconds, 3),
            bytes_per_second=round(summary.bytes_per_second),
            peak_memory_bytes=summary.peak_memory_bytes,
            passed_over_count=summary.passed_over_count,
            passed_over=summary.passed_over,
            unmatched=summary.unmatched,
            indexes=summary.indexes,
        )

    def summary(self) -> RunSummary:
        """What it says."""
        options = {name: getattr(self.arguments, name) for name in Options.__struct_fields__}
        return RunSummary(
            self.arguments.sources,
            self.arguments.out,
            Options(**options),
            [trace.summary() for trace in self.traces],
            self.source_bytes,
            self.wall_seconds,
            self.peak_memory_bytes,
            self.counts(),
            self.interrupted,
            self.passed_over,
            self.passed_over_count,
            self.unmatched,
            self.indexes,
        )


def read_summary(out: str) -> RunSummary:
    """What ``summary.json`` in an output folder says.

    Raises:
        OSError: It cannot be read.
        ValueError: It is no JSON, or no summary.
    """
    with open_inside(out, SUMMARY_FILE) as file:
        return read_summary_text(file.read(MAX_SUMMARY_BYTES))


def read_summary_text(text: bytes) -> RunSummary:
    """What the text of a ``summary.json`` says.

    Raises:
        ValueError: It is no JSON, or no summary.
    """
    try:
        content = json.loads(text)
    except RecursionError:
        raise NestedTooDeep("nested too deep") from None
    return msgspec.convert(content, _File).summary()


def write_summary(out: str, summary: RunSummary) -> None:
    """Write ``summary.json`` into the output folder.

    Raises:
        OutputUnusable: It cannot be written.
    """
    write_own_file(os.path.join(out, SUMMARY_FILE), summary.json_chunks())
