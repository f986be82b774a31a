"""Checking pages and what they load: they are made once more, elsewhere, and compared.

That is possible for pages of the same version, of an index that is as the run left it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from typing import BinaryIO

import msgspec

from artifact_stream._version import __version__
from artifact_stream.disk.digests import same_content
from artifact_stream.disk.directories import open_inside
from artifact_stream.errors import OutputUnusable
from artifact_stream.index.by_compile_id import GroupedDirectory
from artifact_stream.layout import (
    ASSETS_FOLDER,
    DIRECTORY_FILE,
    FORMAT_FILE,
    INDEX_PAGE,
    PROBLEMS_FILE,
    REPORT_FOLDER,
    SUMMARY_FILE,
    is_report_file,
)
from artifact_stream.output.counts import TraceCounts
from artifact_stream.output.inventory import joined
from artifact_stream.output.marker import Marker, marker_text
from artifact_stream.output.summary import (
    MAX_SUMMARY_BYTES,
    RunSummary,
    TraceSummary,
    measured_index,
    read_summary_text,
)
from artifact_stream.report.pages import write_trace_report, write_traces_page
from artifact_stream.tools.verify.finding import Finding
from artifact_stream.urls import url_of
from artifact_stream.web.files import ASSETS, package_file


def check_pages(out: str, marker: Marker, folders: list[str], scratch: str) -> Iterator[Finding]:
    """Compare pages, what they load, and ``format.json`` with what a run makes.

    Files that are not there have been told already, but for those in ``report/``.

    Args:
        out: The output folder, of a run that came to its end.
        marker: Its marker.
        folders: The folders of its traces.
        scratch: An existing folder for temporary files.
    """
    if marker.generator_version != __version__:
        return
    yield from _check_files_of_the_package(out, marker)
    summary = _summary_of(out)
    if summary is None:
        return
    yield from _check_totals(summary)
    root = os.path.join(scratch, "pages")
    os.mkdir(root)
    for trace in summary.traces:
        if trace.folder in folders and _is_as_it_was(out, trace):
            yield from _check_trace(out, trace, root, scratch)
    if [trace.folder for trace in summary.traces] != ["."]:
        write_traces_page(root, summary)
        yield from _compare(out, ".", root)


def _check_files_of_the_package(out: str, marker: Marker) -> Iterator[Finding]:
    if _differs(out, FORMAT_FILE, marker_text(marker)):
        yield Finding("format_differs", FORMAT_FILE, "it is not as a run writes it")
    for name in marker.assets:
        if name in ASSETS:
            path = f"{ASSETS_FOLDER}/{name}"
            if _differs(out, path, package_file("assets", name)):
                yield Finding("page_differs", path, f"it is not that of version {__version__}")


def _check_totals(summary: RunSummary) -> Iterator[Finding]:
    totals = TraceCounts()
    for trace in summary.traces:
        totals.add(trace.counts)
    if totals != summary.counts:
        yield Finding("summary_differs", SUMMARY_FILE, "its totals are not those of its traces")


def _summary_of(out: str) -> RunSummary | None:
    try:
        with open_inside(out, SUMMARY_FILE) as file:
            return read_summary_text(file.read(MAX_SUMMARY_BYTES))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _is_as_it_was(out: str, trace: TraceSummary) -> bool:
    """True if the pages of a trace can be made as they were made."""
    try:
        for name in (DIRECTORY_FILE, PROBLEMS_FILE):
            with open_inside(out, joined(trace.folder, name)) as file:
                if measured_index(file) != trace.indexes.get(name):
                    return False
    except OSError:
        return False
    return True


def _check_trace(out: str, trace: TraceSummary, root: str, scratch: str) -> Iterator[Finding]:
    folder = root if trace.folder == "." else os.path.join(root, trace.folder)
    os.makedirs(folder, exist_ok=True)

    def open_file(path: str) -> BinaryIO:
        return open_inside(out, joined(trace.folder, path))

    index = os.path.join(out, trace.folder, DIRECTORY_FILE)
    try:
        with GroupedDirectory(index, scratch) as grouped:
            write_trace_report(folder, trace, grouped.groups_by_kind(), open_file)
    except (OutputUnusable, OSError, ValueError, msgspec.MsgspecError):
        return  # Its index has lines that are none, which has been told.
    yield from _compare(out, trace.folder, folder)


def _compare(out: str, folder: str, made: str) -> Iterator[Finding]:
    """Compare a page and what it loads with those that have been made."""
    report = os.path.join(made, REPORT_FOLDER)
    names = sorted(os.listdir(report))
    for path in (INDEX_PAGE, *(f"{REPORT_FOLDER}/{name}" for name in names)):
        url = url_of(joined(folder, path))
        try:
            file = open_inside(out, joined(folder, path))
        except FileNotFoundError:
            if path != INDEX_PAGE:
                yield Finding("missing_file", url, "it is not there, but a run writes it")
            continue
        except OSError:
            continue
        with file, open(os.path.join(made, path), "rb") as expected:
            if not same_content(file, expected):
                yield Finding("page_differs", url, "it is not what a run makes of the index")
    with suppress(OSError):
        for name in sorted(os.listdir(os.path.join(out, folder, REPORT_FOLDER))):
            if is_report_file(name) and name not in names:
                url = url_of(joined(folder, f"{REPORT_FOLDER}/{name}"))
                yield Finding("foreign_file", url, "a file that no run made")
    for name in names:
        os.unlink(os.path.join(report, name))


def _differs(out: str, path: str, expected: bytes) -> bool:
    """True if a file is there and holds something else."""
    try:
        with open_inside(out, path) as file:
            return file.read(len(expected) + 1) != expected
    except OSError:
        return False
