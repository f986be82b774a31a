"""A run: sources in, folders of artifacts out.

The engine is the only one that knows both ends: it takes entries from framing, asks the selection
for a handler, has the store make the file and appends the index line.  It prints nothing.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

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
from artifact_stream.entries import BrokenPayload, Entry
from artifact_stream.errors import ArtifactStreamError, Problem, excerpt_of
from artifact_stream.framing.passed_over import PassedOver
from artifact_stream.handlers.base import Artifact, Handler, Link, Scope
from artifact_stream.output_folder import ASSETS_FOLDER, OutputFolder
from artifact_stream.report import write_trace_page, write_traces_page
from artifact_stream.selection import Options, Selection, SkipReason
from artifact_stream.sources import TraceSource, find_traces
from artifact_stream.store import ArtifactStore
from artifact_stream.streams import ReadCounter
from artifact_stream.summary import RunSummary, TraceSummary, write_summary
from artifact_stream.trace_reader import TraceReader
from artifact_stream.urls import is_web_url, url_of
from artifact_stream.writers import ArtifactWriter, output_errors, write_own_file


@dataclass(slots=True)
class RunProgress:
    """Counters that a progress monitor polls while a run goes on.

    Attributes:
        read: Stored bytes read so far, over all traces.
        total_bytes: What there is to read; None if a source is a pipe.
        entries_taken: Entries that framing has yielded so far, in all traces.
        passed_over: What framing has counted without yielding it in the trace being read.
        trace: Name of the trace being read.
        traces_done: Traces that are complete.
        traces_total: Traces of the run.
    """

    read: ReadCounter = field(default_factory=ReadCounter)
    total_bytes: int | None = None
    entries_taken: int = 0
    passed_over: PassedOver = field(default_factory=PassedOver)
    trace: str = ""
    traces_done: int = 0
    traces_total: int = 0

    @property
    def entries(self) -> int:
        """Entries read so far."""
        return self.entries_taken + sum(self.passed_over.entries.values())


def run(
    sources: Sequence[str],
    out: str,
    options: Options | None = None,
    *,
    overwrite: bool = False,
    progress: RunProgress | None = None,
) -> RunSummary:
    """Extract all traces in the sources into a folder.

    Args:
        sources: Folders, files, ``-`` for stdin.
        out: The output folder, which must be empty or not exist.
        options: What to write; by default all that is ours, code highlighted.
        overwrite: Replace what an earlier run made in `out`.
        progress: Counters to keep up to date.

    Returns:
        What was done, as in ``summary.json``.

    Raises:
        WrongUsage: The options contradict each other.
        InputUnusable: A source cannot be read or holds no trace; nothing has been written.
        OutputUnusable: The folder may not or cannot be written.
    """
    started = time.monotonic()
    options = options or Options()
    progress = progress or RunProgress()
    folder = OutputFolder(out)
    folder.check(overwrite=overwrite)
    traces = find_traces(sources, out)
    progress.total_bytes = _total_bytes(traces)
    progress.traces_total = len(traces)
    readers = _open_pipes(traces, progress.read, options.max_expansion)
    single = len(traces) == 1
    folder.prepare(["."] if single else [trace.name for trace in traces])
    summaries = []
    for trace in traces:
        progress.trace = trace.name
        reader = readers.get(trace.name) or TraceReader(
            trace, progress.read, max_expansion=options.max_expansion
        )
        extraction = TraceExtraction(
            trace,
            out,
            "." if single else trace.name,
            options,
            progress,
            may_hold_others_files=folder.may_hold_others_files,
        )
        summaries.append(extraction.run(reader))
        progress.traces_done += 1
    summary = RunSummary.of(
        sources, out, options, summaries, progress.read.stored_bytes, time.monotonic() - started
    )
    if not single:
        write_traces_page(out, summary)
    write_summary(out, summary)
    return summary


def _total_bytes(traces: Sequence[TraceSource]) -> int | None:
    sizes = [trace.stored_bytes for trace in traces]
    return None if None in sizes else sum(size for size in sizes if size is not None)


def _open_pipes(
    traces: Sequence[TraceSource], counter: ReadCounter, max_expansion: int
) -> dict[str, TraceReader]:
    """Readers for traces from pipes: opened first, because only then is it known what they hold."""
    return {
        trace.name: TraceReader(trace, counter, max_expansion=max_expansion)
        for trace in traces
        if trace.stored_bytes is None
    }


class TraceExtraction:
    """Extracts one trace into its folder.

    Args:
        trace: What is read.
        out: The output folder of the run.
        folder: The trace's folder in it, relative; ``.`` for the output folder itself.
        options: What to write.
        progress: Counters to keep up to date.
        may_hold_others_files: Files that no run made may be in the output folder.
    """

    def __init__(
        self,
        trace: TraceSource,
        out: str,
        folder: str,
        options: Options,
        progress: RunProgress,
        *,
        may_hold_others_files: bool = False,
    ) -> None:
        self._trace = trace
        self._folder = folder
        self._root = os.path.join(out, folder) if folder != "." else out
        self._several_files = len(trace.files) > 1
        self._selection = Selection(options)
        self._progress = progress
        self._counts = TraceCounts()
        with output_errors(out):
            os.makedirs(self._root, exist_ok=True)
        self._writer = ArtifactWriter(self._root, may_hold_others_files=may_hold_others_files)
        self._assets_url = f"{'' if folder == '.' else '../'}{ASSETS_FOLDER}/"
        self._store = ArtifactStore(self._writer, f"../{self._assets_url}")

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
                JsonlAppender(index_path) as self._index,
                JsonlAppender(os.path.join(self._root, PROBLEMS_FILE)) as self._problems,
            ):
                self._read(reader, passed_over)
        finally:
            reader.close()
        for name, reason in reasons.items():
            self._counts.skip(name, reason, passed_over.entries[name])
            if passed_over.entries[name]:
                self._counts.of_type(name).source_bytes += passed_over.source_bytes[name]
        summary = TraceSummary(
            self._folder,
            [file.label for file in self._trace.files],
            self._counts,
            time.monotonic() - started,
        )
        self._write_pages(index_path, summary)
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
                counts.entries_unusable += 1
                self._record(item)
            else:
                self._handle(item)
                previous = item
        if previous is not None:
            counts.of_type(previous.type).source_bytes += previous.source_bytes

    def _handle(self, entry: Entry) -> None:
        """Write one entry, or count why not."""
        chosen = self._selection.choose(entry)
        if isinstance(chosen, SkipReason):
            self._counts.skip(entry.type, chosen)
            return
        self._counts.entries_read += 1
        self._counts.of_type(entry.type).entries += 1
        try:
            self._write(entry, chosen)
        except ArtifactStreamError:
            raise
        except BrokenPayload as error:
            self._unusable(entry, "broken_payload", f"The payload cannot be decoded: {error}.")
        except Exception as error:  # noqa: BLE001 - one entry's failure must not end the run
            message = f"The handler {chosen.name} failed: {type(error).__name__}: {error}"
            self._unusable(entry, "handler_failed", message)

    def _write(self, entry: Entry, handler: Handler) -> None:
        description = handler.describe(entry)
        if isinstance(description, Link):
            self._add_link(entry, description)
        else:
            self._add_artifact(entry, description)
        self._counts.entries_written += 1
        self._counts.of_type(entry.type).written += 1

    def _add_artifact(self, entry: Entry, artifact: Artifact) -> None:
        stored = self._store.put(entry, artifact)
        line = IndexEntry(
            compile_id=GLOBAL if artifact.scope is Scope.DUMP_FILE else entry.compile_id or UNKNOWN,
            name=stored.name,
            url=url_of(stored.path),
            type=entry.type,
            rank=entry.rank,
            bytes=stored.written_bytes,
            lazy_loader=None,
            line=entry.line,
            flags=tuple(stored.flags),
        )
        if stored.original_name is not None:
            line.original_name = stored.original_name
        if stored.text_path is not None:
            line.text_url, line.text_bytes = url_of(stored.text_path), stored.text_bytes
        self._add_line(entry, line)
        written_bytes = stored.written_bytes + stored.text_bytes
        self._counts.files += 1 if stored.text_path is None else 2
        self._counts.written_bytes += written_bytes
        self._counts.of_type(entry.type).written_bytes += written_bytes
        for slug, message in stored.facts.items():
            self._record(self._problem(entry, slug, message, entry_written=True))

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

    def _unusable(self, entry: Entry, slug: str, message: str) -> None:
        self._counts.entries_unusable += 1
        self._record(self._problem(entry, slug, message, entry_written=False))

    def _problem(self, entry: Entry, slug: str, message: str, *, entry_written: bool) -> Problem:
        return Problem(
            slug,
            message,
            entry.source,
            entry.line,
            entry.offset_bytes,
            excerpt_of(entry.first_line),
            entry_written,
        )

    def _record(self, problem: Problem) -> None:
        self._counts.problem(problem.slug)
        self._problems.add(ProblemLine.of(problem))

    def _write_pages(self, index_path: str, summary: TraceSummary) -> None:
        with GroupedDirectory(index_path, self._writer.staging_folder) as directory:
            write_own_file(
                os.path.join(self._root, COMPILE_DIRECTORY_FILE),
                compile_directory_chunks(directory.groups()),
            )
            write_trace_page(self._root, self._assets_url, summary, directory.groups())
