"""A run: sources in, folders of artifacts out.  It prints nothing."""

from __future__ import annotations

import time
from collections.abc import Sequence

from artifact_stream.errors import Argument, WrongUsage
from artifact_stream.findings.across_traces import write_run_findings
from artifact_stream.options import Options
from artifact_stream.output.folder import OutputFolder
from artifact_stream.output.lock import check_not_being_changed, held
from artifact_stream.output.summary import RunSummary, TraceSummary, write_summary
from artifact_stream.pipeline.extraction import TraceExtraction
from artifact_stream.pipeline.inputs import Inputs
from artifact_stream.pipeline.processes import workers
from artifact_stream.pipeline.progress import RunProgress
from artifact_stream.pipeline.selection import check_options
from artifact_stream.pipeline.unmatched import unmatched_options
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
from artifact_stream.sources.identity import Change
from artifact_stream.stop import Interrupted, StopRequest
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
        resume: Resume the run of the same sources and options that was interrupted in `out`,
            if there is one; what comes of it is what that run would have made.
        jobs: How many processes do the work, this one included; None for as many as there are
            processors.  What is written does not depend on it.
        progress: Counters to keep up to date.
        stop: By which the run can be asked, from a signal handler, to stop in order.

    Returns:
        What was done, as in ``summary.json``.

    Raises:
        WrongUsage: The options contradict each other or those of the run to be resumed, or
            `jobs` is less than 1.
        InputUnusable: A source cannot be read, holds no trace, or is not the one that the run to
            be resumed has read; nothing has been written.
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
    inputs = Inputs(sources, out, options.max_expansion, progress.read, Waiting(stop))
    try:
        _count(inputs, progress)
        if state is State.FINISHED:
            summary = finished_summary(folder, inputs.traces, options)
            with held(out):
                remove_leftovers(folder)
            progress.was_complete = True
            return summary
        inputs.open_first_pipe(reads_whole_heads=record is not None)
        _count(inputs, progress)
        traces, heads = inputs.traces, inputs.heads
        # From here on there is something to bring to an end: a request to stop is looked for
        # between two entries and two traces.
        with stop.deferred(), held(out, made=True):
            check_again(folder, state, record, overwrite=overwrite)
            if record is None:
                plan = begin(folder, sources, traces, heads, options)
            else:
                plan = go_on(folder, record, traces, heads)
            try:
                summary = _run_plan(plan, sources, inputs, options, progress, jobs, stop)
                summary.wall_seconds = time.monotonic() - started
                if len(traces) > 1:
                    write_run_findings(out, summary)
                    write_traces_page(out, summary)
                write_summary(out, summary)
                if not summary.interrupted:
                    plan.notes.end()
                    remove_leftovers(folder)
            finally:
                plan.notes.close()
    finally:
        inputs.close()
    return summary


def _count(inputs: Inputs, progress: RunProgress) -> None:
    progress.total_bytes = inputs.total_bytes
    progress.traces_total = len(inputs.traces)


def _run_plan(
    plan: Plan,
    sources: Sequence[str],
    inputs: Inputs,
    options: Options,
    progress: RunProgress,
    jobs: int | None,
    stop: StopRequest,
) -> RunSummary:
    """Extract, and say what was done; how long it took is still to be told."""
    out = plan.folder.path
    with workers(jobs, progress, stop) as pool:
        summaries = _extract(plan, inputs, out, options, progress, pool, stop)
    read_bytes = progress.read.stored_bytes
    summary = RunSummary.of(sources, out, options, summaries, read_bytes, 0.0)
    inputs.tell(summary)
    summary.interrupted = progress.interrupted
    if not summary.interrupted:
        summary.unmatched = unmatched_options(options, summary.counts)
    summary.peak_memory_bytes = _peak_memory(pool)
    return summary


def _extract(
    plan: Plan,
    inputs: Inputs,
    out: str,
    options: Options,
    progress: RunProgress,
    pool: Pool | None,
    stop: StopRequest,
) -> list[TraceSummary]:
    """Extract all traces that are not complete, until a stop is asked for."""
    summaries: list[TraceSummary] = []
    for trace in inputs.in_reading_order():
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
        try:
            trace, reader = inputs.reader_of(trace)
        except Interrupted:
            progress.interrupted = True
            break
        try:
            if trace.stored_bytes is None and not trace.is_unusable:
                plan.meet_pipe(trace, reader.heads)
            extraction = TraceExtraction(
                trace,
                out,
                folder_of_trace(trace, inputs.traces),
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
