"""What a run did: the content of ``summary.json``."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import Any, BinaryIO

import msgspec
import xxhash

from artifact_stream._version import __version__
from artifact_stream.disk.directories import Directory, open_regular
from artifact_stream.disk.staged_files import output_errors, write_own_file
from artifact_stream.json_text import NestedTooDeep
from artifact_stream.layout import (
    FORMAT_VERSIONS,
    INDEX_FILES,
    SUMMARY_FILE,
)
from artifact_stream.options import Options
from artifact_stream.output.counts import TraceCounts, TypeCounts

MAX_SUMMARY_BYTES = 64 << 20
"""No ``summary.json`` is longer: it counts a bounded number of types for each trace."""

_READ_BYTES = 256 << 10


class IndexFile(msgspec.Struct):
    """How a file of lines was when a run ended.

    Attributes:
        bytes: Its size.
        digest: ``xxh3_128:`` and hexadecimal digits.
    """

    bytes: int
    digest: str


class TraceSummary(msgspec.Struct):
    """What became of one trace; it can be sent from another process.

    Attributes:
        folder: Its folder in the output folder, ``.`` for the output folder itself.
        sources: Names of its files.
        counts: What became of its entries.
        wall_seconds: How long it took.
        indexes: The files in `INDEX_FILES` as they were at its end.
    """

    folder: str
    sources: list[str]
    counts: TraceCounts
    wall_seconds: float
    indexes: dict[str, IndexFile] = msgspec.field(default_factory=dict)

    @property
    def title(self) -> str:
        """What people call it."""
        return self.sources[0] if self.folder == "." else self.folder

    def note_indexes(self, root: str) -> None:
        """Note how the index files of the trace are, given its folder.

        Raises:
            OutputUnusable: One cannot be read.
        """
        with output_errors(root), Directory.below(self.out_of(root), root) as folder:
            for name in INDEX_FILES:
                with os.fdopen(folder.open(name), "rb", buffering=0) as file:
                    self.indexes[name] = measured_index(file)

    def out_of(self, root: str) -> str:
        """The output folder of the run, given the trace's folder."""
        return root if self.folder == "." else os.path.dirname(root)


def measured_index(file: BinaryIO) -> IndexFile:
    """What is to be noted of an index file."""
    digest, size = xxhash.xxh3_128(), 0
    while chunk := file.read(_READ_BYTES):
        digest.update(chunk)
        size += len(chunk)
    return IndexFile(size, f"xxh3_128:{digest.hexdigest()}")


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
        source_bytes: What was read, as stored.
        wall_seconds: How long the run took.
        peak_memory_bytes: The most memory that one of its processes had, None where that is not
            known.
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
        summary = cls(list(sources), out, options, traces, source_bytes, wall_seconds)
        for trace in traces:
            summary.counts.add(trace.counts)
        return summary

    @property
    def bytes_per_second(self) -> float:
        """Stored bytes read a second."""
        return self.source_bytes / self.wall_seconds if self.wall_seconds > 0 else 0.0

    def as_dict(self) -> dict[str, Any]:
        """The content of ``summary.json``, ready for JSON."""
        return {
            "format_version": FORMAT_VERSIONS[SUMMARY_FILE],
            "generator": "artifact-stream",
            "version": __version__,
            "interrupted": self.interrupted,
            "arguments": {
                "sources": self.sources,
                "out": self.out,
                **msgspec.structs.asdict(self.options),
            },
            **_counts_as_dict(self.counts),
            "traces": [
                {
                    "folder": trace.folder,
                    "sources": trace.sources,
                    "wall_seconds": round(trace.wall_seconds, 3),
                    "indexes": msgspec.to_builtins(trace.indexes),
                    **_counts_as_dict(trace.counts),
                }
                for trace in self.traces
            ],
            "source_bytes": self.source_bytes,
            "wall_seconds": round(self.wall_seconds, 3),
            "bytes_per_second": round(self.bytes_per_second),
            "peak_memory_bytes": self.peak_memory_bytes,
        }

    def as_json(self) -> bytes:
        """The text of ``summary.json``."""
        return json.dumps(self.as_dict(), indent=2).encode() + b"\n"


def _counts_as_dict(counts: TraceCounts) -> dict[str, Any]:
    return {
        "entries": {
            "read": counts.entries_read,
            "written": counts.entries_written,
            "skipped": counts.entries_skipped,
            "unusable": counts.entries_unusable,
        },
        "files": counts.files,
        "links": counts.links,
        "written_bytes": counts.written_bytes,
        "types": {
            name: msgspec.structs.asdict(by_type)
            for name, by_type in sorted(counts.by_type.items())
        },
        "skipped": dict(sorted(counts.skipped.items())),
        "skipped_types": dict(sorted(counts.skipped_by_type.items())),
        "problems": dict(sorted(counts.problems.items())),
        "flags": dict(sorted(counts.flags.items())),
    }


def _counts_of(content: dict[str, Any]) -> TraceCounts:
    entries = content["entries"]
    return TraceCounts(
        entries_read=entries["read"],
        entries_written=entries["written"],
        entries_unusable=entries["unusable"],
        files=content["files"],
        links=content["links"],
        written_bytes=content["written_bytes"],
        by_type={n: msgspec.convert(c, TypeCounts) for n, c in content["types"].items()},
        skipped=content["skipped"],
        skipped_by_type=content["skipped_types"],
        problems=content["problems"],
        flags=content["flags"],
    )


def _trace_of(content: dict[str, Any]) -> TraceSummary:
    return TraceSummary(
        content["folder"],
        content["sources"],
        _counts_of(content),
        content["wall_seconds"],
        msgspec.convert(content.get("indexes", {}), dict[str, IndexFile]),
    )


def read_summary(out: str) -> RunSummary:
    """What ``summary.json`` in an output folder says.

    Raises:
        OSError: It cannot be read.
        ValueError: It is no JSON, or no summary; `KeyError`, `TypeError` and `AttributeError` too.
    """
    with open_regular(os.path.join(out, SUMMARY_FILE)) as file:
        return read_summary_text(file.read(MAX_SUMMARY_BYTES))


def read_summary_text(text: bytes) -> RunSummary:
    """What the text of a ``summary.json`` says.

    Raises:
        ValueError: It is no JSON, or no summary; `KeyError`, `TypeError` and `AttributeError` too.
    """
    try:
        content = json.loads(text)
    except RecursionError:
        raise NestedTooDeep("nested too deep") from None
    arguments = content["arguments"]
    return RunSummary(
        arguments["sources"],
        arguments["out"],
        msgspec.convert(arguments, Options),
        [_trace_of(trace) for trace in content["traces"]],
        content["source_bytes"],
        content["wall_seconds"],
        content["peak_memory_bytes"],
        _counts_of(content),
        content.get("interrupted", False),
    )


def write_summary(out: str, summary: RunSummary) -> None:
    """Write ``summary.json`` into the output folder.

    Raises:
        OutputUnusable: It cannot be written.
    """
    write_own_file(os.path.join(out, SUMMARY_FILE), iter((summary.as_json(),)))
