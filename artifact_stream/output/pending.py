"""Names of files that are about to be there without a line in the index."""

from __future__ import annotations

from collections.abc import Iterator

from artifact_stream.disk.directories import open_regular

_MAX_PENDING, _MAX_PENDING_BYTES = 16, 4096
"""A page and its text are two; each has a folder and a name of at most 255 bytes."""


def pending_paths(path: str) -> Iterator[str]:
    """What a killed run was about to name; behind the empty line stands what was there before.

    Raises:
        OSError: The file cannot be read.
    """
    with open_regular(path) as file:
        for _ in range(_MAX_PENDING):
            pending = file.readline(_MAX_PENDING_BYTES).rstrip(b"\n").decode("utf-8", "replace")
            if not pending:
                return
            yield pending
