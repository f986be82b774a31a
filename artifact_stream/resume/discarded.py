"""Index lines that a resumed run has taken back, and the files that only they have listed.

An interrupted run is gone on with over the lines that its index has.  Where the trace says
otherwise now, since its source has grown or a file was damaged, the lines from there on are taken
back.  They are kept in the staging folder until the trace is complete: then every file that they
list and the new lines do not is removed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from itertools import groupby

import msgspec

from artifact_stream.disk.directories import Directory, open_regular
from artifact_stream.disk.external_sort import LineSorter
from artifact_stream.disk.staged_files import output_errors, write_all
from artifact_stream.index.lines import decode_entry, iter_lines, listed_paths
from artifact_stream.layout import DISCARDED_PREFIX

_READ_BYTES = 256 << 10
_LISTED, _DISCARDED = b"0", b"1"


def keep_discarded(index_path: str, start: int, staging: Directory) -> None:
    """Copy the end of an index, from an offset in bytes on, into the staging folder.

    Raises:
        OutputUnusable: It cannot be written.
    """
    with output_errors(os.path.dirname(index_path)), open_regular(index_path) as index:
        number = 1
        while staging.holds(f"{DISCARDED_PREFIX}{number}"):
            number += 1
        descriptor = staging.create(f"{DISCARDED_PREFIX}{number}")
        try:
            index.seek(start)
            while data := index.read(_READ_BYTES):
                write_all(descriptor, data)
        finally:
            os.close(descriptor)


def remove_discarded(root: Directory, staging: Directory, index_path: str) -> None:
    """Remove the files that discarded lines list and the index does not, then these lines.

    Memory: runs of `LineSorter`.

    Raises:
        OutputUnusable: The folder cannot be read or written.
    """
    with output_errors(root.path):
        names = discarded_names(staging)
        if not names:
            return
        sorter = LineSorter(staging.path)
        try:
            for path in _paths_in(index_path):
                sorter.add(path.encode() + b"\t" + _LISTED)
            for name in names:
                for path in _paths_in(os.path.join(staging.path, name)):
                    sorter.add(path.encode() + b"\t" + _DISCARDED)
            for path_bytes, lines in groupby(sorter.sorted_lines(), _path_of):
                if next(iter(lines)).endswith(_DISCARDED):
                    remove_listed(root, path_bytes.decode())
        finally:
            sorter.close()
        for name in names:
            staging.remove(name)


def discarded_names(staging: Directory) -> list[str]:
    """The files of discarded lines in a staging folder."""
    return [name for name in os.listdir(staging.path) if name.startswith(DISCARDED_PREFIX)]


def remove_listed(root: Directory, path: str) -> None:
    """Remove a file that an index line or a note has named, and its folder if that is empty.

    Whatever is no file in a folder of the trace is left alone, and no link is followed.

    Raises:
        OSError: It cannot be removed.
    """
    folder_name, slash, name = path.partition("/")
    if not slash or any(
        part in ("", ".", "..") or any(character in part for character in "/\\:\0\n")
        for part in (folder_name, name)
    ):
        return
    with suppress(FileNotFoundError, NotADirectoryError):
        folder = root.folder(folder_name)
        try:
            with suppress(FileNotFoundError, IsADirectoryError):
                folder.remove(name)
        finally:
            folder.close()
        with suppress(OSError):
            root.remove_folder(folder_name)


def _paths_in(path: str) -> Iterator[str]:
    with suppress(ValueError):
        for _, line in iter_lines(path):
            with suppress(ValueError, msgspec.MsgspecError):
                yield from listed_paths(decode_entry(line))


def _path_of(line: bytes) -> bytes:
    return line.rpartition(b"\t")[0]
