"""Raw deflate data (RFC 1951), as members of zip files have it, as a `ByteStream`."""

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


class DeflateStream:
    """Deflate data that ends where it says, with a checksum that stands elsewhere.

    Args:
        stored: The data.
        crc32: Of what comes of it; None if it is not known.
        max_expansion: See `open_stream`.
    """

    def __init__(
        self, stored: Stored, crc32: int | None = None, max_expansion: int = MAX_EXPANSION
    ) -> None:
        self._stored = stored
        self._limit = ExpansionLimit(stored, max_expansion)
        self._decompressor: Any = zlib.decompressobj(wbits=-15)
        self._pending = b""
        self._expected_crc32 = crc32
        self._crc32 = 0
        self.close = stored.close

    def read(self) -> bytes:
        """See `ByteStream.read`."""
        while not self._decompressor.eof:
            stored = self._pending or self._stored.read(STORED_BLOCK_BYTES)
            try:
                data: bytes = self._decompressor.decompress(stored, BLOCK_BYTES)
            except zlib.error as error:
                raise SourceDamaged(f"the deflate data is corrupt ({error})") from error
            self._pending = self._decompressor.unconsumed_tail
            if data:
                self._crc32 = zlib.crc32(data, self._crc32)
                self._limit.count(data)
                return data
            if not stored and not self._decompressor.eof:
                raise SourceDamaged("the deflate data ends before its end mark")
        if self._expected_crc32 not in (None, self._crc32):
            raise SourceDamaged("the data is not what the zip's checksum was made of")
        return b""

    def range(self, start: int, end: int) -> None:  # noqa: ARG002 - the protocol's
        """Never possible: the data would have to be decompressed from its start."""
        return

    def skip_to(self, offset_bytes: int) -> bool:  # noqa: ARG002 - the protocol's
        """Never possible: the data must be decompressed from its start."""
        return False
