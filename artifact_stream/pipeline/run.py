"""A run: sources in, folders of artifacts out.  It prints nothing."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import ExitStack

from artifact_stream.errors import Argument, WrongUsage
from artifact_stream.options import Options
from artifact_stream.output.folder import OutputFolder
from artifact_stream.output.lock import check_not_being_changed, held
from artifact_stream.output.summary import RunSummary, TraceSummary, write_summary
from artifact_stream.pipeline.extraction import TraceExtraction
from artifact_stream.pipeline.processes import workers
from artifact_stream.pipeline.progress import RunProgress
from artifact_stream.pipeline.selection import check_options
from artifact_stream.report.pages import write_traces_page
from artifact_stream.resume.plan import (
    Plan,
    State,
    begin,
    check_again,
    finished_summary,
    folder_of_trace,
    go_on,
    record_of,
    remove_leftovers,
    state_of,
)
from artifact_stream.resume.record import FinishedTrace
from artifact_stream.sources.find import TraceSource, find_traces
from artifact_stream.sources.identity import Change
from artifact_stream.sources.reader import TraceReader
from artifact_stream.stop import StopRequest
from artifact_stream.streams.stored_file import ReadCounter
from artifact_stream.streams.waiting import Waiting
from artifact_stream.workers.job import Pool
from artifact_stream.workers.memory import peak_memory_bytes
from artifact_stream.workers.pool import check_jobs


def run(
    sources: Sequence[str],
    out: str,
    options: Options | None = None,
    *,
    overwrite: bool = False,
    resume: bool = False,
    jobs: int | None = None,
    progress: RunProgress | None = None,
    stop: StopRequest | None = None,
) -> RunSummary:
    """Extract all traces in the sources into a folder.

    Args:
        sources: Folders, files, ``-`` for stdin.
        out: The output folder, which must be empty or not exist.
        options: What to write; by default all that is ours, code highlighted.
        overwrite: Replace what an earlier run made in `out`.
        resume: Go on with the run of the same sources and options that was interrupted in `out`,
            if there is one; what comes of it is what that run would have made.
        jobs: How many processes do the work, this one included; None for as many as there are
            processors.  What is written does not depend on it.
        progress: Counters to keep up to date.
        stop: By which the run can be asked, from a signal handler, to stop in order.

    Returns:
        What was done, as in ``summary.json``.

    Raises:
        WrongUsage: The options contradict each other or those of the run to be gone on with, or
            `jobs` is less than 1.
        InputUnusable: A source cannot be read, holds no trace, or is not the one that the run to
            be gone on with has read; nothing has been written.
        OutputUnusable: The folder may not or cannot be written.
        Interrupted: A stop was asked for before there was anything to bring to an end.
    """
    started = time.monotonic()
    check_jobs(jobs)
    if overwrite and resume:
        raise WrongUsage(
            Argument("overwrite"),
            " starts from scratch and ",
            Argument("resume"),
            " does not: give one of them.",
        )
    options = options or Options()
    check_options(options)
    progress = progress or RunProgress()
    stop = stop or StopRequest()
    folder = OutputFolder(out)
    check_not_being_changed(out)
    state = state_of(folder) if resume else None
    if state is None:
        folder.check(overwrite=overwrite)
    record = record_of(folder, options) if state is State.INTERRUPTED else None
    traces = find_traces(sources, out)
    progress.total_bytes = _total_bytes(traces)
    progress.traces_total = len(traces)
    if state is State.FINISHED:
        summary = finished_summary(folder, traces, options)
        with held(out):
            remove_leftovers(folder)
        progress.was_complete = True
        return summary
    readers = _open_pipes(
        traces, progress.read, stop, options.max_expansion, reads_whole_heads=record is not None
    )
    heads = {name: reader.heads for name, reader in readers.items()}
    # From here on there is something to bring to an end: a request to stop is looked for between
    # two entries and two traces.
    with stop.deferred(), ExitStack() as opened, held(out, made=True):
        for reader in readers.values():
            opened.callback(reader.close)
        check_again(folder, state, record, overwrite=overwrite)
        if record is None:
            plan = begin(folder, sources, traces, heads, options)
        else:
            plan = go_on(folder, record, traces, heads)
        try:
            summary = _run_plan(plan, sources, traces, readers, options, progress, jobs, stop)
            summary.wall_seconds = time.monotonic() - started
            if len(traces) > 1:
                write_traces_page(out, summary)
            write_summary(out, summary)
            if not summary.interrupted:
                plan.notes.end()
                remove_leftovers(folder)
        finally:
            plan.notes.close()
    return summary


def _run_plan(
    plan: Plan,
    sources: Sequence[str],
    traces: Sequence[TraceSource],
    readers: dict[str, TraceReader],
    options: Options,
    progress: RunProgress,
    jobs: int | None,
    stop: StopRequest,
) -> RunSummary:
    """Extract, and say what was done; how long it took is still to be told."""
    out = plan.folder.path
    with workers(jobs, progress) as pool:
        summaries = _extract(plan, traces, readers, out, options, progress, pool, stop)
    read_bytes = progress.read.stored_bytes
    summary = RunSummary.of(sources, out, options, summaries, read_bytes, 0.0)
    summary.interrupted = progress.interrupted
    summary.peak_memory_bytes = _peak_memory(pool)
    return summary


def _extract(
    plan: Plan,
    traces: Sequence[TraceSource],
    readers: dict[str, TraceReader],
    out: str,
    options: Options,
    progress: RunProgress,
    pool: Pool | None,
    stop: StopRequest,
) -> list[TraceSummary]:
    """Extract all traces that are not complete, until a stop is asked for."""
    summaries = []
    for trace in traces:
        finished = plan.finished.get(trace.name)
        if finished is not None:
            summaries.append(finished.summary)
            progress.read.stored_bytes += finished.stored_bytes
            progress.traces_done += 1
            continue
        if stop.is_made and summaries:
            progress.interrupted = True
            break
        progress.trace = trace.name
        before = progress.read.stored_bytes
        reader = readers.get(trace.name) or TraceReader(
            trace, progress.read, max_expansion=options.max_expansion, waiting=Waiting(stop)
        )
        try:
            extraction = TraceExtraction(
                trace,
                out,
                folder_of_trace(trace, traces),
                options,
                progress,
                pool,
                may_hold_others_files=plan.may_hold_others_files,
                resumed=plan.recover(trace),
                has_grown=plan.changes.get(trace.name) is Change.GROWN,
                stop=stop,
            )
        except BaseException:
            reader.close()
            raise
        summary = extraction.run(reader)
        summaries.append(summary)
        if extraction.is_complete:
            stored_bytes = progress.read.stored_bytes - before
            plan.notes.add_finished(FinishedTrace(summary, stored_bytes))
            progress.traces_done += 1
        extraction.close()
        if not extraction.is_complete:
            progress.interrupted = True
            break
    return summaries


def _peak_memory(pool: Pool | None) -> int | None:
    """The most that one of the run's processes has had; None where that is not known."""
    peak = peak_memory_bytes()
    return peak if peak is None or pool is None else max(peak, pool.peak_memory_bytes)


def _total_bytes(traces: Sequence[TraceSource]) -> int | None:
    sizes = [trace.stored_bytes for trace in traces]
    return None if None in sizes else sum(size for size in sizes if size is not None)


def _open_pipes(
    traces: Sequence[TraceSource],
    counter: ReadCounter,
    stop: StopRequest,
    max_expansion: int,
    *,
    reads_whole_heads: bool,
) -> dict[str, TraceReader]:
    """Readers for traces from pipes: opened first, because only then is it known what they hold."""
    return {
        trace.name: TraceReader(
            trace,
            counter,
            max_expansion=max_expansion,
            reads_whole_heads=reads_whole_heads,
            waiting=Waiting(stop),
        )
        for trace in traces
        if trace.stored_bytes is None
    }
