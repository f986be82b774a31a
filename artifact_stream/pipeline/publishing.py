"""The second half of what happens to an entry: the file gets its name, the index its line.

Everything here is done in the order of the trace.
"""

from __future__ import annotations

from typing import Self

from artifact_stream.compile_ids import GLOBAL, UNKNOWN
from artifact_stream.disk.appender import JsonlAppender
from artifact_stream.entries import Entry
from artifact_stream.errors import Problem, excerpt_of
from artifact_stream.handlers.base import Link, Scope
from artifact_stream.index.lines import IndexEntry, ProblemLine
from artifact_stream.json_text import encode_json
from artifact_stream.output.counts import TraceCounts
from artifact_stream.pipeline.in_flight import InFlight, Place
from artifact_stream.pipeline.packing import Packing
from artifact_stream.pipeline.planning import ArtifactStore, Planned, facts_about
from artifact_stream.rendering.task import Outcome, Rendered
from artifact_stream.resume.listed import ListedEntry
from artifact_stream.urls import is_web_url, url_of


class Publisher:
    """Gives files their names, and writes the index, the problems and the counts of one trace.

    Args:
        store: Keeps the files.
        counts: Kept up to date.
        index: ``directory.jsonl``; closed with the publisher.
        problems: ``problems.jsonl``, too.
        several_files: The trace has several source files.

    Attributes:
        packing: Keeps the packs; None in a run that is not lazy.
    """

    def __init__(
        self,
        store: ArtifactStore,
        counts: TraceCounts,
        index: JsonlAppender,
        problems: JsonlAppender,
        *,
        several_files: bool,
    ) -> None:
        self._store = store
        self._counts = counts
        self.index = index
        self.problems = problems
        self._several_files = several_files
        self.packing: Packing | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.index.close()
        finally:
            self.problems.close()

    def publish(self, item: InFlight | Problem, rendered: Rendered | None) -> None:
        """The second half, for the oldest entry that is on its way."""
        if isinstance(item, Problem):
            self._record(item)
            return
        entry, rendered = item.entry, rendered or item.kept
        if rendered is not None and rendered.outcome is not Outcome.STAGED:
            slug = rendered.outcome.value
            self._record(entry_problem(entry, slug, rendered.message, entry_written=False))
            return
        if item.link is not None:
            self._add_link(entry, item.link)
        else:
            assert item.planned is not None
            assert rendered is not None
            self._add_artifact(item, item.planned, rendered)
        self._counts.entries_written += 1
        self._counts.of_type(entry.type).written += 1

    def _add_artifact(self, item: InFlight, planned: Planned, rendered: Rendered) -> None:
        entry, place = item.entry, item.place
        line, facts = self.line_of(entry, planned, rendered, place)
        text = encode_json(line) + b"\n"
        # No line may say of a file what it was before it is replaced.
        self.index.cut_unless_next_is(text)
        files = 1 if planned.text_path is None else 2
        if place is not None:
            assert self.packing is not None
            files = int(self.packing.publish(place))
        elif item.kept is None:
            self._store.keep(planned)
        self._add_line(line, text)
        written_bytes = rendered.bytes + rendered.text_bytes
        self._counts.files += files
        self._counts.written_bytes += written_bytes
        self._counts.of_type(entry.type).written_bytes += written_bytes
        for slug, message in facts.items():
            self._record(entry_problem(entry, slug, message, entry_written=True))

    def line_of(
        self, entry: Entry, planned: Planned, rendered: Rendered, place: Place | None
    ) -> tuple[IndexEntry, dict[str, str]]:
        """An artifact's line in the index, and a sentence for each slug that is a problem."""
        flags, facts = facts_about(planned, rendered)
        is_dump_file = planned.artifact.scope is Scope.DUMP_FILE
        path = planned.path
        line = IndexEntry(
            compile_id=GLOBAL if is_dump_file else entry.compile_id or UNKNOWN,
            name=path.rpartition("/")[2],
            url=url_of(path) if place is None else place.url,
            type=entry.type,
            rank=entry.rank,
            bytes=rendered.bytes,
            lazy_loader=None if place is None else place.lazy_loader,
            line=entry.line,
            flags=tuple(flags),
            lines=rendered.lines,
            digest=rendered.digest,
        )
        original_name, text_path = planned.original_name, planned.text_path
        if original_name is not None:
            line.original_name = original_name
        if text_path is not None and rendered.text_digest is not None:
            line.text_url, line.text_bytes = url_of(text_path), rendered.text_bytes
            line.text_digest = rendered.text_digest
        if self._several_files:
            line.source = entry.source
        return line, facts

    def _add_link(self, entry: Entry, link: Link) -> None:
        line = IndexEntry(
            compile_id=entry.compile_id or UNKNOWN,
            name=link.name,
            url=link.url,
            type=entry.type,
            rank=entry.rank,
            bytes=None,
            lazy_loader=None,
            line=entry.line,
            flags=() if is_web_url(link.url) else ("unsafe_url",),
        )
        if self._several_files:
            line.source = entry.source
        self._add_line(line, encode_json(line) + b"\n")
        self._counts.links += 1

    def _add_line(self, line: IndexEntry, text: bytes) -> None:
        self.index.add_line(text)
        self._counts.flag(line.flags)

    def _record(self, problem: Problem) -> None:
        if not problem.entry_written:
            self._counts.entries_unusable += 1
        self._counts.problem(problem.slug)
        self.problems.add(ProblemLine.of(problem))

    def is_there(self, entry: Entry, planned: Planned, listed: ListedEntry) -> bool:
        """True if rendering an entry would give the files that are there and the line it has.

        That can be said of an entry whose payload has no flaw.

        Raises:
            OutputUnusable: A file cannot be read.
        """
        rendered = listed.as_rendered(planned.task.number)
        line, _ = self.line_of(entry, planned, rendered, None)
        return encode_json(line) + b"\n" == listed.text and self._store.holds(planned, rendered)


def entry_problem(entry: Entry, slug: str, message: str, *, entry_written: bool) -> Problem:
    """A problem with an entry as a whole."""
    return Problem(
        slug,
        message,
        entry.source,
        entry.line,
        entry.offset_bytes,
        excerpt_of(entry.first_line),
        entry_written,
    )
