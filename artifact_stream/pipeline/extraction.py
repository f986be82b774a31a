"""Extracting one trace: entries in; files, index lines, problems and counts out.

What happens to an entry has two halves.  The first, in the order of the trace, decides: is it
wanted, who describes it, what is its file called.  The second, in the same order once the file has
been rendered, publishes: the file gets its name, the index its line.  In between other entries
may be on their way, here and in worker processes (`OrderedWork`).
"""

from __future__ import annotations

import time

from artifact_stream.disk.appender import JsonlAppender
from artifact_stream.entries import NO_PAYLOAD, Entry
from artifact_stream.errors import ArtifactStreamError, Problem
from artifact_stream.framing.passed_over import PassedOver
from artifact_stream.handlers.base import Artifact, Handler
from artifact_stream.layout import DIRECTORY_FILE, PROBLEMS_FILE, TraceFolder
from artifact_stream.options import Options
from artifact_stream.output.counts import SkipReason, TraceCounts
from artifact_stream.output.summary import TraceSummary
from artifact_stream.pipeline.in_flight import InFlight
from artifact_stream.pipeline.ordered import OrderedWork
from artifact_stream.pipeline.packing import Packing
from artifact_stream.pipeline.planning import ArtifactStore, Planned
from artifact_stream.pipeline.progress import RunProgress
from artifact_stream.pipeline.publishing import Publisher, entry_problem
from artifact_stream.pipeline.selection import Selection
from artifact_stream.report.write import write_lists
from artifact_stream.resume.checkpoint import (
    Checkpoint,
    Pace,
    current_boot_id,
    restore_tallies,
    tallies_of,
)
from artifact_stream.resume.discarded import keep_discarded, remove_discarded
from artifact_stream.resume.listed import ListedEntries, ListedEntry
from artifact_stream.resume.recovery import Recovered
from artifact_stream.sources.position import FilePosition
from artifact_stream.sources.reader import TraceReader
from artifact_stream.sources.trace import TraceSource
from artifact_stream.stop import Interrupted, StopRequest
from artifact_stream.workers.job import Pool
from artifact_stream.writers import ArtifactWriter

_MAX_WAITING_CHARS = 4096
"""An entry whose names are longer than this is published before the next one is taken."""


class TraceExtraction:
    """Extracts one trace into its folder.

    Args:
        trace: What is read.
        out: The output folder of the run.
        folder: The trace's folder in it.
        options: What to write.
        progress: Counters to keep up to date.
        pool: Workers; None to do all in this process.
        may_hold_others_files: Files that no run made may be in the output folder.
        resumed: From where a trace is gone on with; None for one that nobody has begun.
        has_grown: Its source is longer than when that was begun.
        stop: Looked at between two entries.

    Attributes:
        is_complete: The trace has been read to its end; false after a request to stop.

    Raises:
        OutputUnusable: The folder cannot be written.
    """

    def __init__(
        self,
        trace: TraceSource,
        out: str,
        folder: TraceFolder,
        options: Options,
        progress: RunProgress,
        pool: Pool | None = None,
        *,
        may_hold_others_files: bool = False,
        resumed: Recovered | None = None,
        has_grown: bool = False,
        stop: StopRequest | None = None,
    ) -> None:
        self.is_complete = False
        self._resumed = resumed
        self._has_grown = has_grown
        self._stop = stop or StopRequest()
        start = self._start = None if resumed is None else resumed.checkpoint
        self._trace = trace
        self._folder = folder
        self._selection = Selection(options)
        self._progress = progress
        self._counts = TraceCounts() if start is None else start.counts
        self._last_is_in_doubt = False
        self._pace = Pace()
        self._writer = ArtifactWriter(
            out,
            folder,
            may_hold_others_files=may_hold_others_files,
            ours=None if resumed is None else resumed.ours,
        )
        self._root = self._writer.root
        self._assets_url = folder.assets_url
        planned, packs = (0, 0) if start is None else (start.planned, start.packs)
        self._store = ArtifactStore(self._writer, f"../{self._assets_url}", planned)
        self._open_index()
        self._work: OrderedWork[InFlight | Problem] = OrderedWork(
            pool, self._writer.staging, self._publisher.publish
        )
        self._packing: Packing | None = None
        if options.lazy:
            self._packing = Packing(self._writer, self._work, self._publisher.index.cut, packs)
        self._publisher.packing = self._packing
        if pool is not None:
            pool.work_in(out, folder.staging)

    def run(self, reader: TraceReader) -> TraceSummary:
        """Read the trace to its end, or until a stop is asked for; then write what is made of it.

        Raises:
            InputUnusable: The source cannot be read any more.
            OutputUnusable: The folder cannot be written.
        """
        try:
            return self._run(reader)
        except BaseException:
            self._writer.abandon()
            raise
        finally:
            self._progress.read.before_wait = None
            reader.close()

    def close(self) -> None:
        """Remove what is temporary; of a trace that is not complete, what it takes to go on stays.

        Raises:
            OutputUnusable: The folder cannot be written.
        """
        self._writer.close(keep_saved=not self.is_complete)

    def _run(self, reader: TraceReader) -> TraceSummary:
        started = time.monotonic()
        reasons = self._selection.reason_to_pass_over()
        self._progress.entries_taken = self._progress.entries
        self._progress.passed_over = passed_over = PassedOver(reasons)
        if self._start is not None:
            self._progress.entries_taken += self._start.counts.entries_read
            restore_tallies(passed_over, self._start.passed_over)
        self._last_is_in_doubt = self._has_grown and reader.last_may_be_cut
        if self._packing is None:
            # A pipe may have no more for hours: what is on its way is finished meanwhile.
            self._progress.read.before_wait = self._work.finish
        with self._publisher:
            try:
                self.is_complete = self._read(reader, passed_over)
            except Interrupted:
                self.is_complete = False
            self._finish_waiting()
            if self.is_complete:
                self._publisher.index.cut()
        if self._listed is not None:
            self._listed.stop()
        for name, reason in reasons.items():
            tally = passed_over.tallies[name]
            self._counts.skip(name, reason, tally.entries)
            if tally.entries:
                self._counts.of_type(name).source_bytes += tally.source_bytes
        about = self._trace.about
        summary = TraceSummary(
            self._folder.name,
            [file.label for file in self._trace.files],
            self._counts,
            time.monotonic() - started,
            rank=about.rank,
            process_ids=list(about.process_ids),
            host=about.host,
            copies=list(about.copies),
        )
        if self.is_complete and self._resumed is not None:
            remove_discarded(self._writer.root_folder, self._writer.staging)
        write_lists(self._root, self._writer.staging_folder, summary)
        return summary

    def _open_index(self) -> None:
        """Open the files that grow line by line, and go on in those that are there."""
        resumed = self._resumed
        self._listed: ListedEntries | None = None
        index_bytes = problems_bytes = None
        if resumed is not None:
            index_bytes, problems_bytes = resumed.index_bytes, resumed.problems_bytes
        root = self._writer.root_folder
        index = JsonlAppender(root, DIRECTORY_FILE, index_bytes, self._before_cut)
        if index_bytes is not None:
            self._listed = ListedEntries(root, index_bytes)
        self._publisher = Publisher(
            self._store,
            self._counts,
            index,
            JsonlAppender(root, PROBLEMS_FILE, problems_bytes),
            several_files=len(self._trace.files) > 1,
        )

    def _before_cut(self, offset_bytes: int) -> None:
        """The lines of the index from an offset on are about to go."""
        if self._listed is not None:
            self._listed.stop()
        keep_discarded(self._writer.root_folder, offset_bytes, self._writer.staging)

    def _read(self, reader: TraceReader, passed_over: PassedOver) -> bool:
        """Take all entries; false if a stop was asked for before the last one."""
        counts, progress = self._counts, self._progress
        start = None if self._start is None else self._start.positions
        previous: Entry | None = None
        for item in reader.entries(passed_over, self._writer.staging_folder, start):
            if previous is not None:
                # A long entry's size is known when the next one has been found.
                counts.of_type(previous.type).source_bytes += previous.source_bytes
                previous = None
            if self._stop.signal_number is not None:
                if positions := reader.positions():
                    self._make_checkpoint(positions, passed_over)
                    return False
            elif self._pace.is_due() and (positions := reader.positions()):
                self._make_checkpoint(positions, passed_over)
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
        return True

    def _make_checkpoint(self, positions: list[FilePosition], passed_over: PassedOver) -> None:
        """Keep what it takes to go on from here; in a lazy run that is possible between packs."""
        if self._packing is not None and not self._packing.is_between_packs:
            return
        started = time.monotonic()
        self._work.finish()
        publisher = self._publisher
        checkpoint = Checkpoint(
            current_boot_id(),
            positions,
            self._counts,
            tallies_of(passed_over),
            publisher.index.length,
            publisher.problems.length,
            self._store.planned,
            0 if self._packing is None else self._packing.made,
        )
        self._writer.save(checkpoint.encode())
        self._pace.note_made(time.monotonic() - started)

    def _take(self, entry: Entry) -> None:
        """The first half: have an entry's file made, or count why not."""
        chosen = self._selection.choose(entry)
        if isinstance(chosen, SkipReason):
            self._counts.skip(entry.type, chosen)
            return
        self._counts.entries_read += 1
        self._counts.of_type(entry.type).entries += 1
        try:
            self._take_wanted(entry, chosen)
        except Interrupted:
            self._counts.untake(entry.type)
            raise

    def _take_wanted(self, entry: Entry, chosen: Handler) -> None:
        listed = None if self._listed is None else self._listed.take(entry)
        in_flight = self._described(entry, chosen)
        planned = in_flight.planned if isinstance(in_flight, InFlight) else None
        # Nobody knows how many entries wait: what they hold is bounded.
        entry.metadata, entry.payload = {}, NO_PAYLOAD
        if isinstance(in_flight, Problem) or planned is None:
            self._work.add(in_flight)
        else:
            self._make(in_flight, planned, chosen.name, listed)
        if self._packing is not None:
            self._packing.note_item()
        if _chars_held(entry, planned) > _MAX_WAITING_CHARS:
            self._finish_waiting()

    def _make(
        self, in_flight: InFlight, planned: Planned, handler: str, listed: ListedEntry | None
    ) -> None:
        """Have an entry's file made, or its payload put into a pack, if that is not there yet."""
        payload, planned.payload = planned.payload, None
        if self._packing is not None:
            in_flight.place = place = self._packing.put(handler, planned.task, payload)
            if place is not None:
                planned.task.payload = None
                self._work.hold(in_flight, place.job)
                return
        if listed is not None and self._is_there(in_flight, planned, listed):
            in_flight.kept, planned.task.payload = listed.as_rendered(planned.task.number), None
            self._work.add(in_flight)
            return
        self._work.submit(in_flight, planned.task, payload)

    def _is_there(self, in_flight: InFlight, planned: Planned, listed: ListedEntry) -> bool:
        """True if rendering an entry would give the file that is there and the line it has."""
        if self._last_is_in_doubt and planned.task.payload_md5 is None:
            assert self._listed is not None
            if self._listed.may_be_last(listed):
                return False
        return self._publisher.is_there(in_flight.entry, planned, listed)

    def _finish_waiting(self) -> None:
        """Have all done that is on its way, and published."""
        if self._packing is not None:
            self._packing.close_pack()
        self._work.finish()

    def _described(self, entry: Entry, handler: Handler) -> InFlight | Problem:
        """What is to become of an entry, as its handler says; a problem if that fails."""
        try:
            description = handler.describe(entry)
            if isinstance(description, Artifact):
                return InFlight(entry, planned=self._store.plan(entry, description))
        except ArtifactStreamError:
            raise
        except Exception as error:  # noqa: BLE001 - one entry's failure must not end the run
            message = f"The handler {handler.name} failed: {type(error).__name__}: {error}"
            return entry_problem(entry, "handler_failed", message, entry_written=False)
        return InFlight(entry, link=description)


def _chars_held(entry: Entry, planned: Planned | None) -> int:
    """How long what the trace calls an entry is."""
    original_name = None if planned is None else planned.original_name
    return len(entry.type) + len(entry.compile_id or "") + len(original_name or "")
