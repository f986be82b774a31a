"""gzip content (RFC 1952) as a `ByteStream`."""

from __future__ import annotations

import zlib
from typing import Any

from artifact_stream.errors import SourceDamaged
from artifact_stream.options import MAX_EXPANSION
from artifact_stream.streams.byte_stream import (
    BLOCK_BYTES,
    STORED_BLOCK_BYTES,
    ExpansionLimit,
    Stored,
)

GZIP_MAGIC = b"\x1f\x8b\x08"


class GzipStream:
    """A file of one or more gzip members (RFC 1952)."""

    def __init__(self, stored: Stored, max_expansion: int = MAX_EXPANSION) -> None:
        self._stored = stored
        self._limit = ExpansionLimit(stored, max_expansion)
        self._decompressor: Any = None
        self._pending = b""
        self.close = stored.close

    def read(self) -> bytes:
        """See `ByteStream.read`."""
        while True:
            if not self._pending:
                self._pending = self._stored.read(STORED_BLOCK_BYTES)
                if not self._pending:
                    if self._decompressor is not None:
                        raise SourceDamaged("the gzip data ends before its end mark")
                    return b""
            if self._decompressor is None:
                # Some writers pad the file with zeros behind the last member.
                self._pending = self._pending.lstrip(b"\0")
                if not self._pending:
                    continue
                self._decompressor = _gzip_module().decompressobj(wbits=31)
            data = self._decompress()
            if data:
                self._limit.count(data)
                return data

    def _decompress(self) -> bytes:
        try:
            data: bytes = self._decompressor.decompress(self._pending, BLOCK_BYTES)
        except (zlib.error, _gzip_module().error) as error:
            raise SourceDamaged(f"the gzip data is corrupt ({error})") from error
        if self._decompressor.eof:
            self._pending = self._decompressor.unused_data
            self._decompressor = None
        else:
            self._pending = self._decompressor.unconsumed_tail
        return data

    def range(self, start: int, end: int) -> None:  # noqa: ARG002 - the protocol's
        """Never possible: the data would have to be decompressed from its start."""
        return

    def skip_to(self, offset_bytes: int) -> bool:  # noqa: ARG002 - the protocol's
        """Never possible: the data must be decompressed from its start."""
        return False


def _gzip_module() -> Any:
    """The fastest module at hand with zlib's interface."""
    try:
        from isal import isal_zlib
    except ImportError:  # There is no build of it for some platforms.
        return zlib
    return isal_zlib
