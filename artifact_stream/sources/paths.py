"""Paths of sources: as folders that lead to them, whatever has become of the working folder."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence

from artifact_stream.errors import InputUnusable, OutputUnusable
from artifact_stream.sources.labels import shown_path


def absolute(path: str) -> str:
    """An absolute path or, where the working folder is gone, the path as it is."""
    try:
        return os.path.abspath(path)
    except FileNotFoundError:
        return path


def check_working_folder(sources: Sequence[str], out: str) -> None:
    """Make sure that relative paths can be found at all.

    Raises:
        InputUnusable: A source, other than stdin, is relative to a working folder that was removed.
        OutputUnusable: The output folder is.
    """
    kinds = dict.fromkeys(sources, InputUnusable) | {out: OutputUnusable}
    relative = [path for path in kinds if path != "-" and not os.path.isabs(path)]
    if relative:
        try:
            os.getcwd()
        except OSError as error:
            raise kinds[relative[0]](
                f"{relative[0]} cannot be found, because the working folder was removed "
                f"({error.strerror}): change to another folder, or name absolute paths."
            ) from error


def parts_of(path: str) -> tuple[str, ...]:
    """The names in a path, as text."""
    return tuple(shown_path(part) for part in path.split(os.sep) if part not in ("", "."))


def folders_to(path: str) -> tuple[str, ...]:
    """The names of the folders that lead to a file, the topmost first; none to stdin."""
    return () if path == "-" else parts_of(os.path.dirname(absolute(path)))


def is_device(path: str) -> bool:
    """True if a path leads to a device, such as a terminal, which may give bytes for ever."""
    try:
        return stat.S_ISCHR(os.stat(path).st_mode)
    except OSError:
        return False


def size_of(path: str) -> int:
    """A file's size in bytes; 0 if it is not there any more."""
    try:
        return os.stat(path).st_size
    except OSError:
        return 0
