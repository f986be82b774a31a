"""An SQLite database in a file that nobody else can reach."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

_OPEN_FILES = "/dev/fd"
"""Lists the process's open files: on Linux and macOS, not on Windows."""


class ScratchDatabase:
    """An empty database of bounded memory, whose file is gone once it is closed.

    SQLite opens files by path alone, and follows links.  So the file is made first, which follows
    none, and used only if it is the one that SQLite then has opened.  After that its name is
    removed, where a file may be open without one.

    Args:
        folder: An existing folder with room for the file.

    Attributes:
        connection: To be used until `close`; what is written needs no commit.

    Raises:
        OSError: The file cannot be made, or something has taken its place meanwhile.
        sqlite3.Error: It cannot be written.
    """

    def __init__(self, folder: str) -> None:
        import sqlite3  # Most traces never need it.
        import tempfile

        descriptor, path = tempfile.mkstemp(".sqlite", "scratch-", folder)
        self._path: str | None = path
        try:
            # Only a file that is there is opened, so that a link makes none elsewhere.
            self.connection: sqlite3.Connection = sqlite3.connect(
                f"{Path(path).as_uri()}?mode=rw", uri=True, isolation_level=None
            )
            try:
                if not _is_open_twice(descriptor):
                    raise OSError(f"something else has taken the place of {path}")
                self._remove_name()
                # Nothing is needed after a crash.
                for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-2048"):
                    self.connection.execute(f"PRAGMA {pragma}")
            except BaseException:
                self.connection.close()
                raise
        finally:
            os.close(descriptor)

    def _remove_name(self) -> None:
        if self._path is not None:
            with suppress(PermissionError):  # Windows, as long as it is open
                os.unlink(self._path)
                self._path = None

    def close(self) -> None:
        """Give the space back."""
        self.connection.close()
        with suppress(FileNotFoundError):
            self._remove_name()


def _is_open_twice(descriptor: int) -> bool:
    """True if this process has a file open once more, or if that cannot be told here."""
    own = os.fstat(descriptor)
    times = 0
    try:
        others = os.listdir(_OPEN_FILES)
    except FileNotFoundError:
        return True
    for name in others:
        with suppress(OSError, ValueError):  # the descriptor that listing them took
            found = os.fstat(int(name))
            times += (found.st_dev, found.st_ino) == (own.st_dev, own.st_ino)
    return times > 1
