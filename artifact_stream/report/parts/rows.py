"""What the report page of one trace loads: compile ids, and rows of their artifacts.

``outline-N.js`` hold the compile ids, `OUTLINE_GROUPS` a file, and ``rows-N.js`` the artifacts
and links of all of them in the order of the page, `SHARD_ROWS` a file, so that the page knows the
file of a row by its number; ``head.js`` tells what there is.  All are described in
``docs/formats.md``.
"""

from __future__ import annotations

from typing import ClassVar

from msgspec import UNSET

from artifact_stream.index.by_compile_id import group_display_name
from artifact_stream.index.kinds import payload_bytes
from artifact_stream.index.lines import IndexEntry, artifact_folder
from artifact_stream.layout import (
    FORMAT_VERSIONS,
    HEAD_FILE,
    OUTLINE_FILES,
    REPORT_FOLDER,
    ROWS_FILES,
    outline_file,
    rows_file,
)
from artifact_stream.report.data_files import DataFile, write_data
from artifact_stream.report.frames import FileLink
from artifact_stream.report.part import ReportedTrace
from artifact_stream.report.shapes import (
    FullRow,
    Head,
    Kind,
    OutlineLine,
    RankedRow,
    Row,
    RowMore,
)
from artifact_stream.report.text import printable, shortened
from artifact_stream.urls import is_web_url, url_of

SHARD_ROWS = 2000
OUTLINE_GROUPS = 2000
MAX_URL_CHARS = 8192
"""A longer URL of a link is no address that a browser would open."""

MAX_CONTEXT_CHARS = 200
MAX_TYPE_CHARS = 200
"""Of the name of a subgraph; a longer one is cut."""

REPORT_VERSION = FORMAT_VERSIONS[f"{REPORT_FOLDER}/"]


def _link_more(entry: IndexEntry) -> RowMore:
    """Where a link goes, and whether it may be live."""
    more = RowMore(url=shortened(entry.url, MAX_URL_CHARS))
    if is_web_url(entry.url) and len(entry.url) <= MAX_URL_CHARS:
        more.web = 1
    return more


class TraceData:
    """Writes outline and rows while the entries of a trace go by, compile id by compile id.

    Args:
        trace: What the report is about.
    """

    files: ClassVar[tuple[str, ...]] = (HEAD_FILE, OUTLINE_FILES, ROWS_FILES)

    def __init__(self, trace: ReportedTrace) -> None:
        self._trace = trace
        self._folder = trace.folder
        self._kind_of = trace.order.kind_of
        self._loaders: dict[str, int] = {}
        for number, kind in enumerate(trace.order.kinds):
            if kind.lazy_loader is not None:
                self._loaders.setdefault(kind.lazy_loader, number + 1)
        self._group_count = 0
        self._row_count = 0
        self._rank: int | None = None  # That all name which name one; None if there are several.
        self._process: int | None = None  # Of the first entry; 0 if that is not known.
        self._processes_differ = False
        self._is_lazy = False
        self._ranks_differ = False
        self._outline: DataFile | None = None
        self._shard: DataFile | None = None
        self._types: dict[str, int] = {}
        self._flags: dict[tuple[str, ...], int] = {}
        self._key = ""
        self._group_folder = ""
        self._group_bytes = 0
        self._kinds = [0] * len(self._trace.order.kinds)

    def begin_group(self, key: str) -> None:
        """Begin with the entries of another compile id."""
        self._key = key
        self._group_folder = f"{url_of(artifact_folder(key))}/"
        self._group_bytes = 0
        self._kinds = [0] * len(self._trace.order.kinds)

    def add(self, entry: IndexEntry) -> None:
        """Take the next entry of the compile id."""
        if self._shard is None:
            self._shard = DataFile(self._folder, rows_file(self._row_count // SHARD_ROWS), "rows")
        self._shard.add(self._row(entry))
        self._kinds[self._kind_of(entry)] += 1
        self._group_bytes += payload_bytes(entry)
        self._is_lazy = self._is_lazy or entry.lazy_loader is not None
        if entry.rank is not None and entry.rank != self._rank and not self._ranks_differ:
            self._ranks_differ = self._rank is not None
            self._rank = None if self._ranks_differ else entry.rank
        self._row_count += 1
        if self._row_count % SHARD_ROWS == 0:
            self._end_shard()

    def _row(self, entry: IndexEntry) -> Row:
        types, entry_type = self._types, entry.type
        if len(entry_type) > MAX_TYPE_CHARS:
            # As it is shown: a shard of types as long as they may be has no place in memory.
            entry_type = shortened(entry_type, MAX_TYPE_CHARS)
        type_number = types.get(entry_type)
        if type_number is None:
            type_number = types.setdefault(entry_type, len(types))
        name, rank = shortened(entry.name), entry.rank
        more = self._more(entry)
        if more is not None:
            return FullRow(name, type_number, entry.bytes, entry.lines, entry.line, rank, more)
        if rank is not None:
            return RankedRow(name, type_number, entry.bytes, entry.lines, entry.line, rank)
        return Row(name, type_number, entry.bytes, entry.lines, entry.line)

    def _more(self, entry: IndexEntry) -> RowMore | None:
        """What is unusual about an entry; None if nothing is."""
        more: RowMore | None = None
        if entry.is_link:
            more = _link_more(entry)
        elif entry.url != self._group_folder + entry.name:
            more = RowMore(url=entry.url)
        if entry.flags:
            more = more or RowMore()
            more.flags = self._flags.setdefault(entry.flags, len(self._flags))
        if entry.lazy_loader is not None:
            more = more or RowMore()
            more.loader = self._loaders.get(entry.lazy_loader, entry.lazy_loader)
        if isinstance(entry.text_url, str):
            more = more or RowMore()
            more.text_url = entry.text_url
            more.text_bytes = entry.text_bytes
        if isinstance(entry.original_name, str):
            more = more or RowMore()
            more.original_name = shortened(entry.original_name)
        if entry.subgraph_name is not UNSET:
            more = more or RowMore()
            more.subgraph_name = shortened(str(entry.subgraph_name), MAX_CONTEXT_CHARS)
        if isinstance(entry.language, str):
            more = more or RowMore()
            more.language = shortened(entry.language, MAX_CONTEXT_CHARS)
        return self._process_more(entry, more)

    def _process_more(self, entry: IndexEntry, more: RowMore | None) -> RowMore | None:
        """The same with the entry's process, if that is not the first one's."""
        process = entry.process if isinstance(entry.process, int) else 0
        if self._process is None:
            self._process = process
        elif process != self._process:
            self._processes_differ = True
            more = more or RowMore()
            more.process = process
        return more

    def end_group(self) -> None:
        """The compile id has no more entries."""
        if self._outline is None:
            name = outline_file(self._group_count // OUTLINE_GROUPS)
            self._outline = DataFile(self._folder, name, "outline")
        shown = group_display_name(self._key)
        self._outline.add(
            OutlineLine(
                shortened(self._key),
                0 if shown == self._key else shown,
                self._group_folder,
                self._group_bytes,
                self._kinds,
            )
        )
        self._group_count += 1
        if self._group_count % OUTLINE_GROUPS == 0:
            self._outline.finish()
            self._outline = None

    def _end_shard(self) -> None:
        if self._shard is not None:
            self._shard.finish(list(self._types), list(self._flags))
            self._shard = None
            self._types.clear()
            self._flags.clear()

    def finish(self) -> None:
        """The trace has no more compile ids."""
        self._end_shard()
        if self._outline is not None:
            self._outline.finish()
            self._outline = None
        write_data(self._folder, HEAD_FILE, "head", self._head())

    def _head(self) -> Head:
        summary = self._trace.summary
        return Head(
            version=REPORT_VERSION,
            title=printable(summary.title),
            folder=summary.folder,
            groups=self._group_count,
            rows=self._row_count,
            rank=self._rank,
            lazy=self._is_lazy,
            shard_rows=SHARD_ROWS,
            outline_groups=OUTLINE_GROUPS,
            kinds=[
                Kind(kind.name, kind.title, kind.lazy_loader) for kind in self._trace.order.kinds
            ],
            process=(self._process or 0) if self._processes_differ else UNSET,
        )

    def abandon(self) -> None:
        """Close what is open after an error; it gets no name."""
        for file in (self._shard, self._outline):
            if file is not None:
                file.abandon()

    def links(self) -> list[FileLink]:
        """None: this is for JavaScript."""
        return []
