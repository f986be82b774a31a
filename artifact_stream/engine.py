"""A run: sources in, folders of artifacts out.  It prints nothing."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence

from artifact_stream.errors import WrongUsage
from artifact_stream.extraction import TraceExtraction
from artifact_stream.output_folder import OutputFolder
from artifact_stream.process_memory import peak_memory_bytes
from artifact_stream.progress_counters import RunProgress
from artifact_stream.report import write_traces_page
from artifact_stream.selection import Options
from artifact_stream.sources import TraceSource, find_traces
from artifact_stream.streams import ReadCounter
from artifact_stream.summary import RunSummary, write_summary
from artifact_stream.trace_reader import TraceReader
from artifact_stream.worker_pool import WorkerPool


def run(
    sources: Sequence[str],
    out: str,
    options: Options | None = None,
    *,
    overwrite: bool = False,
    jobs: int | None = None,
    progress: RunProgress | None = None,
) -> RunSummary:
    """Extract all traces in the sources into a folder.

    Args:
        sources: Folders, files, ``-`` for stdin.
        out: The output folder, which must be empty or not exist.
        options: What to write; by default all that is ours, code highlighted.
        overwrite: Replace what an earlier run made in `out`.
        jobs: How many processes do the work, this one included; None for as many as there are
            processors.  What is written does not depend on it.
        progress: Counters to keep up to date.

    Returns:
        What was done, as in ``summary.json``.

    Raises:
        WrongUsage: The options contradict each other, or `jobs` is less than 1.
        InputUnusable: A source cannot be read or holds no trace; nothing has been written.
        OutputUnusable: The folder may not or cannot be written.
    """
    started = time.monotonic()
    check_jobs(jobs)
    options = options or Options()
    progress = progress or RunProgress()
    folder = OutputFolder(out)
    folder.check(overwrite=overwrite)
    traces = find_traces(sources, out)
    progress.total_bytes = _total_bytes(traces)
    progress.traces_total = len(traces)
    readers = _open_pipes(traces, progress.read, options.max_expansion)
    single = len(traces) == 1
    folder.prepare(["."] if single else [trace.name for trace in traces], lazy=options.lazy)
    pool = make_pool(jobs, progress)
    try:
        summaries = []
        for trace in traces:
            progress.trace = trace.name
            reader = readers.get(trace.name) or TraceReader(
                trace, progress.read, max_expansion=options.max_expansion
            )
            try:
                extraction = TraceExtraction(
                    trace,
                    out,
                    "." if single else trace.name,
                    options,
                    progress,
                    pool,
                    may_hold_others_files=folder.may_hold_others_files,
                )
            except BaseException:
                reader.close()
                raise
            summaries.append(extraction.run(reader))
            progress.traces_done += 1
    finally:
        if pool is not None:
            pool.close()
    summary = RunSummary.of(
        sources, out, options, summaries, progress.read.stored_bytes, time.monotonic() - started
    )
    summary.peak_memory_bytes = _peak_memory(pool)
    if not single:
        write_traces_page(out, summary)
    write_summary(out, summary)
    return summary


def available_processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def check_jobs(jobs: int | None) -> None:
    """Refuse a number of processes that cannot be.

    Raises:
        WrongUsage: It is less than 1.
    """
    if jobs is not None and jobs < 1:
        raise WrongUsage(f"--jobs {jobs} is too few: use 1 or more.")


def make_pool(jobs: int | None, progress: RunProgress) -> WorkerPool | None:
    """Workers for a run of so many processes; None for one process."""
    if jobs is None:
        jobs = available_processors()
    return WorkerPool(jobs - 1, progress) if jobs > 1 else None


def _peak_memory(pool: WorkerPool | None) -> int | None:
    """The most that one of the run's processes has had; None where that is not known."""
    peak = peak_memory_bytes()
    return peak if peak is None or pool is None else max(peak, pool.peak_memory_bytes)


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
