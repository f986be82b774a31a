"""Walking through a folder: which files of it are to be looked at, in a stable order."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from typing import NamedTuple

from artifact_stream.layout import name_of
from artifact_stream.options import MAX_EXPANSION
from artifact_stream.sources.containers import Container
from artifact_stream.sources.drafts import REPORT_LIST, REPORT_LOG, in_reading_order
from artifact_stream.sources.heads import EMPTY, UNREADABLE, Head, Refusal
from artifact_stream.sources.labels import natural_key
from artifact_stream.sources.own_files import is_output
from artifact_stream.sources.paths import absolute
from artifact_stream.sources.probe import look_at
from artifact_stream.streams.opening import open_stream
from artifact_stream.streams.stored_file import ReadCounter

Seen = Head | type[Container] | Refusal
"""What a file is, by its beginning."""


class Visited(NamedTuple):
    """A folder.

    Attributes:
        path: Where it is.
        names: Of its files that are to be looked at.
        is_report: It is a tlparse report.
    """

    path: str
    names: list[str]
    is_report: bool


def walk(
    folder: str,
    out: str,
    look: Callable[[str], Seen],
    unreadable: Callable[[OSError], None],
    found_output: Callable[[str], None],
) -> Iterator[Visited]:
    """The folders below one, itself included.

    Of a tlparse report, only the log that it was made of is told of or, without that, its list of
    entries.  Outputs of ours are left out.

    Args:
        folder: Where to begin.
        out: The output folder of the run.
        look: Looks at a file.
        unreadable: Told of a folder that cannot be read.
        found_output: Told of an output of another run.
    """
    out_path = os.path.realpath(absolute(out))
    for directory, folders, names in os.walk(folder, onerror=unreadable):
        if os.path.realpath(absolute(directory)) == out_path:
            folders.clear()
        elif is_output((*folders, *names)):
            found_output(directory)
            folders.clear()
        elif REPORT_LIST in names and _is_report(look(os.path.join(directory, REPORT_LIST))):
            folders.clear()
            has_log = REPORT_LOG in names and isinstance(
                look(os.path.join(directory, REPORT_LOG)), Head
            )
            yield Visited(directory, [REPORT_LOG if has_log else REPORT_LIST], True)
        else:
            folders.sort(key=lambda name: natural_key(name_of(name)))
            yield Visited(directory, in_reading_order(names), False)


def _is_report(seen: Seen) -> bool:
    return isinstance(seen, Head) and seen.is_report


def look_at_file(path: str, max_expansion: int = MAX_EXPANSION, *, is_named: bool = True) -> Seen:
    """What a file on the disk is.

    Args:
        path: Where it is.
        max_expansion: See `open_stream`.
        is_named: The user has named it; false for one that a search has met.
    """
    try:
        status = os.stat(path)
    except OSError as error:
        return unreadable_refusal(error)
    if status.st_size == 0 and stat.S_ISREG(status.st_mode):
        return Refusal(EMPTY, "is empty")
    name = None if is_named else os.path.basename(path)
    return look_at(lambda: open_stream(path, ReadCounter(), max_expansion), name)


def unreadable_refusal(error: OSError) -> Refusal:
    """Why a file or folder that the system does not give is no source."""
    return Refusal(UNREADABLE, f"cannot be read ({error.strerror})")
