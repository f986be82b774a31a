"""How long names may be on a disk: eCryptfs, which encrypts them, takes 143 bytes at the most."""

from __future__ import annotations

import errno
import os

from artifact_stream.disk.directories import Directory
from artifact_stream.names import MAX_NAME_BYTES

_LEAST_BYTES = 64
"""No file system takes fewer that holds our own names."""


def max_name_bytes(folder: Directory) -> int:
    """How long the name of what is put into a folder may be, in bytes.

    Never more than `MAX_NAME_BYTES`.  What the system says of itself is not asked for: some file
    systems tell the limit of the one that they lie on.
    """
    if _takes(folder, MAX_NAME_BYTES):
        return MAX_NAME_BYTES
    low, high = _LEAST_BYTES, MAX_NAME_BYTES
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _takes(folder, middle) else (low, middle)
    return low


def max_name_bytes_below(path: str) -> int:
    """As `max_name_bytes`, of a folder that need not be there yet: it will be where it can be."""
    path = os.path.abspath(path)
    while True:
        try:
            with Directory.at(path) as folder:
                return max_name_bytes(folder)
        except OSError:
            parent = os.path.dirname(path)
            if parent == path:
                return MAX_NAME_BYTES
            path = parent


def _takes(folder: Directory, size: int) -> bool:
    """False if a name is too long even to be looked up."""
    try:
        os.close(folder.open("x" * size))
    except OSError as error:
        return error.errno != errno.ENAMETOOLONG
    return True
