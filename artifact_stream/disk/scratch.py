"""Folders and files for what is needed for a while; nobody else can reach them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast


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
