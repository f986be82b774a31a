"""Extracting one trace: entries in; files, index lines, problems and counts out.

What happens to an entry has two halves.  The first, in the order of the trace, decides: is it
wanted, who describes it, what is its file called.  The second, in the same order once the file has
been rendered, publishes: the file gets its name, the index its line.  In between other entries
may be on their way, here and in worker processes (`OrderedWork`).
"""

from __future__ import annotations

import os
import time

import msgspec

from artifact_stream.accounting import TraceCounts
from artifact_stream.compile_directory import (
    COMPILE_DIRECTORY_FILE,
    GroupedDirectory,
    compile_directory_chunks,
)
from artifact_stream.compile_ids import GLOBAL, UNKNOWN
from artifact_stream.directory_index import (
    DIRECTORY_FILE,
    PROBLEMS_FILE,
    IndexEntry,
    JsonlAppender,
    ProblemLine,
)
from artifact_stream.entries import NO_PAYLOAD, Entry
from artifact_stream.errors import ArtifactStreamError, Problem, excerpt_of
from artifact_stream.framing.passed_over import PassedOver
from artifact_stream.handlers.base import Artifact, Handler, Link, Scope
from artifact_stream.ordered_work import OrderedWork
from artifact_stream.output_folder import ASSETS_FOLDER
from artifact_stream.packing import Packing, Place
from artifact_stream.progress_counters import RunProgress
from artifact_stream.render_task import Outcome, Rendered
from artifact_stream.report import write_trace_report
from artifact_stream.selection import Options, Selection, SkipReason
from artifact_stream.sources import TraceSource
from artifact_stream.store import ArtifactStore, Planned, facts_about
from artifact_stream.summary import TraceSummary
from artifact_stream.trace_reader import TraceReader
from artifact_stream.urls import is_web_url, url_of
from artifact_stream.worker_pool import WorkerPool
from artifact_stream.writers import STAGING_FOLDER, ArtifactWriter, write_own_file

_MAX_WAITING_CHARS = 4096
"""An entry whose names are longer than this is published before the next one is taken."""


class _InFlight(msgspec.Struct):
    """An entry between its two halves.

    Attributes:
        entry: The entry, without metadata and payload.
        planned: Its file, None for a link.
        link: Its link, None for a file.
        place: Where its payload is in a pack, None for a file of its own.
    """

    entry: Entry
    planned: Planned | None = None
    link: Link | None = None
    place: Place | None = None


class TraceExtraction:
    """Extracts one trace into its folder.

    Args:
        trace: What is read.
        out: The output folder of the run.
        folder: The trace's folder in it, relative; ``.`` for the output folder itself.
        options: What to write.
        progress: Counters to keep up to date.
        pool: Workers; None to do all in this process.
        may_hold_others_files: Files that no run made may be in the output folder.

    Raises:
        OutputUnusable: The folder cannot be written.
    """

    def __init__(
        self,
        trace: TraceSource,
        out: str,
        folder: str,
        options: Options,
        progress: RunProgress,
        pool: WorkerPool | None = None,
        *,
        may_hold_others_files: bool = False,
    ) -> None:
        self._trace = trace
        self._folder = folder
        self._several_files = len(trace.files) > 1
        self._selection = Selection(options)
        self._progress = progress
        self._counts = TraceCounts()
        self._writer = ArtifactWriter(out, folder, may_hold_others_files=may_hold_others_files)
        self._root = self._writer.root
        self._assets_url = page_assets_url(folder)
        self._store = ArtifactStore(self._writer, f"../{self._assets_url}")
        self._work: OrderedWork[_InFlight | Problem] = OrderedWork(
            pool, self._writer.staging, self._publish
        )
        self._packing = Packing(self._writer, self._work) if options.lazy else None
        if pool is not None:
            pool.work_in(out, work_places(folder))

    def run(self, reader: TraceReader) -> TraceSummary:
        """Read the trace to its end, then write what is made of the index.

        Raises:
            InputUnusable: The source cannot be read any more.
            OutputUnusable: The folder cannot be written.
        """
        started = time.monotonic()
        reasons = self._selection.reason_to_pass_over()
        self._progress.entries_taken = self._progress.entries
        self._progress.passed_over = passed_over = PassedOver(reasons)
        index_path = os.path.join(self._root, DIRECTORY_FILE)
        try:
            with (
                JsonlAppender(index_path, self._writer.root_folder) as self._index,
                JsonlAppender(
                    os.path.join(self._root, PROBLEMS_FILE), self._writer.root_folder
                ) as self._problems,
            ):
                self._read(reader, passed_over)
                self._finish_waiting()
        finally:
            reader.close()
        for name, reason in reasons.items():
            tally = passed_over.tallies[name]
            self._counts.skip(name, reason, tally.entries)
            if tally.entries:
                self._counts.of_type(name).source_bytes += tally.source_bytes
        summary = TraceSummary(
            self._folder,
            [file.label for file in self._trace.files],
            self._counts,
            time.monotonic() - started,
        )
        write_lists(self._root, self._writer.staging_folder, summary)
        self._writer.close()
        return summary

    def _read(self, reader: TraceReader, passed_over: PassedOver) -> None:
        counts, progress = self._counts, self._progress
        previous: Entry | None = None
        for item in reader.entries(passed_over, self._writer.staging_folder):
            if previous is not None:
                # A long entry's size is known when the next one has been found.
                counts.of_type(previous.type).source_bytes += previous.source_bytes
                previous = None
            progress.entries_taken += 1
            if isinstance(item, Problem):
                counts.entries_read += 1
                self._work.add(item)
                if self._packing is not None:
                    self._packing.note_item()
            else:
                self._take(item)
                previous = item
        if previous is not None:
            counts.of_type(previous.type).source_bytes += previous.source_bytes

    def _take(self, entry: Entry) -> None:
        """The first half: have an entry's file made, or count why not."""
        chosen = self._selection.choose(entry)
        if isinstance(chosen, SkipReason):
            self._counts.skip(entry.type, chosen)
            return
        self._counts.entries_read += 1
        self._counts.of_type(entry.type).entries += 1
        in_flight = self._described(entry, chosen)
        planned = in_flight.planned if isinstance(in_flight, _InFlight) else None
        # Nobody knows how many entries wait: what they hold is bounded.
        entry.metadata, entry.payload = {}, NO_PAYLOAD
        if isinstance(in_flight, Problem) or planned is None:
            self._work.add(in_flight)
        else:
            self._make(in_flight, planned, chosen.name)
        if self._packing is not None:
            self._packing.note_item()
        if _chars_held(entry, planned) > _MAX_WAITING_CHARS:
            self._finish_waiting()

    def _make(self, in_flight: _InFlight, planned: Planned, handler: str) -> None:
        """Have an entry's file made, or its payload put into a pack."""
        payload, planned.payload = planned.payload, None
        if self._packing is not None:
            in_flight.place = place = self._packing.put(handler, planned.task, payload)
            if place is not None:
                planned.task.payload = None
                self._work.hold(in_flight, place.job)
                return
        self._work.submit(in_flight, planned.task, payload)

    def _finish_waiting(self) -> None:
        """Have all done that is on its way, and published."""
        if self._packing is not None:
            self._packing.close_pack()
        self._work.finish()

    def _described(self, entry: Entry, handler: Handler) -> _InFlight | Problem:
        """What is to become of an entry, as its handler says; a problem if that fails."""
        try:
            description = handler.describe(entry)
            if isinstance(description, Artifact):
                return _InFlight(entry, planned=self._store.plan(entry, description))
        except ArtifactStreamError:
            raise
        except Exception as error:  # noqa: BLE001 - one entry's failure must not end the run
            message = f"The handler {handler.name} failed: {type(error).__name__}: {error}"
            return _problem(entry, "handler_failed", message, entry_written=False)
        return _InFlight(entry, link=description)

    def _publish(self, item: _InFlight | Problem, rendered: Rendered | None) -> None:
        """The second half, for the oldest entry that is on its way."""
        if isinstance(item, Problem):
            self._record(item)
            return
        entry = item.entry
        if rendered is not None and rendered.outcome is not Outcome.STAGED:
            slug = rendered.outcome.value
            self._record(_problem(entry, slug, rendered.message, entry_written=False))
            return
        if item.link is not None:
            self._add_link(entry, item.link)
        else:
            assert item.planned is not None
            assert rendered is not None
            self._add_artifact(entry, item.planned, rendered, item.place)
        self._counts.entries_written += 1
        self._counts.of_type(entry.type).written += 1

    def _add_artifact(
        self, entry: Entry, planned: Planned, rendered: Rendered, place: Place | None
    ) -> None:
        files = self._keep(planned, place)
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
        self._add_line(entry, line)
        written_bytes = rendered.bytes + rendered.text_bytes
        self._counts.files += files
        self._counts.written_bytes += written_bytes
        self._counts.of_type(entry.type).written_bytes += written_bytes
        for slug, message in facts.items():
            self._record(_problem(entry, slug, message, entry_written=True))

    def _keep(self, planned: Planned, place: Place | None) -> int:
        """Make sure that what an index line tells of is there; how many files have been added."""
        if place is not None:
            assert self._packing is not None
            return int(self._packing.publish(place))
        self._store.keep(planned)
        return 1 if planned.text_path is None else 2

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
        self._add_line(entry, line)
        self._counts.links += 1

    def _add_line(self, entry: Entry, line: IndexEntry) -> None:
        if self._several_files:
            line.source = entry.source
        self._index.add(line)
        self._counts.flag(line.flags)

    def _record(self, problem: Problem) -> None:
        if not problem.entry_written:
            self._counts.entries_unusable += 1
        self._counts.problem(problem.slug)
        self._problems.add(ProblemLine.of(problem))


def page_assets_url(folder: str) -> str:
    """Where the pages of a trace find CSS and scripts, relative to the trace's folder."""
    return f"{'' if folder == '.' else '../'}{ASSETS_FOLDER}/"


def work_places(folder: str) -> list[str]:
    """Folders, each in the one before, that lead from the output folder to a trace's staging."""
    return [STAGING_FOLDER] if folder == "." else [folder, STAGING_FOLDER]


def write_lists(root: str, staging_folder: str, summary: TraceSummary) -> None:
    """Write what is made of a trace's index once that is complete.

    Args:
        root: The trace's folder.
        staging_folder: For temporary files.
        summary: What became of the trace.

    Raises:
        OutputUnusable: The folder cannot be written.
    """
    summary.note_indexes(root)
    index_path = os.path.join(root, DIRECTORY_FILE)
    with GroupedDirectory(index_path, staging_folder) as directory:
        write_own_file(
            os.path.join(root, COMPILE_DIRECTORY_FILE),
            compile_directory_chunks(directory.groups()),
            out=summary.out_of(root),
        )
        write_trace_report(root, summary, directory.groups_by_kind())


def _problem(entry: Entry, slug: str, message: str, *, entry_written: bool) -> Problem:
    return Problem(
        slug,
        message,
        entry.source,
        entry.line,
        entry.offset_bytes,
        excerpt_of(entry.first_line),
        entry_written,
    )


def _chars_held(entry: Entry, planned: Planned | None) -> int:
    """How long what the trace calls an entry is."""
    original_name = None if planned is None else planned.original_name
    return len(entry.type) + len(entry.compile_id or "") + len(original_name or "")
