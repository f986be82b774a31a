"""The directory index grouped by compile id, without holding it in memory.

`GroupedDirectory` orders ``directory.jsonl`` by first appearance of its compile ids, with an
external sort over the places of its lines.  ``compile_directory.json`` lists the entries of a
compile id as they arrived, artifacts before links; pages list them by kind.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import chain, groupby
from typing import BinaryIO, Self

import msgspec

from artifact_stream.compile_ids import GLOBAL, display_name
from artifact_stream.disk.directories import Directory
from artifact_stream.disk.external_sort import ExternalSorter
from artifact_stream.disk.spilling_map import SpillingMap
from artifact_stream.errors import OutputUnusable, Remedy
from artifact_stream.index.kinds import PageOrder, built_in_order
from artifact_stream.index.lines import IndexEntry, decode_entry, lines_of
from artifact_stream.json_text import encode_json

GLOBAL_DISPLAY_NAME = "Whole trace"

Groups = Iterator[tuple[str, Iterator[IndexEntry]]]
"""Compile id keys in order of first appearance, each with its entries."""


class GroupedDirectory:
    """A trace's index in groups, one for each compile id.

    Memory: a run of each sort and the recent compile ids; the rest is on disk.

    Args:
        directory_path: The trace's ``directory.jsonl``.
        scratch_folder: An existing folder for temporary files.
        out: The output folder, below which no link is followed; None if that is the index's folder.
        order: Of the entries of a compile id on a page; None for that of the package.

    Raises:
        OutputUnusable: When it is entered: somebody has edited the index.
    """

    def __init__(
        self,
        directory_path: str,
        scratch_folder: str,
        out: str | None = None,
        *,
        order: PageOrder | None = None,
    ) -> None:
        self._order = order or built_in_order()
        folder, self._name = os.path.split(directory_path)
        self._out = out
        self._folder = folder
        self._scratch_folder = scratch_folder
        self._by_arrival = ExternalSorter(scratch_folder)
        self._by_kind = ExternalSorter(scratch_folder)

    def __enter__(self) -> Self:
        groups = SpillingMap(self._scratch_folder)
        try:
            self._fill(groups)
        finally:
            groups.close()
        return self

    def __exit__(self, *_: object) -> None:
        self._by_arrival.close()
        self._by_kind.close()

    def _fill(self, groups: SpillingMap) -> None:
        try:
            self._add_lines(groups)
        except (ValueError, msgspec.MsgspecError, RecursionError) as error:
            raise OutputUnusable(
                f"{os.path.join(self._folder, self._name)} was edited, and holds a line that is "
                f"no entry ({error}): ",
                Remedy.START_AGAIN,
                ".",
            ) from error

    def _add_lines(self, groups: SpillingMap) -> None:
        count, place_of = 0, self._order.place_of
        with self._open() as directory:
            for offset, line in lines_of(directory):
                entry = decode_entry(line)
                group = groups.get(entry.compile_id)
                if group is None:
                    groups.set(entry.compile_id, group := count)
                    count += 1
                self._by_arrival.add((group, int(entry.is_link), offset, len(line)))
                self._by_kind.add((group, place_of(entry), offset, len(line)))

    def _open(self) -> BinaryIO:
        with Directory.below(self._out or self._folder, self._folder) as folder:
            return folder.open_file(self._name)

    def groups(self) -> Groups:
        """Each compile id key with its entries, artifacts before links, as they arrived.

        The entries of a group are to be taken before the next group.
        """
        return self._groups(self._by_arrival)

    def groups_by_kind(self) -> Groups:
        """As `groups`, but in the order of a page."""
        return self._groups(self._by_kind)

    def _groups(self, sorter: ExternalSorter) -> Groups:
        with self._open() as directory:
            entries = (
                (group, _read_entry(directory, offset, length))
                for group, _, offset, length in sorter.sorted_records()
            )
            for _, members in groupby(entries, key=lambda item: item[0]):
                group = (entry for _, entry in members)
                first = next(group)
                yield first.compile_id, chain((first,), group)


def _read_entry(directory: BinaryIO, offset: int, length: int) -> IndexEntry:
    # Groups are mostly in order of the file, where seeking stays inside the file's buffer.
    directory.seek(offset)
    return decode_entry(directory.read(length))


def group_display_name(key: str) -> str:
    """What people are shown for the key of a group."""
    return GLOBAL_DISPLAY_NAME if key == GLOBAL else display_name(key)


class _Listed(msgspec.Struct):
    """An artifact in ``compile_directory.json``."""

    name: str
    url: str
    type: str
    bytes: int | None
    lazy_loader: str | None
    original_name: str | msgspec.UnsetType
    text_url: str | msgspec.UnsetType
    flags: tuple[str, ...] | msgspec.UnsetType


class _ListedLink(msgspec.Struct):
    """A link in ``compile_directory.json``."""

    name: str
    url: str
    flags: tuple[str, ...] | msgspec.UnsetType


def compile_directory_chunks(groups: Groups) -> Iterator[bytes]:
    """The text of ``compile_directory.json``, an artifact or a link a line."""
    yield b"{"
    separator = b"\n"
    for key, entries in groups:
        shown = encode_json(group_display_name(key))
        yield separator + encode_json(key) + b': {"display_name": ' + shown
        yield from _group_chunks(entries)
        separator = b",\n"
    yield b"\n}\n"


def _group_chunks(entries: Iterator[IndexEntry]) -> Iterator[bytes]:
    yield b', "artifacts": ['
    separator = b"\n  "
    in_links = False
    for entry in entries:
        if entry.is_link and not in_links:
            yield b'], "links": ['
            in_links, separator = True, b"\n  "
        yield separator + encode_json(_listed(entry))
        separator = b",\n  "
    yield b"]}" if in_links else b'], "links": []}'


def _listed(entry: IndexEntry) -> _Listed | _ListedLink:
    """What ``compile_directory.json`` tells of an artifact or a link."""
    flags = entry.flags or msgspec.UNSET
    if entry.is_link:
        return _ListedLink(entry.name, entry.url, flags)
    return _Listed(
        entry.name,
        entry.url,
        entry.type,
        entry.bytes,
        entry.lazy_loader,
        entry.original_name,
        entry.text_url,
        flags,
    )
