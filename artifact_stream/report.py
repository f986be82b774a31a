"""The pages that a run leaves beside the artifacts, written as a stream.

``index.html`` of a trace lists its artifacts and links by compile id; that of several traces lists
the traces.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from itertools import islice

from artifact_stream.accounting import TraceCounts
from artifact_stream.compile_directory import COMPILE_DIRECTORY_FILE, group_display_name
from artifact_stream.directory_index import DIRECTORY_FILE, PROBLEMS_FILE, IndexEntry
from artifact_stream.output_folder import ASSETS_FOLDER
from artifact_stream.rendering.page_template import (
    FileLink,
    Totals,
    artifact_row,
    group_head,
    group_tail,
    index_head,
    index_tail,
    link_row,
    trace_row,
    traces_head,
    traces_tail,
)
from artifact_stream.summary import SUMMARY_FILE, RunSummary, TraceSummary
from artifact_stream.urls import url_of
from artifact_stream.writers import write_own_file

INDEX_PAGE = "index.html"

TABLE_ROWS = 1000
"""A longer group is cut: one table of 100,000 rows takes a browser 20 seconds."""

_ANCHOR = re.compile(r"[!\w-]+")


def write_trace_page(
    root: str,
    assets_url: str,
    summary: TraceSummary,
    groups: Iterator[tuple[str, Iterator[IndexEntry]]],
) -> None:
    """Write ``index.html`` of one trace.

    Args:
        root: The trace's folder.
        assets_url: Where the page finds CSS, relative to that folder.
        summary: What became of the trace.
        groups: Compile ids with their entries, in order.

    Raises:
        OutputUnusable: It cannot be written.
    """
    chunks = _trace_page(assets_url, summary, groups)
    write_own_file(os.path.join(root, INDEX_PAGE), (chunk.encode() for chunk in chunks))


def _trace_page(
    assets_url: str,
    summary: TraceSummary,
    groups: Iterator[tuple[str, Iterator[IndexEntry]]],
) -> Iterator[str]:
    summary_url = SUMMARY_FILE if summary.folder == "." else f"../{SUMMARY_FILE}"
    names = (DIRECTORY_FILE, COMPILE_DIRECTORY_FILE, PROBLEMS_FILE)
    files = [FileLink(name, name) for name in names] + [FileLink(SUMMARY_FILE, summary_url)]
    if summary.folder != ".":
        files.append(FileLink("all traces", f"../{INDEX_PAGE}"))
    subtitle = ", ".join(summary.sources)
    yield index_head(
        title=printable(summary.title),
        subtitle="torch.compile trace" if subtitle == summary.title else printable(subtitle),
        assets_url=assets_url,
        totals=_totals(summary.counts),
        files=files,
    )
    for number, (key, entries) in enumerate(groups):
        anchor = key if _ANCHOR.fullmatch(key) else f"compile-id-{number}"
        yield from _group(printable(group_display_name(key)), anchor, entries)
    yield index_tail()


def _group(name: str, anchor: str, entries: Iterator[IndexEntry]) -> Iterator[str]:
    """The rows of one compile id, in tables that a browser lays out only when they are in view."""
    part = 1
    while rows := [_row(entry) for entry in islice(entries, TABLE_ROWS)]:
        if part == 1:
            yield group_head(name=name, anchor=anchor)
        else:
            yield group_head(name=f"{name} (part {part})", anchor=f"{anchor}-part-{part}")
        yield from rows
        yield group_tail()
        part += 1


def _row(entry: IndexEntry) -> str:
    if entry.is_link:
        return link_row(name=printable(entry.name), url=printable(entry.url))
    notes = list(entry.flags)
    if isinstance(entry.original_name, str) and "repeated" not in entry.flags:
        notes.append(f"logged as {printable(entry.original_name)}")
    if entry.lazy_loader is not None:
        notes.append("in a pack")
    return artifact_row(
        name=entry.name,
        url=entry.url,
        type_name=printable(entry.type),
        rank=entry.rank,
        size=entry.bytes or 0,
        flags=notes,
    )


def write_traces_page(out: str, summary: RunSummary) -> None:
    """Write ``index.html`` over several traces into the output folder.

    Raises:
        OutputUnusable: It cannot be written.
    """
    chunks = _traces_page(summary)
    write_own_file(os.path.join(out, INDEX_PAGE), (chunk.encode() for chunk in chunks))


def _traces_page(summary: RunSummary) -> Iterator[str]:
    yield index_head(
        title=f"{len(summary.traces)} traces",
        subtitle=printable(", ".join(summary.sources)),
        assets_url=f"{ASSETS_FOLDER}/",
        totals=_totals(summary.counts),
        files=[FileLink(SUMMARY_FILE, SUMMARY_FILE)],
    )
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
    yield index_tail()


def _totals(counts: TraceCounts) -> Totals:
    return Totals(
        entries=counts.entries_read,
        files=counts.files,
        size=counts.written_bytes,
        skipped=counts.entries_skipped,
        problems=counts.problem_count,
    )


def printable(text: str) -> str:
    """A text from a trace as it may be shown: what cannot be seen becomes U+FFFD."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c == "\t" else "\ufffd" for c in text)
