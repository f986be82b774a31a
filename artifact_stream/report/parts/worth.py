"""What most readers look for first: graph breaks, recompilations, problems, the largest artifacts.

Collected while the entries of a trace go by, from the files just written.  Everything is bounded:
how many files are read, how much of each, how many distinct reasons and places are kept; what was
left out is counted, so that the page can say so.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from typing import ClassVar

import msgspec

from artifact_stream.index.by_compile_id import group_display_name
from artifact_stream.index.kinds import payload_bytes
from artifact_stream.index.lines import IndexEntry, ProblemLine, artifact_folder, lines_of
from artifact_stream.layout import PROBLEMS_FILE, WORTH_FILE
from artifact_stream.report.data_files import write_data
from artifact_stream.report.frames import FileLink
from artifact_stream.report.part import ReportedTrace
from artifact_stream.report.parts.reasons import Reason, graph_break_reason, recompile_reasons
from artifact_stream.report.shapes import (
    CountedProblem,
    CountedReason,
    Place,
    ProblemExample,
    Reasons,
    SizedPlace,
    Worth,
)
from artifact_stream.report.text import printable, shortened
from artifact_stream.urls import path_of_url, url_of

MAX_FILES_READ = 5000
MAX_FILE_BYTES = 64 << 10
MAX_REASONS = 200
MAX_PLACES = 20
MAX_DETAILS = 4
LARGEST = 20
MAX_PROBLEM_LINES = 10_000
MAX_PROBLEM_EXAMPLES = 10

GRAPH_BREAK = "dynamo_graph_break_reason"
RECOMPILE = "recompile_reasons"


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


class WorthALook:
    """Collects from the entries of one trace.

    Args:
        trace: What the report is about.
    """

    files: ClassVar[tuple[str, ...]] = (WORTH_FILE,)

    def __init__(self, trace: ReportedTrace) -> None:
        self._trace = trace
        self._open_file = trace.open_file
        self._files_read = 0
        self._folder_url = ""
        self._shown = ""
        self._breaks = _Collected()
        self._recompiles = _Collected()
        self._largest: list[tuple[int, int, SizedPlace]] = []
        self._smallest_kept = -1
        self._number = 0
        self._flagged: dict[str, list[Place]] = {}
        self._flag_counts: dict[str, int] = {}

    def begin_group(self, key: str) -> None:
        """Go on with the entries of another compile id."""
        self._folder_url = url_of(artifact_folder(key))
        self._shown = printable(shortened(group_display_name(key), 200))

    def add(self, entry: IndexEntry) -> None:
        """Take the next entry of the compile id."""
        if entry.is_link:
            return
        size = payload_bytes(entry)
        if size > self._smallest_kept:
            self._note_size(entry, size)
        for flag in entry.flags:
            places = self._flagged.setdefault(flag, [])
            self._flag_counts[flag] = self._flag_counts.get(flag, 0) + 1
            if len(places) < MAX_PLACES:
                places.append(self._place(entry))
        if entry.type == "artifact" and entry.lazy_loader is None:
            if entry.name.startswith(GRAPH_BREAK):
                self._note_reasons(self._breaks, entry)
            elif entry.name.startswith(RECOMPILE):
                self._note_reasons(self._recompiles, entry)

    def _note_size(self, entry: IndexEntry, size: int) -> None:
        self._number += 1
        # Of equals the earlier one is kept.
        place = self._place(entry)
        item = (size, -self._number, SizedPlace(place.shown, place.id, place.name, size))
        if len(self._largest) < LARGEST:
            heapq.heappush(self._largest, item)
        else:
            heapq.heapreplace(self._largest, item)
        if len(self._largest) == LARGEST:
            self._smallest_kept = self._largest[0][0]

    def _note_reasons(self, reasons: _Collected, entry: IndexEntry) -> None:
        reasons.entries += 1
        # Of a graph break the beginning says it all; a list of reasons is needed whole.
        text = self._read(entry, whole=reasons is self._recompiles)
        if text is None:
            reasons.unread += 1
            return
        found = [graph_break_reason(text)] if reasons is self._breaks else recompile_reasons(text)
        for reason in found:
            reasons.note(reason, self._place(entry))

    def _read(self, entry: IndexEntry, *, whole: bool) -> str | None:
        """The text of a file; None if enough have been read or this one is too long."""
        too_long = whole and (entry.bytes or 0) > MAX_FILE_BYTES
        if too_long or self._files_read >= MAX_FILES_READ:
            return None
        self._files_read += 1
        path = path_of_url(entry.url)
        if path is None:  # Somebody has edited the index.
            return None
        try:
            with self._open_file(path) as file:
                return file.read(MAX_FILE_BYTES).decode("utf-8", "replace")
        except OSError:
            return None

    def _place(self, entry: IndexEntry) -> Place:
        return Place(self._shown, f"{self._folder_url}/{url_of(entry.name)}", entry.name)

    def end_group(self) -> None:
        """The compile id has no more entries."""

    def finish(self) -> None:
        """The trace has no more compile ids.

        Raises:
            OSError: ``problems.jsonl`` cannot be read.
        """
        collected = Worth(
            graph_breaks=self._breaks.counted(),
            recompiles=self._recompiles.counted(),
            problems=self._problems(),
            largest=[item for _, _, item in sorted(self._largest, reverse=True)],
        )
        write_data(self._trace.folder, WORTH_FILE, "worth", collected)

    def abandon(self) -> None:
        """Nothing is open."""

    def links(self) -> list[FileLink]:
        """None: this is for JavaScript."""
        return []

    def _problems(self) -> list[CountedProblem]:
        counts = self._trace.summary.counts
        found = {
            slug: CountedProblem(
                slug=slug,
                count=count,
                flagged=self._flag_counts.get(slug, 0),
                examples=[],
                places=self._flagged.get(slug, []),
            )
            for slug, count in sorted(counts.problems.items(), key=lambda item: (-item[1], item[0]))
        }
        for problem_line in self._problem_lines():
            problem = found.get(problem_line.slug)
            if problem is not None and len(problem.examples) < MAX_PROBLEM_EXAMPLES:
                problem.examples.append(
                    ProblemExample(
                        printable(shortened(problem_line.source, 200)),
                        problem_line.line,
                        printable(shortened(problem_line.message, 400)),
                        printable(problem_line.excerpt),
                    )
                )
        return list(found.values())

    def _problem_lines(self) -> Iterator[ProblemLine]:
        with self._open_file(PROBLEMS_FILE) as file, suppress(ValueError):
            for _, line in islice(lines_of(file), MAX_PROBLEM_LINES):
                try:
                    problem_line = msgspec.json.decode(line, type=ProblemLine)
                except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
                    continue
                yield problem_line
