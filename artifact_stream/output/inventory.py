"""Which files of an output folder a run has made, and how they are opened.

The index may have been edited and links may have been planted since the run: a path that leads
anywhere but to a regular file below the folder is none.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO

import msgspec

from artifact_stream.disk.directories import open_inside
from artifact_stream.index.lines import IndexEntry, decode_entry
from artifact_stream.layout import (
    ASSETS_FOLDER,
    DIRECTORY_FILE,
    MAX_LINE_BYTES,
    OUTPUT_FILES,
    REPORT_FOLDER,
    TRACE_FILES,
    is_report_file,
)
from artifact_stream.output.marker import Marker
from artifact_stream.urls import is_inside


class BrokenLine(ValueError):
    """A line of an index that no run wrote: torn, edited, or too long."""


def joined(folder: str, path: str) -> str:
    """A path in a trace's folder, relative to the output folder."""
    return path if folder == "." else f"{folder}/{path}"


def trace_folders(marker: Marker) -> list[str]:
    """The folders of the traces, without those that an edited marker names outside the output."""
    return [name for name in marker.traces if name == "." or is_inside(name)]


def own_files(out: str, marker: Marker) -> Iterator[str]:
    """What a run writes beside the files that its index lists, relative to the output folder.

    Of what the report pages load, that is what is there: one file for 1,000 artifacts or so.
    """
    yield from OUTPUT_FILES
    for name in marker.assets:
        if is_inside(name):
            yield f"{ASSETS_FOLDER}/{name}"
    for folder in trace_folders(marker):
        for name in TRACE_FILES:
            if folder != "." or name not in OUTPUT_FILES:
                yield joined(folder, name)
        yield from _report_files(out, folder)
    if "." not in trace_folders(marker):
        yield from _report_files(out, ".")


def _report_files(out: str, folder: str) -> Iterator[str]:
    path = joined(folder, REPORT_FOLDER)
    with suppress(FileNotFoundError, NotADirectoryError):
        for name in sorted(os.listdir(os.path.join(out, path))):
            if is_report_file(name):
                yield f"{path}/{name}"


def index_lines(out: str, folder: str) -> Iterator[tuple[int, IndexEntry | BrokenLine, bytes]]:
    """The lines of a trace's index: number from 1, entry or what is wrong, and text.

    What is no file has no lines.  Memory: one line of at most `MAX_LINE_BYTES`.

    Raises:
        OSError: It cannot be read.
    """
    try:
        file = open_inside(out, joined(folder, DIRECTORY_FILE))
    except PermissionError:
        raise
    except OSError:
        return
    with file:
        number = 0
        while line := file.readline(MAX_LINE_BYTES):
            number += 1
            if not line.endswith(b"\n"):
                yield number, _unfinished(file, line), line
                continue
            try:
                yield number, decode_entry(line), line
            except (ValueError, msgspec.MsgspecError, RecursionError) as error:
                yield number, BrokenLine(f"it is no entry ({error})"), line


def _unfinished(file: BinaryIO, line: bytes) -> BrokenLine:
    """What is wrong with a line that has no end; the rest of it is passed over."""
    while line and not line.endswith(b"\n"):
        line = file.readline(MAX_LINE_BYTES)
    return BrokenLine("it is torn or too long: the run was killed, or the file was changed")


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A file that an index line lists.

    Attributes:
        url: Where it is, relative to the trace's folder.
        size: Its bytes; None if content lies in a file that it shares with others.
        digest: ``algorithm:hexadecimal``; None if none is recorded.
    """

    url: str
    size: int | None
    digest: str | None


def listed_files(entry: IndexEntry) -> Iterator[ListedFile]:
    """The files that an entry lists: none for a link, two for a page with its text."""
    if entry.is_link:
        return
    if entry.lazy_loader is not None:
        yield ListedFile(entry.url, None, None)
    else:
        yield ListedFile(entry.url, entry.bytes, entry.digest or None)
    if isinstance(entry.text_url, str):
        yield ListedFile(entry.text_url, entry.text_bytes or 0, entry.text_digest or None)
