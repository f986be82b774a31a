"""Plain lists of a trace's artifacts and links, for browsers without JavaScript.

``list-1.html``, ``list-2.html``, ... of `PAGE_ROWS` rows each, in the order of the report page.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import ClassVar

from artifact_stream.index.by_compile_id import group_display_name
from artifact_stream.index.lines import IndexEntry
from artifact_stream.layout import INDEX_PAGE, LIST_FILES, REPORT_FOLDER, list_file
from artifact_stream.report.data_files import GrowingFile
from artifact_stream.report.frames import (
    FileLink,
    artifact_row,
    group_head,
    group_tail,
    index_head,
    index_tail,
    link_row,
    page_links,
)
from artifact_stream.report.part import ReportedTrace
from artifact_stream.report.text import printable, shortened

PAGE_ROWS = 1000
"""One table of 100,000 rows takes a browser 20 seconds."""

MAX_LISTED_PAGES = 100

_ANCHOR = re.compile(r"[!\w-]+")


class ListPages:
    """Writes the pages while the entries of a trace go by, compile id by compile id.

    Args:
        trace: What the report is about.
    """

    files: ClassVar[tuple[str, ...]] = (LIST_FILES,)

    def __init__(self, trace: ReportedTrace) -> None:
        self._trace = trace
        self._file: GrowingFile | None = None
        self._rows = 0
        self._process: int | None = None
        self._processes_differ = len(trace.summary.process_ids) > 1
        self._groups = 0
        self._group_name = ""
        self._anchor = ""
        self._in_table = False
        self._pages = 0

    def begin_group(self, key: str) -> None:
        """Begin with the entries of another compile id."""
        self._anchor = key if _ANCHOR.fullmatch(key) else f"compile-id-{self._groups}"
        self._group_name = printable(shortened(group_display_name(key)))
        self._groups += 1

    def add(self, entry: IndexEntry) -> None:
        """Take the next entry of the compile id."""
        if self._file is not None and self._rows == PAGE_ROWS:
            self._end_page(has_next=True)
        file = self._file or self._begin_page()
        if not self._in_table:
            file.write(group_head(name=self._group_name, anchor=self._anchor).encode())
            self._in_table = True
        file.write(_row(entry, self._process_of(entry)).encode("utf-8", "replace"))
        self._rows += 1

    def end_group(self) -> None:
        """The compile id has no more entries."""
        if self._in_table and self._file is not None:
            self._file.write(group_tail().encode())
            self._in_table = False

    def finish(self) -> None:
        """The trace has no more compile ids."""
        if self._pages == 0:
            self._begin_page()
        self._end_page(has_next=False)

    def abandon(self) -> None:
        """Close what is open after an error; it gets no name."""
        if self._file is not None:
            self._file.abandon()

    def links(self) -> list[FileLink]:
        """Links to the pages; of very many to the first ones, which lead to the others."""
        return [
            FileLink(
                "list of all artifacts" if self._pages == 1 else f"page {number}",
                f"{REPORT_FOLDER}/{list_file(number)}",
            )
            for number in range(1, min(self._pages, MAX_LISTED_PAGES) + 1)
        ]

    def _process_of(self, entry: IndexEntry) -> int | None:
        """The process of an entry, if the trace is known to have several by then."""
        process = entry.process if isinstance(entry.process, int) else None
        if process is not None and process != self._process:
            self._processes_differ = self._processes_differ or self._process is not None
            self._process = process
        return process if self._processes_differ else None

    def _begin_page(self) -> GrowingFile:
        trace = self._trace
        self._pages += 1
        self._rows = 0
        self._file = GrowingFile(trace.folder, list_file(self._pages))
        head = index_head(
            title=trace.title if self._pages == 1 else f"{trace.title}, page {self._pages}",
            subtitle=trace.subtitle,
            assets_url=f"../{trace.summary.place.assets_url}",
            totals=trace.totals,
            files=[FileLink("report", f"../{INDEX_PAGE}"), *self._neighbours(has_next=False)],
        )
        self._file.write(head.encode("utf-8", "replace"))
        return self._file

    def _end_page(self, *, has_next: bool) -> None:
        assert self._file is not None
        self.end_group()
        self._file.write(page_links(self._neighbours(has_next=has_next)).encode())
        self._file.write(index_tail().encode())
        self._file.close()
        self._file = None

    def _neighbours(self, *, has_next: bool) -> list[FileLink]:
        links = []
        if self._pages > 1:
            links.append(FileLink("previous page", list_file(self._pages - 1)))
        if has_next:
            links.append(FileLink("next page", list_file(self._pages + 1)))
        return links


@lru_cache(maxsize=64)
def _printable_type(name: str) -> str:
    return printable(name)


def _row(entry: IndexEntry, process: int | None) -> str:
    if entry.is_link:
        return link_row(name=printable(shortened(entry.name)), url=printable(entry.url))
    notes = [*entry.flags]
    if isinstance(entry.original_name, str) and "repeated" not in entry.flags:
        notes.append(f"logged as {printable(shortened(entry.original_name))}")
    if isinstance(entry.subgraph_name, str):
        notes.append(f"subgraph {printable(shortened(entry.subgraph_name, 200))}")
    if process is not None:
        notes.append(f"process {process}")
    url = entry.url
    if entry.lazy_loader is not None:
        notes.append("in a pack, which is opened by the report page with JavaScript")
        url = url.partition("#")[0]
    return artifact_row(
        name=entry.name,
        url=f"../{url}",
        type_name=_printable_type(shortened(entry.type, 200)),
        rank=entry.rank,
        size=entry.bytes or 0,
        flags=notes,
    )
