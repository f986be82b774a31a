"""Folders and files for what is needed for a while; nobody else can reach them."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO, cast

from artifact_stream.disk.directories import Directory

_RANDOM = re.compile(r"[a-z0-9_]{8}")
"""What `tempfile` adds to the prefix of a folder."""
_MARK = "made-by-artifact-stream"


@contextmanager
def scratch_folder_beside(parent: str, prefix: str) -> Iterator[Directory]:
    """A new folder in one of the user's, removed at the end of the block.

    After a kill it is removed the next time that such a folder is made there.

    Args:
        parent: An existing folder.
        prefix: What the names of such folders begin with.

    Raises:
        OSError: It cannot be made.
    """
    _remove_abandoned(parent, prefix)
    with scratch_folder(parent, prefix) as path, Directory.at(path) as folder:
        folder.lock()
        os.close(folder.create(_MARK))  # Without that, it may be one that is being made.
        yield folder


def _remove_abandoned(parent: str, prefix: str) -> None:
    """Remove the folders that processes have left which were killed: nobody has their lock."""
    import shutil

    with Directory.at(parent) as there:
        for name, found in list(there.entries()):
            is_such = name.startswith(prefix) and _RANDOM.fullmatch(name[len(prefix) :])
            if not is_such or not stat.S_ISDIR(found.st_mode):
                continue
            with suppress(OSError), there.folder(name) as folder:
                if folder.holds(_MARK) and folder.lock(surely=True):
                    shutil.rmtree(os.path.join(parent, name), ignore_errors=True)


@contextmanager
def scratch_folder(parent: str | None = None, prefix: str = "artifact-stream-") -> Iterator[str]:
    """A new folder, removed with all that is in it at the end of the block.

    Args:
        parent: An existing folder to make it in; None for that of the system.
        prefix: What its name begins with.

    Raises:
        OSError: It cannot be made.
    """
    import tempfile  # Few commands need it.

    with tempfile.TemporaryDirectory(prefix=prefix, dir=parent) as folder:
        yield folder


def scratch_file(folder: str, *, buffered: bool = True) -> BinaryIO:
    """A new file without a name, for reading and writing; it is gone once closed.

    Args:
        folder: An existing folder on the disk that it goes to.
        buffered: False if blocks are written, which can be read at once by descriptor.

    Raises:
        OSError: It cannot be made.
    """
    import tempfile  # Few traces need it.

    # The caller closes it.
    file = tempfile.TemporaryFile(dir=folder, buffering=-1 if buffered else 0)  # noqa: SIM115
    return cast("BinaryIO", file)
