"""What most readers look for first: failures, graph breaks, recompilations, problems, large files.

Collected while the entries of a trace go by, and from ``facts.jsonl`` and ``problems.jsonl``.
Everything that is kept is bounded; what was left out is counted, so that the page can say so.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from typing import ClassVar

import msgspec

from artifact_stream.index.by_compile_id import group_display_name
from artifact_stream.index.kinds import payload_bytes
from artifact_stream.index.lines import IndexEntry, ProblemLine, artifact_folder, lines_of
from artifact_stream.layout import FACTS_FILE, PROBLEMS_FILE, WORTH_FILE
from artifact_stream.report.data_files import write_data
from artifact_stream.report.frames import FileLink
from artifact_stream.report.part import ReportedTrace
from artifact_stream.report.parts.told import (
    ToldEvents,
    no_events,
    told_events,
    what_is_known,
    what_is_not_known,
)
from artifact_stream.report.shapes import (
    CountedProblem,
    Place,
    ProblemExample,
    SizedPlace,
    Worth,
)
from artifact_stream.report.text import printable, shortened
from artifact_stream.urls import url_of

MAX_PLACES = 20
LARGEST = 20
MAX_PROBLEM_LINES = 10_000
MAX_PROBLEM_EXAMPLES = 10


class WorthALook:
    """Collects from the entries of one trace.

    Args:
        trace: What the report is about.
    """

    files: ClassVar[tuple[str, ...]] = (WORTH_FILE,)

    def __init__(self, trace: ReportedTrace) -> None:
        self._trace = trace
        self._open_file = trace.open_file
        self._folder_url = ""
        self._shown = ""
        self._largest: list[tuple[int, int, SizedPlace]] = []
        self._smallest_kept = -1
        self._number = 0
        self._flagged: dict[str, list[Place]] = {}
        self._flag_counts: dict[str, int] = {}

    def begin_group(self, key: str) -> None:
        """Begin with the entries of another compile id."""
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

    def _place(self, entry: IndexEntry) -> Place:
        return Place(self._shown, f"{self._folder_url}/{url_of(entry.name)}", entry.name)

    def end_group(self) -> None:
        """The compile id has no more entries."""

    def finish(self) -> None:
        """The trace has no more compile ids.

        Raises:
            OSError: ``facts.jsonl`` or ``problems.jsonl`` cannot be read.
        """
        events = self._events()
        counts = self._trace.summary.counts
        collected = Worth(
            failures=events.failures,
            graph_breaks=events.graph_breaks,
            recompiles=events.recompiles,
            known=what_is_known(counts),
            notes=[
                *what_is_not_known(counts),
                *(printable(note.message) for _, note in sorted(counts.notes.items())),
            ],
            problems=self._problems(),
            largest=[item for _, _, item in sorted(self._largest, reverse=True)],
        )
        write_data(self._trace.folder, WORTH_FILE, "worth", collected)

    def abandon(self) -> None:
        """Nothing is open."""

    def links(self) -> list[FileLink]:
        """None: this is for JavaScript."""
        return []

    def _events(self) -> ToldEvents:
        try:
            file = self._open_file(FACTS_FILE)
        except FileNotFoundError:  # An earlier version has made none.
            return no_events()
        with file:
            return told_events(file)

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
