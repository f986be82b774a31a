"""The report pages: ``index.html`` of a trace, and that of several traces."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO

from artifact_stream.disk.directories import open_inside
from artifact_stream.disk.staged_files import write_own_file
from artifact_stream.index.by_compile_id import Groups
from artifact_stream.index.kinds import PageOrder, built_in_order
from artifact_stream.layout import (
    ASSETS_FOLDER,
    COMPILE_DIRECTORY_FILE,
    DIRECTORY_FILE,
    INDEX_PAGE,
    PROBLEMS_FILE,
    SUMMARY_FILE,
    TRACES_FILE,
)
from artifact_stream.output.counts import TraceCounts
from artifact_stream.output.summary import RunSummary, TraceSummary
from artifact_stream.report.data_files import make_report_folder, write_data
from artifact_stream.report.frames import (
    FileLink,
    Totals,
    report_page,
    trace_row,
    traces_head,
    traces_tail,
)
from artifact_stream.report.part import Part, ReportedTrace
from artifact_stream.report.parts.rows import REPORT_VERSION
from artifact_stream.report.registry import PARTS
from artifact_stream.report.shapes import TraceLink, Traces
from artifact_stream.report.text import printable
from artifact_stream.urls import url_of


def write_trace_report(
    root: str,
    summary: TraceSummary,
    groups: Groups,
    open_file: Callable[[str], BinaryIO] | None = None,
    *,
    order: PageOrder | None = None,
) -> None:
    """Write ``index.html`` of one trace and what it loads.

    Args:
        root: The trace's folder.
        summary: What became of the trace.
        groups: Compile ids with their entries, in the order of the page.
        open_file: Opens what the entries list, and ``problems.jsonl``, given a path relative to the
            trace's folder; None if all is in `root`.
        order: Of the entries of a compile id, which `groups` has; None for that of the package.

    Raises:
        OutputUnusable: It cannot be written.
    """
    out = summary.out_of(root)
    up = summary.place.up
    title, subtitle = _titles(summary)
    totals = _totals(summary.counts)
    with make_report_folder(root, out) as folder:
        trace = ReportedTrace(
            folder,
            summary,
            title,
            subtitle,
            totals,
            open_file or (lambda path: open_inside(root, path)),
            order or built_in_order(),
        )
        parts = [part(trace) for part in PARTS]
        _fill(parts, groups)
    names = (DIRECTORY_FILE, COMPILE_DIRECTORY_FILE, PROBLEMS_FILE)
    files = [FileLink(name, name) for name in names]
    files.append(FileLink(SUMMARY_FILE, f"{up}{SUMMARY_FILE}"))
    if up:
        files.append(FileLink("all traces", f"../{INDEX_PAGE}"))
    page = report_page(
        title=title,
        subtitle=subtitle,
        assets_url=summary.place.assets_url,
        totals=totals,
        files=files,
        lists=[link for part in parts for link in part.links()],
    )
    _write_page(root, [page], out)


def _fill(parts: Sequence[Part], groups: Groups) -> None:
    """Have all parts take all entries."""
    adds = [part.add for part in parts]
    try:
        for key, entries in groups:
            for part in parts:
                part.begin_group(key)
            for entry in entries:
                for add in adds:
                    add(entry)
            for part in parts:
                part.end_group()
        for part in parts:
            part.finish()
    except BaseException:
        for part in parts:
            part.abandon()
        raise


def _titles(summary: TraceSummary) -> tuple[str, str]:
    subtitle = ", ".join(summary.sources)
    if subtitle == summary.title:
        subtitle = "torch.compile trace"
    return printable(summary.title), printable(subtitle)


def write_traces_page(out: str, summary: RunSummary) -> None:
    """Write ``index.html`` over several traces, and what it loads, into the output folder.

    Raises:
        OutputUnusable: It cannot be written.
    """
    traces = [TraceLink(trace.folder, f"{url_of(trace.folder)}/") for trace in summary.traces]
    with make_report_folder(out, out) as folder:
        write_data(folder, TRACES_FILE, "traces", Traces(REPORT_VERSION, traces))
    page = report_page(
        title=f"{len(summary.traces)} traces",
        subtitle=printable(", ".join(summary.sources)),
        assets_url=f"{ASSETS_FOLDER}/",
        totals=_totals(summary.counts),
        files=[FileLink(SUMMARY_FILE, SUMMARY_FILE)],
        traces="".join(_traces_table(summary)),
    )
    _write_page(out, [page], out)


def _traces_table(summary: RunSummary) -> Iterator[str]:
    yield traces_head()
    for trace in summary.traces:
        yield trace_row(
            name=trace.folder,
            url=f"{url_of(trace.folder)}/{INDEX_PAGE}",
            entries=trace.counts.entries_read,
            size=trace.counts.written_bytes,
            problems=trace.counts.problem_count,
        )
    yield traces_tail()


def _write_page(root: str, chunks: list[str], out: str) -> None:
    data = (chunk.encode("utf-8", "replace") for chunk in chunks)
    write_own_file(os.path.join(root, INDEX_PAGE), data, out=out)


def _totals(counts: TraceCounts) -> Totals:
    return Totals(
        entries=counts.entries_read,
        files=counts.files,
        size=counts.written_bytes,
        skipped=counts.entries_skipped,
        problems=counts.problem_count,
    )
