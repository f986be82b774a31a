"""Names of files that are about to be there without a line in the index."""

from __future__ import annotations

from collections.abc import Iterator

from artifact_stream.disk.directories import Directory
from artifact_stream.layout import PENDING_FILE

_MAX_PENDING, _MAX_PENDING_BYTES = 16, 4096
"""A page and its text are two; each has a folder and a name of at most 255 bytes."""


def pending_paths(staging: Directory) -> Iterator[str]:
    """What a killed run was about to name; behind the empty line stands what was there before.

    Args:
        staging: The trace's staging folder.

    Raises:
        OSError: The file cannot be read.
    """
    with staging.open_file(PENDING_FILE) as file:
        for _ in range(_MAX_PENDING):
            pending = file.readline(_MAX_PENDING_BYTES).rstrip(b"\n").decode("utf-8", "replace")
            if not pending:
                return
            yield pending
