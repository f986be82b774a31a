"""A map from names to numbers that may grow with the trace, and therefore lives on disk."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from artifact_stream.errors import OutputUnusable

if TYPE_CHECKING:
    import sqlite3

_MAX_KEY_CHARS = 200
_FILTER_BITS = 1 << 22
_FLAGS = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)


class SpillingMap:
    """Maps strings to integers in bounded memory.

    Up to `max_in_memory` items are held in a dict.  When there are more, all go into an SQLite
    file, which is made only then and has a cache of 2 MiB.  Most keys that are asked for are new:
    a Bloom filter of 512 KiB answers for nearly all of them, up to about a million.

    With `save`, the items and a note beside them outlive the process: who opens the file again
    finds what was saved last, whenever the process was killed.

    Args:
        path: Where that file is made; removed by `close`.
        max_in_memory: How many items are held in memory.
        can_be_saved: `save` may be called; a file that is there is gone on with.

    Raises:
        OutputUnusable: The file cannot be read or, in the methods, written.
    """

    def __init__(self, path: str, max_in_memory: int = 8192, *, can_be_saved: bool = False) -> None:
        self._path = path
        self._max_in_memory = max_in_memory
        self._can_be_saved = can_be_saved
        self._recent: dict[str, int] = {}
        self._database: sqlite3.Connection | None = None
        self._filter = bytearray()
        if can_be_saved and os.path.lexists(path):
            with self._errors():
                self._open()
                for (key,) in self._opened().execute("SELECT key FROM map"):
                    self._note(key.decode("utf-8", "surrogatepass"))

    @contextmanager
    def _errors(self) -> Iterator[None]:
        import sqlite3

        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise OutputUnusable(
                f"{os.path.dirname(self._path)} cannot hold a temporary file ({error}): free some "
                "space or check its permissions, then go on (run --resume)."
            ) from error

    def _opened(self) -> sqlite3.Connection:
        assert self._database is not None
        return self._database

    def _open(self) -> None:
        self._database = _open(self._path, can_be_saved=self._can_be_saved)
        self._filter = bytearray(_FILTER_BITS >> 3)

    def get(self, key: str) -> int | None:
        """The number of a key; None if it has none."""
        key = _bounded(key)
        value = self._recent.get(key)
        if value is None and self._database is not None and self._may_be_stored(key):
            with self._errors():
                found = self._database.execute(
                    "SELECT value FROM map WHERE key = ?", (_stored(key),)
                ).fetchone()
            if found is not None:
                value = found[0]
        return value

    def set(self, key: str, value: int) -> None:
        """Give a key a number, a new one if it has one already."""
        self._recent[_bounded(key)] = value
        if len(self._recent) >= self._max_in_memory:
            with self._errors():
                self._spill()

    def _may_be_stored(self, key: str) -> bool:
        bits, first, second = self._filter, *_filter_places(key)
        return bool(bits[first >> 3] >> (first & 7) & bits[second >> 3] >> (second & 7) & 1)

    def _note(self, key: str) -> None:
        for place in _filter_places(key):
            self._filter[place >> 3] |= 1 << (place & 7)

    def _spill(self) -> None:
        if self._database is None:
            self._open()
        for key in self._recent:
            self._note(key)
        # In order of the keys, so that neighbours share pages.
        rows = sorted((_stored(key), value) for key, value in self._recent.items())
        self._opened().executemany("INSERT OR REPLACE INTO map VALUES (?, ?)", rows)
        self._recent.clear()

    def save(self, note: bytes) -> None:
        """Keep all items, and a note, in one step: after a kill both are there or neither is.

        Nothing is forced to the disk: what a loss of power leaves may be anything.
        """
        with self._errors():
            self._spill()
            database = self._opened()
            database.execute("INSERT OR REPLACE INTO note VALUES (0, ?)", (note,))
            database.execute("COMMIT")
            database.execute("BEGIN")

    def saved_note(self) -> bytes | None:
        """The note that was saved last, perhaps by an earlier process; None if there is none."""
        if self._database is None:
            return None
        with self._errors():
            found = self._database.execute("SELECT text FROM note").fetchone()
        return None if found is None else bytes(found[0])

    def close(self, *, keep_saved: bool = False) -> None:
        """Forget everything, and remove the file unless what was saved is to be kept."""
        self._recent.clear()
        if self._database is not None:
            with self._errors():
                self._database.close()  # What was not saved is undone.
            self._database = None
            if not keep_saved:
                remove_database(self._path)


def _filter_places(key: str) -> tuple[int, int]:
    """The two bits of the Bloom filter that stand for a key."""
    digest = hash(key)  # differs from run to run, as the filter does
    return digest % _FILTER_BITS, (digest >> 32) % _FILTER_BITS


def _bounded(key: str) -> str:
    """The key, or a digest in place of a long one, so that a count of keys bounds memory."""
    if len(key) <= _MAX_KEY_CHARS:
        return key
    return hashlib.blake2b(key.encode("utf-8", "surrogatepass")).hexdigest()


def _stored(key: str) -> bytes:
    return key.encode("utf-8", "surrogatepass")  # SQLite's own text type refuses lone surrogates.


def remove_database(path: str) -> None:
    """Remove the file of a map, and what SQLite may have left beside it, if they are there."""
    for name in (path, f"{path}-journal"):
        with suppress(FileNotFoundError):
            os.unlink(name)


def _open(path: str, *, can_be_saved: bool) -> sqlite3.Connection:
    import sqlite3  # Most traces never need it.

    # SQLite would follow a link that somebody has put there.
    for name in (path, f"{path}-journal") if can_be_saved else (path,):
        os.close(os.open(name, _FLAGS, 0o666))
    database = sqlite3.connect(path, isolation_level=None)
    # Of a file that is not to be saved nothing is needed after a crash.  In the other one
    # everything between two saves is one transaction, which the next process rolls back; that
    # needs the journal, but no waiting for the disk as long as the system itself goes on.
    journal = "TRUNCATE" if can_be_saved else "OFF"
    for pragma in (
        f"journal_mode={journal}",
        "synchronous=OFF",
        "cache_size=-2048",
        "temp_store=FILE",
    ):
        database.execute(f"PRAGMA {pragma}")
    if can_be_saved:
        database.execute("BEGIN")
    database.execute(
        "CREATE TABLE IF NOT EXISTS map (key BLOB PRIMARY KEY, value INTEGER) WITHOUT ROWID"
    )
    if can_be_saved:
        database.execute("CREATE TABLE IF NOT EXISTS note (id INTEGER PRIMARY KEY, text BLOB)")
    return database
