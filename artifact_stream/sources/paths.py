"""Paths of sources: as folders that lead to them, whatever has become of the working folder."""

from __future__ import annotations

import os

from artifact_stream.sources.labels import shown_path


def absolute(path: str) -> str:
    """An absolute path or, where the working folder is gone, the path as it is."""
    try:
        return os.path.abspath(path)
    except FileNotFoundError:
        return path


def parts_of(path: str) -> tuple[str, ...]:
    """The names in a path, as text."""
    return tuple(shown_path(part) for part in path.split(os.sep) if part not in ("", "."))


def folders_to(path: str) -> tuple[str, ...]:
    """The names of the folders that lead to a file, the topmost first; none to stdin."""
    return () if path == "-" else parts_of(os.path.dirname(absolute(path)))


def size_of(path: str) -> int:
    """A file's size in bytes; 0 if it is not there any more."""
    try:
        return os.stat(path).st_size
    except OSError:
        return 0
