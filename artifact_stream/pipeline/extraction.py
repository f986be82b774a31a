"""Extracting one trace: entries in; files, index lines, problems and counts out.

What happens to an entry has two halves.  The first, in the order of the trace, decides: is it
wanted, who describes it, what is its file called (`Intake`).  The second, in the same order once
the file has been rendered, publishes: the file gets its name, the index its line (`Publisher`).  In
between other entries may be on their way, here and in worker processes (`OrderedWork`).
"""

from __future__ import annotations

import time

from artifact_stream.entries import Entry
from artifact_stream.facts.collector import FactCollector
from artifact_stream.facts.registry import Subjects
from artifact_stream.findings.write import write_findings
from artifact_stream.framing.passed_over import PassedOver
from artifact_stream.layout import TraceFolder
from artifact_stream.options import Options
from artifact_stream.output.counts import Note, SkipReason
from artifact_stream.output.summary import TraceSummary
from artifact_stream.pipeline.in_flight import Awaited, Settled
from artifact_stream.pipeline.intake import Intake
from artifact_stream.pipeline.listing import Listing
from artifact_stream.pipeline.ordered import OrderedWork
from artifact_stream.pipeline.packing import Packing
from artifact_stream.pipeline.planning import ArtifactStore
from artifact_stream.pipeline.progress import RunProgress
from artifact_stream.pipeline.publishing import Publisher
from artifact_stream.pipeline.resuming import Checkpoints, EarlierRun, start_of
from artifact_stream.pipeline.selection import Selection
from artifact_stream.report.write import write_lists
from artifact_stream.resume.checkpoint import restore_tallies
from artifact_stream.resume.recovery import Recovered
from artifact_stream.sources.reader import TraceReader
from artifact_stream.sources.trace import TraceSource
from artifact_stream.stop import Interrupted, StopRequest
from artifact_stream.workers.job import Pool
from artifact_stream.writers import ArtifactWriter


class TraceExtraction:
    """Extracts one trace into its folder.

    What it is made of, each part knowing those before it alone: the writer names files, the store
    plans and keeps them, the publisher lists them, the work has them made, the packing packs them,
    the intake decides on them.

    Args:
        trace: What is read.
        out: The output folder of the run.
        folder: The trace's folder in it.
        options: What to write.
        progress: Counters to keep up to date.
        pool: Workers; None to do all in this process.
        may_hold_others_files: Files that no run made may be in the output folder.
        resumed: From where a trace is resumed; None for one that nobody has begun.
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
        self._trace = trace
        self._folder = folder
        self._progress = progress
        self._stop = stop or StopRequest()
        self._start = start = start_of(resumed)
        self._counts = counts = start.counts
        self._writer = writer = ArtifactWriter(
            out,
            folder,
            may_hold_others_files=may_hold_others_files,
            ours=None if resumed is None else resumed.ours,
        )
        store = ArtifactStore(writer, f"../{folder.assets_url}", start.planned)
        listing = Listing(several_files=len(trace.files) > 1)
        try:
            earlier = EarlierRun(writer, resumed, store, listing, has_grown=has_grown)
        except BaseException:
            writer.abandon()
            raise
        self._earlier = earlier
        self._has_facts = options.facts
        self._facts = facts = FactCollector(
            earlier.facts,
            counts.facts,
            start.once,
            several_files=len(trace.files) > 1,
            subjects=None if options.facts else Subjects(()),
        )
        self._selection = selection = Selection(
            options, matches=counts.matches, told_types=facts.entry_types
        )
        self._publisher = publisher = Publisher(
            store, listing, counts, earlier.index, earlier.problems
        )
        work: OrderedWork[Settled, Awaited] = OrderedWork(
            pool, writer.staging, publisher.publish, publisher.publish_made
        )
        packing = Packing(writer, work, start.packs) if options.lazy else None
        self._checkpoints = Checkpoints(writer, earlier, store, counts, work, packing, start.once)
        self._intake = Intake(selection, counts, store, earlier, work, packing, facts)
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
            reader.close()

    def close(self) -> None:
        """Remove what is temporary; of a trace that is not complete, what it takes to resume stays.

        Raises:
            OutputUnusable: The folder cannot be written.
        """
        self._writer.close(keep_saved=not self.is_complete)

    def _run(self, reader: TraceReader) -> TraceSummary:
        started = time.monotonic()
        reasons = self._selection.reason_to_pass_over()
        self._progress.entries_taken = self._progress.entries + self._start.counts.entries_read
        self._progress.passed_over = passed_over = PassedOver(reasons)
        restore_tallies(passed_over, self._start.passed_over)
        self._earlier.doubt_last(may_be_cut=reader.last_may_be_cut)
        with self._publisher, self._earlier.facts:
            try:
                # A pipe may have no more for hours: what is on its way is finished meanwhile.
                with reader.waiting.preceded_by(self._intake.finish_meanwhile):
                    self.is_complete = self._read(reader, passed_over)
            except Interrupted:
                self.is_complete = False
            self._intake.finish()
            if self.is_complete:
                self._publisher.index.cut()
        self._earlier.stop()
        for slug, message in reader.notes.items():
            self._counts.notes[slug] = Note(message, 1)
        self._count_passed_over(passed_over, reasons)
        about = self._trace.about
        summary = TraceSummary(
            self._folder.name,
            [file.label for file in self._trace.files],
            self._counts,
            time.monotonic() - started,
            rank=about.rank,
            process_ids=list(about.process_ids),
            host=about.host,
            copies=[file.label for file in about.copies],
        )
        if self.is_complete:
            self._earlier.remove_discarded()
        root, staging_folder = self._writer.root, self._writer.staging_folder
        write_findings(root, staging_folder, summary, has_facts=self._has_facts)
        write_lists(root, staging_folder, summary)
        return summary

    def _read(self, reader: TraceReader, passed_over: PassedOver) -> bool:
        """Take all entries; false if a stop was asked for before the last one."""
        counts, progress, checkpoints = self._counts, self._progress, self._checkpoints
        start = self._start.positions or None
        previous: Entry | None = None
        for item in reader.entries(passed_over, self._writer.staging_folder, start):
            if previous is not None:
                # A long entry's size is known when the next one has been found.
                counts.of_type(previous.type).source_bytes += previous.source_bytes
                previous = None
            if self._stop.signal_number is not None:
                if positions := reader.positions():
                    checkpoints.make(positions, passed_over)
                    return False
                if not reader.keeps_place:
                    return False  # The trace is read again from its start, or the last checkpoint.
            elif checkpoints.is_due() and (positions := reader.positions()):
                checkpoints.make(positions, passed_over)
            progress.entries_taken += 1
            self._intake.take(item)
            if isinstance(item, Entry):
                previous = item
        if previous is not None:
            counts.of_type(previous.type).source_bytes += previous.source_bytes
        return True

    def _count_passed_over(self, passed_over: PassedOver, reasons: dict[str, SkipReason]) -> None:
        """Count what framing has passed over, and why."""
        for name, reason in reasons.items():
            tally = passed_over.tallies[name]
            self._counts.skip(name, reason, tally.entries)
            if tally.entries:
                self._counts.of_type(name).source_bytes += tally.source_bytes
