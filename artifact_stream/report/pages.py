"""The report pages: ``index.html`` of a trace, and that of several traces."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from artifact_stream.disk.directories import open_inside
from artifact_stream.disk.staged_files import write_own_file
from artifact_stream.index.by_compile_id import Groups
from artifact_stream.layout import (
    ASSETS_FOLDER,
    COMPILE_DIRECTORY_FILE,
    DIRECTORY_FILE,
    FORMAT_VERSIONS,
    HEAD_FILE,
    INDEX_PAGE,
    PROBLEMS_FILE,
    REPORT_FOLDER,
    SUMMARY_FILE,
    TRACES_FILE,
    WORTH_FILE,
    list_file,
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
from artifact_stream.report.parts.lists import ListPages
from artifact_stream.report.parts.rows import OUTLINE_GROUPS, SHARD_ROWS, TraceData
from artifact_stream.report.parts.worth import WorthALook
from artifact_stream.report.text import printable
from artifact_stream.urls import url_of

MAX_LISTED_PAGES = 100
_MAX_NAMED_SOURCES = 10
REPORT_VERSION = FORMAT_VERSIONS[f"{REPORT_FOLDER}/"]


def write_trace_report(
    root: str,
    summary: TraceSummary,
    groups: Groups,
    open_file: Callable[[str], BinaryIO] | None = None,
) -> None:
    """Write ``index.html`` of one trace and what it loads.

    Args:
        root: The trace's folder.
        summary: What became of the trace.
        groups: Compile ids with their entries, in the order of the page.
        open_file: Opens what the entries list, and ``problems.jsonl``, given a path relative to the
            trace's folder; None if all is in `root`.

    Raises:
        OutputUnusable: It cannot be written.
    """
    out = summary.out_of(root)
    up = summary.place.up
    title, subtitle = _titles(summary)
    totals = _totals(summary.counts)
    with make_report_folder(root, out) as folder:
        data = TraceData(folder)
        worth = WorthALook(open_file or (lambda path: open_inside(root, path)))
        lists = ListPages(
            folder,
            title=title,
            subtitle=subtitle,
            totals=totals,
            assets_url=f"../{up}{ASSETS_FOLDER}/",
        )
        try:
            for key, entries in groups:
                for part in (data, worth, lists):
                    part.begin_group(key)
                add_row, add_worth, add_listed = data.add, worth.add, lists.add
                for entry in entries:
                    add_row(entry)
                    add_worth(entry)
                    add_listed(entry)
                data.end_group()
                lists.end_group()
            data.finish()
            lists.finish()
        except BaseException:
            data.abandon()
            lists.abandon()
            raise
        write_data(folder, WORTH_FILE, "worth", worth.as_dict(summary.counts))
        write_data(folder, HEAD_FILE, "head", _head(summary, data))
    names = (DIRECTORY_FILE, COMPILE_DIRECTORY_FILE, PROBLEMS_FILE)
    files = [FileLink(name, name) for name in names]
    files.append(FileLink(SUMMARY_FILE, f"{up}{SUMMARY_FILE}"))
    if up:
        files.append(FileLink("all traces", f"{up}{INDEX_PAGE}"))
    page = report_page(
        title=title,
        subtitle=subtitle,
        assets_url=f"{up}{ASSETS_FOLDER}/",
        totals=totals,
        files=files,
        lists=_list_links(lists.pages),
    )
    _write_page(root, [page], out)


def _titles(summary: TraceSummary) -> tuple[str, str]:
    subtitle = ", ".join(summary.sources)
    if subtitle == summary.title:
        subtitle = "torch.compile trace"
    return printable(summary.title), printable(subtitle)


def _list_links(pages: int) -> list[FileLink]:
    """Links to the plain lists; of very many to the first ones, which lead to the others."""
    return [
        FileLink(
            "list of all artifacts" if pages == 1 else f"page {number}",
            f"{REPORT_FOLDER}/{list_file(number)}",
        )
        for number in range(1, min(pages, MAX_LISTED_PAGES) + 1)
    ]


def _head(summary: TraceSummary, data: TraceData) -> dict[str, Any]:
    return {
        "version": REPORT_VERSION,
        "title": printable(summary.title),
        "folder": summary.folder,
        "groups": data.groups,
        "rows": data.rows,
        "rank": data.rank,
        "lazy": data.lazy,
        "shard_rows": SHARD_ROWS,
        "outline_groups": OUTLINE_GROUPS,
    }


def write_traces_page(out: str, summary: RunSummary) -> None:
    """Write ``index.html`` over several traces, and what it loads, into the output folder.

    Raises:
        OutputUnusable: It cannot be written.
    """
    traces = [_trace_facts(trace) for trace in summary.traces]
    with make_report_folder(out, out) as folder:
        write_data(folder, TRACES_FILE, "traces", {"version": REPORT_VERSION, "traces": traces})
    page = report_page(
        title=f"{len(summary.traces)} traces",
        subtitle=printable(", ".join(summary.sources)),
        assets_url=f"{ASSETS_FOLDER}/",
        totals=_totals(summary.counts),
        files=[FileLink(SUMMARY_FILE, SUMMARY_FILE)],
        traces="".join(_traces_table(summary)),
    )
    _write_page(out, [page], out)


def _trace_facts(trace: TraceSummary) -> dict[str, Any]:
    """What tells a trace from the others."""
    facts: dict[str, Any] = {"name": trace.folder, "url": f"{url_of(trace.folder)}/"}
    facts["sources"] = [printable(source) for source in trace.sources[:_MAX_NAMED_SOURCES]]
    facts["rank"], facts["process_ids"] = trace.rank, trace.process_ids
    if trace.host is not None:
        facts["host"] = printable(trace.host)
    if trace.copies:
        facts["copies"] = [printable(source) for source in trace.copies[:_MAX_NAMED_SOURCES]]
    return facts


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
