"""The report pages: ``index.html`` of a trace, and that of several traces."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO

from msgspec import UNSET

from artifact_stream.disk.directories import open_inside
from artifact_stream.disk.staged_files import write_own_file
from artifact_stream.index.by_compile_id import Groups
from artifact_stream.index.kinds import PageOrder, built_in_order
from artifact_stream.layout import (
    ASSETS_FOLDER,
    COMPILE_DIRECTORY_FILE,
    DIRECTORY_FILE,
    FACTS_FILE,
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
    passed_over_list,
    report_page,
    trace_row,
    traces_head,
    traces_tail,
)
from artifact_stream.report.part import Part, ReportedTrace
from artifact_stream.report.parts.rows import REPORT_VERSION
from artifact_stream.report.registry import PARTS
from artifact_stream.report.shapes import TraceLink, Traces
from artifact_stream.report.text import printable, shortened
from artifact_stream.urls import url_of

_MAX_NAMED_SOURCES = 10
_MAX_PASSED_OVER = 100


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
    names = (DIRECTORY_FILE, COMPILE_DIRECTORY_FILE, FACTS_FILE, PROBLEMS_FILE)
    files = [FileLink(name, name) for name in names]
    files.append(FileLink(SUMMARY_FILE, f"{up}{SUMMARY_FILE}"))
    if up:
        files.append(FileLink("all traces", f"{up}{INDEX_PAGE}"))
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
    subtitle = "; ".join([subtitle, *_origin(summary)])
    return printable(summary.title), printable(subtitle)


def write_traces_page(out: str, summary: RunSummary) -> None:
    """Write ``index.html`` over several traces, and what it loads, into the output folder.

    Raises:
        OutputUnusable: It cannot be written.
    """
    traces = [_trace_link(trace) for trace in summary.traces]
    with make_report_folder(out, out) as folder:
        write_data(folder, TRACES_FILE, "traces", Traces(REPORT_VERSION, traces))
    page = report_page(
        title=f"{len(summary.traces)} traces",
        subtitle=printable(", ".join(summary.sources)),
        assets_url=f"{ASSETS_FOLDER}/",
        totals=_totals(summary.counts),
        files=[FileLink(SUMMARY_FILE, SUMMARY_FILE)],
        traces=_passed_over(summary) + "".join(_traces_table(summary)),
    )
    _write_page(out, [page], out)


def _trace_link(trace: TraceSummary) -> TraceLink:
    return TraceLink(
        name=trace.folder,
        url=f"{url_of(trace.folder)}/",
        sources=_named(trace.sources),
        rank=trace.rank,
        process_ids=trace.process_ids,
        host=UNSET if trace.host is None else printable(trace.host),
        copies=_named(trace.copies) or UNSET,
    )


def _named(sources: Sequence[str]) -> list[str]:
    return [printable(source) for source in sources[:_MAX_NAMED_SOURCES]]


def _passed_over(summary: RunSummary) -> str:
    """What is in none of the traces though it may have been one; nothing if there was nothing."""
    if not summary.passed_over_count:
        return ""
    named = [
        (printable(shortened(file.path)), printable(shortened(file.why)))
        for file in summary.passed_over[:_MAX_PASSED_OVER]
    ]
    return passed_over_list(named, summary.passed_over_count, SUMMARY_FILE)


def _traces_table(summary: RunSummary) -> Iterator[str]:
    yield traces_head()
    for trace in summary.traces:
        yield trace_row(
            name=trace.folder,
            url=f"{url_of(trace.folder)}/{INDEX_PAGE}",
            entries=trace.counts.entries_read,
            size=trace.counts.written_bytes,
            problems=trace.counts.problem_count,
            about=_about(trace),
        )
    yield traces_tail()


def _about(trace: TraceSummary) -> str:
    """What tells a trace from the others, in one line."""
    return "; ".join([", ".join(_named(trace.sources)), *_origin(trace)])


def _origin(trace: TraceSummary) -> list[str]:
    """Which process of which machine wrote a trace, as far as that is known."""
    told = []
    if trace.rank is not None:
        told.append(f"rank {trace.rank}")
    if trace.process_ids:
        told.append(f"process {', '.join(map(str, trace.process_ids))}")
    if trace.host is not None:
        told.append(f"host {printable(trace.host)}")
    if trace.copies:
        told.append(f"the same as {', '.join(_named(trace.copies))}")
    return told


def _write_page(root: str, chunks: list[str], out: str) -> None:
    data = (chunk.encode("utf-8", "replace") for chunk in chunks)
    write_own_file(os.path.join(root, INDEX_PAGE), data, out=out)


def _totals(counts: TraceCounts) -> Totals:
    return Totals(
        entries=counts.entries_read,
        files=counts.files,
        size=counts.written_bytes,
        told=counts.entries_told,
        skipped=counts.entries_skipped,
        problems=counts.problem_count,
        failures=counts.facts.found.get("failure", 0),
    )
