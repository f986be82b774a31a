"""The second half of what happens to an entry: the file gets its name, the index its line.

Everything here is done in the order of the trace.
"""

from __future__ import annotations

from typing import Self

from artifact_stream.disk.appender import JsonlAppender
from artifact_stream.entries import Entry
from artifact_stream.errors import Problem
from artifact_stream.index.lines import IndexEntry, ProblemLine
from artifact_stream.output.counts import TraceCounts
from artifact_stream.pipeline.in_flight import (
    Awaited,
    KeptFile,
    ListedLink,
    Pack,
    PackedPayload,
    Planned,
    PlannedFile,
    Settled,
)
from artifact_stream.pipeline.listing import Listing, entry_problem, problems_with, text_of
from artifact_stream.pipeline.planning import ArtifactStore
from artifact_stream.rendering.task import Outcome, Rendered


class Publisher:
    """Gives files their names, and writes the index, the problems and the counts of one trace.

    Args:
        store: Keeps the files.
        listing: Makes the lines of the index.
        counts: Kept up to date.
        index: ``directory.jsonl``; closed with the publisher.
        problems: ``problems.jsonl``, too.
    """

    def __init__(
        self,
        store: ArtifactStore,
        listing: Listing,
        counts: TraceCounts,
        index: JsonlAppender,
        problems: JsonlAppender,
    ) -> None:
        self._store = store
        self._listing = listing
        self._counts = counts
        self.index = index
        self.problems = problems

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.index.close()
        finally:
            self.problems.close()

    def publish(self, item: Settled) -> None:
        """The second half, for an entry of which nothing is to be made.

        Raises:
            OutputUnusable: The disk cannot be written.
        """
        match item:
            case Problem():
                self._record(item)
            case ListedLink(entry, link):
                line = self._listing.of_link(entry, link)
                self._add_line(line, text_of(line))
                self._counts.links += 1
                self._count_written(entry)
            case KeptFile(entry, planned, rendered):
                line = self._listing.of_file(entry, planned, rendered)
                text = text_of(line)
                self.index.cut_unless_next_is(text)
                self._add_line(line, text)
                self._count_files(entry, planned, rendered, _files_of(planned))

    def publish_made(self, item: Awaited, rendered: Rendered) -> None:
        """The second half, for an entry of which something was to be made.

        Args:
            item: The entry.
            rendered: What came of it.

        Raises:
            OutputUnusable: The disk cannot be written.
        """
        entry, planned = item.entry, item.planned
        if rendered.outcome is not Outcome.STAGED:
            slug = rendered.outcome.value
            self._record(entry_problem(entry, slug, rendered.message, entry_written=False))
            return
        match item:
            case PlannedFile():
                line = self._listing.of_file(entry, planned, rendered)
                text = text_of(line)
                # No line may say of a file what it was before it is replaced.
                self.index.cut_unless_next_is(text)
                self._store.keep(planned)
                files = _files_of(planned)
            case PackedPayload(place=place):
                line = self._listing.of_packed(entry, planned, rendered, place)
                text = text_of(line)
                self.index.cut_unless_next_is(text)
                files = self._keep_pack(place.pack)
        self._add_line(line, text)
        self._count_files(entry, planned, rendered, files)

    def _keep_pack(self, pack: Pack) -> int:
        """Give a pack its name, if that has not been done; how many files there are more now."""
        if pack.is_published:
            return 0
        if self._store.holds_pack(pack):
            pack.file.discard()
        else:
            self.index.cut()
            self._store.keep_pack(pack)
        pack.is_published = True
        return 1

    def _add_line(self, line: IndexEntry, text: bytes) -> None:
        self.index.add_line(text)
        self._counts.flag(line.flags)

    def _count_files(self, entry: Entry, planned: Planned, rendered: Rendered, files: int) -> None:
        written_bytes = rendered.bytes + rendered.text_bytes
        self._counts.files += files
        self._counts.written_bytes += written_bytes
        self._counts.of_type(entry.type).written_bytes += written_bytes
        for slug, message in problems_with(planned, rendered).items():
            self._record(entry_problem(entry, slug, message, entry_written=True))
        self._count_written(entry)

    def _count_written(self, entry: Entry) -> None:
        self._counts.entries_written += 1
        self._counts.of_type(entry.type).written += 1

    def _record(self, problem: Problem) -> None:
        if not problem.entry_written:
            self._counts.entries_unusable += 1
        self._counts.problem(problem.slug)
        self.problems.add(ProblemLine.of(problem))


def _files_of(planned: Planned) -> int:
    return 1 if planned.text_path is None else 2
