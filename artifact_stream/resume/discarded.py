"""Index lines that a resumed run has taken back, and the files that only they have listed.

An interrupted run is resumed over the lines that its index has.  Where the trace says
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

from artifact_stream.disk.directories import Directory
from artifact_stream.disk.external_sort import LineSorter
from artifact_stream.disk.staged_files import output_errors, write_all
from artifact_stream.index.lines import decode_entry, lines_of, listed_paths
from artifact_stream.layout import DIRECTORY_FILE, DISCARDED_PREFIX
from artifact_stream.output.removal import remove_listed

_READ_BYTES = 256 << 10
_LISTED, _DISCARDED = b"0", b"1"


def keep_discarded(root: Directory, start: int, staging: Directory) -> None:
    """Copy the end of a trace's index into its staging folder.

    Args:
        root: The trace's folder.
        start: From which offset on, in bytes.
        staging: Its staging folder.

    Raises:
        OutputUnusable: It cannot be written.
    """
    with output_errors(root.path), root.open_file(DIRECTORY_FILE) as index:
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


def remove_discarded(root: Directory, staging: Directory) -> None:
    """Remove the files that discarded lines list and the index does not, then these lines.

    Memory: runs of `LineSorter`.

    Args:
        root: The trace's folder.
        staging: Its staging folder.

    Raises:
        OutputUnusable: The folder cannot be read or written.
    """
    with output_errors(root.path):
        names = discarded_names(staging)
        if not names:
            return
        sorter = LineSorter(staging.path)
        try:
            for path in _paths_in(root, DIRECTORY_FILE):
                sorter.add(path.encode() + b"\t" + _LISTED)
            for name in names:
                for path in _paths_in(staging, name):
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
    return [name for name in staging.names() if name.startswith(DISCARDED_PREFIX)]


def _paths_in(folder: Directory, name: str) -> Iterator[str]:
    """What an index lists, but for paths with a line end, which no run has made."""
    with suppress(ValueError), folder.open_file(name) as index:
        for _, line in lines_of(index):
            with suppress(ValueError, msgspec.MsgspecError):
                yield from (path for path in listed_paths(decode_entry(line)) if "\n" not in path)


def _path_of(line: bytes) -> bytes:
    return line.rpartition(b"\t")[0]
