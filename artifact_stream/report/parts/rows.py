"""What the report page of one trace loads: compile ids, and rows of their artifacts.

``outline-N.js`` hold the compile ids, `OUTLINE_GROUPS` a file, and ``rows-N.js`` the artifacts
and links of all of them in the order of the page, `SHARD_ROWS` a file, so that the page knows the
file of a row by its number.  Both are described in ``docs/formats.md``.
"""

from __future__ import annotations

from typing import Any

from artifact_stream.disk.directories import Directory
from artifact_stream.index.by_compile_id import group_display_name
from artifact_stream.index.kinds import KINDS, kind_of, payload_bytes, place_of
from artifact_stream.index.lines import IndexEntry, artifact_folder
from artifact_stream.layout import outline_file, rows_file
from artifact_stream.report.data_files import DataFile
from artifact_stream.report.text import shortened
from artifact_stream.urls import is_web_url, url_of

SHARD_ROWS = 2000
OUTLINE_GROUPS = 2000
MAX_URL_CHARS = 8192
"""A longer URL of a link is no address that a browser would open."""

_LOADERS = {"loader.renderGraph": 1, "loader.renderInductorCode": 2}


def _link_members(entry: IndexEntry) -> dict[str, Any]:
    """Where a link goes, and whether it may be live."""
    live = is_web_url(entry.url) and len(entry.url) <= MAX_URL_CHARS
    shown = {"u": shortened(entry.url, MAX_URL_CHARS)}
    return {**shown, "w": 1} if live else shown


class TraceData:
    """Writes outline and rows while the entries of a trace go by, compile id by compile id.

    Args:
        folder: The report folder, which exists.

    Attributes:
        groups: How many compile ids there have been.
        rows: How many artifacts and links.
        rank: The rank that all of them name which name one; None if there is none or several.
        lazy: Whether one of them is in a pack.
    """

    def __init__(self, folder: Directory) -> None:
        self._folder = folder
        self.groups = 0
        self.rows = 0
        self.rank: int | None = None
        self.lazy = False
        self._ranks_differ = False
        self._outline: DataFile | None = None
        self._shard: DataFile | None = None
        self._types: dict[str, int] = {}
        self._flags: dict[tuple[str, ...], int] = {}
        self._key = ""
        self._group_folder = ""
        self._group_bytes = 0
        self._kinds = [0] * len(KINDS)

    def begin_group(self, key: str) -> None:
        """Go on with the entries of another compile id."""
        self._key = key
        self._group_folder = f"{url_of(artifact_folder(key))}/"
        self._group_bytes = 0
        self._kinds = [0] * len(KINDS)

    def add(self, entry: IndexEntry) -> None:
        """Take the next entry of the compile id."""
        if self._shard is None:
            self._shard = DataFile(self._folder, rows_file(self.rows // SHARD_ROWS), "rows")
        self._shard.add(self._row(entry))
        self._kinds[kind_of(place_of(entry))] += 1
        self._group_bytes += payload_bytes(entry)
        self.lazy = self.lazy or entry.lazy_loader is not None
        if entry.rank is not None and entry.rank != self.rank and not self._ranks_differ:
            self._ranks_differ = self.rank is not None
            self.rank = None if self._ranks_differ else entry.rank
        self.rows += 1
        if self.rows % SHARD_ROWS == 0:
            self._end_shard()

    def _row(self, entry: IndexEntry) -> list[Any]:
        types, flags = self._types, self._flags
        type_number = types.get(entry.type)
        if type_number is None:
            type_number = types.setdefault(entry.type, len(types))
        more: dict[str, Any] = {}
        if entry.is_link:
            more.update(_link_members(entry))
        elif entry.url != self._group_folder + entry.name:
            more["u"] = entry.url
        if entry.flags:
            more["f"] = flags.setdefault(entry.flags, len(flags))
        if entry.lazy_loader is not None:
            more["z"] = _LOADERS.get(entry.lazy_loader, entry.lazy_loader)
        if isinstance(entry.text_url, str):
            more["t"] = entry.text_url
            more["b"] = entry.text_bytes
        if isinstance(entry.original_name, str):
            more["o"] = shortened(entry.original_name)
        row: list[Any] = [shortened(entry.name), type_number, entry.bytes, entry.lines, entry.line]
        if entry.rank is not None or more:
            row.append(entry.rank)
        if more:
            row.append(more)
        return row

    def end_group(self) -> None:
        """The compile id has no more entries."""
        if self._outline is None:
            name = outline_file(self.groups // OUTLINE_GROUPS)
            self._outline = DataFile(self._folder, name, "outline")
        shown = group_display_name(self._key)
        self._outline.add(
            [
                shortened(self._key),
                0 if shown == self._key else shown,
                self._group_folder,
                self._group_bytes,
                self._kinds,
            ]
        )
        self.groups += 1
        if self.groups % OUTLINE_GROUPS == 0:
            self._outline.finish()
            self._outline = None

    def _end_shard(self) -> None:
        if self._shard is not None:
            types = [shortened(name, 200) for name in self._types]
            self._shard.finish(types, list(self._flags))
            self._shard = None
            self._types.clear()
            self._flags.clear()

    def finish(self) -> None:
        """The trace has no more compile ids."""
        self._end_shard()
        if self._outline is not None:
            self._outline.finish()
            self._outline = None

    def abandon(self) -> None:
        """Close what is open after an error; it gets no name."""
        for file in (self._shard, self._outline):
            if file is not None:
                file.abandon()
