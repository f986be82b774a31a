"""Checking pages and what they load: they are made once more, elsewhere, and compared.

That is possible for pages of the same version, of an index that is as the run left it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress

import msgspec

from artifact_stream._version import __version__
from artifact_stream.disk.digests import same_content
from artifact_stream.disk.directories import Directory, open_inside
from artifact_stream.errors import OutputUnusable
from artifact_stream.index.by_compile_id import GroupedDirectory
from artifact_stream.layout import (
    ASSETS_FOLDER,
    DIGESTED_FILES,
    DIRECTORY_FILE,
    FINDINGS_FILE,
    FORMAT_FILE,
    FORMAT_VERSIONS,
    INDEX_PAGE,
    REPORT_FOLDER,
    ROOT,
    SUMMARY_FILE,
    TraceFolder,
)
from artifact_stream.output.counts import TraceCounts
from artifact_stream.output.index_file import measured_index
from artifact_stream.output.marker import marker_text
from artifact_stream.output.reader import Output
from artifact_stream.output.summary import (
    MAX_SUMMARY_BYTES,
    RunSummary,
    TraceSummary,
    read_summary_text,
)
from artifact_stream.report.pages import write_trace_report, write_traces_page
from artifact_stream.tools.verify.finding import Finding
from artifact_stream.tools.verify.totals import check_index
from artifact_stream.urls import url_of
from artifact_stream.web.files import ASSETS, package_file


def check_pages(output: Output, scratch: str) -> Iterator[Finding]:
    """Compare pages, what they load, and ``format.json`` with what a run makes.

    Files that are not there have been told already, but for those in ``report/``.

    Args:
        output: That of a run that came to its end.
        scratch: An existing folder for temporary files.
    """
    if output.marker.generator_version != __version__:
        return
    yield from _check_files_of_the_package(output)
    summary = _summary_of(output)
    if summary is None:
        return
    yield from _check_totals(summary)
    root = os.path.join(scratch, "pages")
    Directory.made_at(root).close()
    for trace in summary.traces:
        if trace.place in output.traces and _is_as_it_was(output, trace):
            yield from _check_trace(output, trace, root, scratch)
    if not _is_single(summary):
        yield from check_index(output, FINDINGS_FILE, summary.indexes.get(FINDINGS_FILE))
        write_traces_page(root, summary)
        yield from _compare(output, ROOT, root)


def _is_single(summary: RunSummary) -> bool:
    return [trace.place for trace in summary.traces] == [ROOT]


def _check_files_of_the_package(output: Output) -> Iterator[Finding]:
    marker = output.marker
    if marker.formats != FORMAT_VERSIONS or _differs(output, FORMAT_FILE, marker_text(marker)):
        yield Finding("format_differs", FORMAT_FILE, "it is not as a run writes it")
    for name in marker.assets:
        if name in ASSETS:
            path = f"{ASSETS_FOLDER}/{name}"
            if _differs(output, path, package_file("assets", name)):
                yield Finding("page_differs", path, f"it is not that of version {__version__}")


def _check_totals(summary: RunSummary) -> Iterator[Finding]:
    totals = TraceCounts()
    for trace in summary.traces:
        totals.add(trace.counts)
    if totals != summary.counts:
        yield Finding("summary_differs", SUMMARY_FILE, "its totals are not those of its traces")


def _summary_of(output: Output) -> RunSummary | None:
    try:
        with output.open(SUMMARY_FILE) as file:
            return read_summary_text(file.read(MAX_SUMMARY_BYTES))
    except (OSError, ValueError):
        return None


def _is_as_it_was(output: Output, trace: TraceSummary) -> bool:
    """True if the pages of a trace can be made as they were made."""
    try:
        for name in DIGESTED_FILES:
            with output.open(trace.place.path(name)) as file:
                if measured_index(file) != trace.indexes.get(name):
                    return False
    except OSError:
        return False
    return True


def _check_trace(output: Output, trace: TraceSummary, root: str, scratch: str) -> Iterator[Finding]:
    place = trace.place
    folder = place.below(root)
    Directory.made_at(folder).close()
    index = os.path.join(place.below(output.path), DIRECTORY_FILE)
    try:
        with GroupedDirectory(index, scratch, output.path) as grouped:
            write_trace_report(folder, trace, grouped.groups_by_kind(), output.opener(place))
    except (OutputUnusable, OSError, ValueError, msgspec.MsgspecError):
        return  # Its index has lines that are none, which has been told.
    yield from _compare(output, place, folder)


def _compare(output: Output, folder: TraceFolder, made: str) -> Iterator[Finding]:
    """Compare a page and what it loads with those that have been made."""
    with Directory.at(made) as made_folder, made_folder.folder(REPORT_FOLDER) as report:
        names = sorted(report.names())
        for path in (INDEX_PAGE, *(f"{REPORT_FOLDER}/{name}" for name in names)):
            url = url_of(folder.path(path))
            try:
                file = output.open(folder.path(path))
            except FileNotFoundError:
                if path != INDEX_PAGE:
                    yield Finding("missing_file", url, "it is not there, but a run writes it")
                continue
            except OSError:
                continue
            with file, open_inside(made, path) as expected:
                if not same_content(file, expected):
                    yield Finding("page_differs", url, "it is not what a run makes of the index")
        with suppress(OSError):
            for path in output.report_files(folder):
                if path.rpartition("/")[2] not in names:
                    yield Finding("foreign_file", url_of(path), "a file that no run made")
        for name in names:
            report.remove(name)


def _differs(output: Output, path: str, expected: bytes) -> bool:
    """True if a file is there and holds something else."""
    try:
        with output.open(path) as file:
            return file.read(len(expected) + 1) != expected
    except OSError:
        return False
