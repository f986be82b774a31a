"""The md5 of a payload that is read in pieces, made beside the reading where that is long."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

_LONG_BYTES = 4 << 20


class PayloadDigest:
    """An md5 that grows piece by piece.

    Hashing takes a third of the time that a long payload takes, and needs no Python: once there
    have been 4 MiB, a thread does it while the next piece is being made.  At most two pieces are
    in memory for that.
    """

    __slots__ = ("_bytes", "_md5", "_pending", "_thread")

    def __init__(self) -> None:
        self._md5 = hashlib.md5(usedforsecurity=False)
        self._bytes = 0
        self._thread: ThreadPoolExecutor | None = None
        self._pending: Future[None] | None = None

    def update(self, piece: bytes) -> None:
        """Take the next piece."""
        self._bytes += len(piece)
        if self._thread is None:
            if self._bytes < _LONG_BYTES:
                self._md5.update(piece)
                return
            from concurrent.futures import ThreadPoolExecutor  # Most payloads are short.

            self._thread = ThreadPoolExecutor(1, "payload-digest")
        if self._pending is not None:
            self._pending.result()
        self._pending = self._thread.submit(self._md5.update, piece)

    def hexdigest(self) -> str:
        """The digest of all pieces so far, in hexadecimal."""
        if self._pending is not None:
            self._pending.result()
            self._pending = None
        return self._md5.hexdigest()

    def close(self) -> None:
        """Let the thread go; nothing happens if there is none."""
        if self._thread is not None:
            self._thread.shutdown()
            self._thread = None
