"""A map from names to numbers that may grow with the trace, and therefore lives on disk."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

_MAX_KEY_CHARS = 200
_FILTER_BITS = 1 << 22


class SpillingMap:
    """Maps strings to integers in bounded memory.

    Up to `max_in_memory` items are held in a dict.  When there are more, all go into an SQLite
    file, which is made only then and has a cache of 2 MiB.  Most keys that are asked for are new:
    a Bloom filter of 512 KiB answers for nearly all of them, up to about a million.

    Args:
        path: Where that file is made; removed by `close`.
        max_in_memory: How many items are held in memory.
    """

    def __init__(self, path: str, max_in_memory: int = 8192) -> None:
        self._path = path
        self._max_in_memory = max_in_memory
        self._recent: dict[str, int] = {}
        self._database: sqlite3.Connection | None = None
        self._filter = bytearray()

    def get(self, key: str) -> int | None:
        """The number of a key; None if it has none."""
        key = _bounded(key)
        value = self._recent.get(key)
        if value is None and self._database is not None and self._may_be_stored(key):
            row = self._database.execute(
                "SELECT value FROM map WHERE key = ?", (_stored(key),)
            ).fetchone()
            if row is not None:
                value = row[0]
        return value

    def set(self, key: str, value: int) -> None:
        """Give a key a number, a new one if it has one already."""
        self._recent[_bounded(key)] = value
        if len(self._recent) >= self._max_in_memory:
            self._spill()

    def _may_be_stored(self, key: str) -> bool:
        bits, first, second = self._filter, *_filter_places(key)
        return bool(bits[first >> 3] >> (first & 7) & bits[second >> 3] >> (second & 7) & 1)

    def _spill(self) -> None:
        if self._database is None:
            self._database = _create(self._path)
            self._filter = bytearray(_FILTER_BITS >> 3)
        for key in self._recent:
            for place in _filter_places(key):
                self._filter[place >> 3] |= 1 << (place & 7)
        # In order of the keys, so that neighbours share pages.
        rows = sorted((_stored(key), value) for key, value in self._recent.items())
        self._database.executemany("INSERT OR REPLACE INTO map VALUES (?, ?)", rows)
        self._recent.clear()

    def close(self) -> None:
        """Forget everything and remove the file."""
        self._recent.clear()
        if self._database is not None:
            self._database.close()
            self._database = None
            os.unlink(self._path)


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


def _create(path: str) -> sqlite3.Connection:
    import sqlite3  # Most traces never need it.

    # The file is scratch: nothing of it is needed after a crash.
    database = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-2048", "temp_store=FILE"):
        database.execute(f"PRAGMA {pragma}")
    database.execute("CREATE TABLE map (key BLOB PRIMARY KEY, value INTEGER) WITHOUT ROWID")
    return database
