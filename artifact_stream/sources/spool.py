"""Files without a name on the disk of the output, for what must be read more than once."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import BinaryIO

from artifact_stream.disk.scratch import scratch_file
from artifact_stream.errors import OutputUnusable, Remedy


def scratch_near(out: str) -> BinaryIO:
    """A new file without a name on the disk of an output folder that need not exist.

    Raises:
        OutputUnusable: It cannot be made.
    """
    folder = os.path.realpath(out)
    while not os.path.isdir(folder) and os.path.dirname(folder) != folder:
        folder = os.path.dirname(folder)
    try:
        return scratch_file(folder, buffered=False)
    except OSError as error:
        raise _no_scratch(folder, error) from error


def write_to_scratch(file: BinaryIO, data: bytes, out: str) -> None:
    """Write all of some data into a file that `scratch_near` has made.

    Raises:
        OutputUnusable: The disk is full, or cannot be written.
    """
    try:
        view = memoryview(data)
        while view:
            view = view[file.write(view) :]
    except OSError as error:
        raise _no_scratch(out, error) from error


def _no_scratch(folder: str, error: OSError) -> OutputUnusable:
    return OutputUnusable(
        f"{folder} cannot hold a temporary file ({error.strerror}): ",
        Remedy.FREE_SPACE,
        " or choose another output folder.",
    )


def spooled(blocks: Iterable[bytes], out: str) -> BinaryIO:
    """Bytes that come from a pipe, in a file without a name.

    Args:
        blocks: The bytes.
        out: The output folder.

    Raises:
        InputUnusable: They cannot be read.
        OutputUnusable: The disk is full, or cannot be written.
    """
    file = scratch_near(out)
    try:
        for block in blocks:
            write_to_scratch(file, block, out)
    except BaseException:
        file.close()
        raise
    return file
