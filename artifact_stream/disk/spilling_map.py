"""A map from names to numbers that may grow with the trace, and therefore lives on disk."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from artifact_stream.disk.scratch_database import ScratchDatabase
from artifact_stream.errors import OutputUnusable, Remedy

_MAX_KEY_CHARS = 200
_FILTER_BITS = 1 << 22


class SpillingMap:
    """Maps strings to integers in bounded memory.

    Up to `max_in_memory` items are held in a dict.  When there are more, all go into an SQLite
    file, which is made only then and has a cache of 2 MiB.  Most keys that are asked for are new:
    a Bloom filter of 512 KiB answers for nearly all of them, up to about a million.

    Args:
        folder: Where that file is made; nothing is left of it after `close` or a kill.
        max_in_memory: How many items are held in memory.

    Raises:
        OutputUnusable: In the methods: the file cannot be written.
    """

    def __init__(self, folder: str, max_in_memory: int = 8192) -> None:
        self._folder = folder
        self._max_in_memory = max_in_memory
        self._recent: dict[str, int] = {}
        self._database: ScratchDatabase | None = None
        self._filter = bytearray()

    @contextmanager
    def _errors(self) -> Iterator[None]:
        import sqlite3

        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise OutputUnusable(
                f"{self._folder} cannot hold a temporary file ({error}): ",
                Remedy.FREE_SPACE,
                " or check its permissions, ",
                Remedy.TRY_AGAIN,
                ".",
            ) from error

    def get(self, key: str) -> int | None:
        """The number of a key; None if it has none."""
        key = _bounded(key)
        value = self._recent.get(key)
        if value is None and self._database is not None and self._may_be_stored(key):
            with self._errors():
                found = self._database.connection.execute(
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

    def _spill(self) -> None:
        if self._database is None:
            self._database = ScratchDatabase(self._folder)
            self._database.connection.execute(
                "CREATE TABLE map (key BLOB PRIMARY KEY, value INTEGER) WITHOUT ROWID"
            )
            self._filter = bytearray(_FILTER_BITS >> 3)
        for key in self._recent:
            for place in _filter_places(key):
                self._filter[place >> 3] |= 1 << (place & 7)
        # In order of the keys, so that neighbours share pages.
        rows = sorted((_stored(key), value) for key, value in self._recent.items())
        connection = self._database.connection
        connection.execute("BEGIN")
        connection.executemany("INSERT OR REPLACE INTO map VALUES (?, ?)", rows)
        connection.execute("COMMIT")
        self._recent.clear()

    def close(self) -> None:
        """Forget everything."""
        self._recent.clear()
        if self._database is not None:
            with self._errors():
                self._database.close()
            self._database = None


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
