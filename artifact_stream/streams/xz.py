"""xz content (the .xz format of XZ Utils) as a `ByteStream`."""

from __future__ import annotations

from typing import Any

from artifact_stream.errors import Advice, Remedy, SourceDamaged, WindowTooLarge
from artifact_stream.options import MAX_EXPANSION
from artifact_stream.streams.byte_stream import (
    BLOCK_BYTES,
    STORED_BLOCK_BYTES,
    ExpansionLimit,
    Stored,
)

XZ_MAGIC = b"\xfd7zXZ\0"

MAX_DICTIONARY_BYTES = 68 << 20
"""So much memory a decoder may take: `xz -9` needs 65 MiB."""


class XzStream:
    """A file of one or more xz streams."""

    def __init__(self, stored: Stored, max_expansion: int = MAX_EXPANSION) -> None:
        self._stored = stored
        self._limit = ExpansionLimit(stored, max_expansion)
        self._decompressor: Any = None
        self._pending = b""
        self.close = stored.close

    def read(self) -> bytes:
        """See `ByteStream.read`."""
        import lzma  # Few sources need it.

        while True:
            if self._decompressor is not None and not self._decompressor.needs_input:
                data = self._decompress(b"")
            else:
                stored = self._pending or self._stored.read(STORED_BLOCK_BYTES)
                self._pending = b""
                if not stored:
                    if self._decompressor is not None:
                        raise SourceDamaged("the xz data ends before its end mark")
                    return b""
                if self._decompressor is None:
                    stored = stored.lstrip(b"\0")
                    if not stored:
                        continue
                    self._decompressor = lzma.LZMADecompressor(
                        format=lzma.FORMAT_XZ, memlimit=MAX_DICTIONARY_BYTES
                    )
                data = self._decompress(stored)
            if self._decompressor.eof:
                self._pending = self._decompressor.unused_data
                self._decompressor = None
            if data:
                self._limit.count(data)
                return data

    def _decompress(self, stored: bytes) -> bytes:
        import lzma

        try:
            data: bytes = self._decompressor.decompress(stored, BLOCK_BYTES)
        except lzma.LZMAError as error:
            if "memory" in str(error).lower():
                name = self._stored.name
                raise WindowTooLarge(
                    f"the xz data needs more than {MAX_DICTIONARY_BYTES >> 20} MiB of memory; ",
                    Advice(Remedy.DECOMPRESS_XZ, "" if name == "stdin" else name),
                ) from error
            raise SourceDamaged(f"the xz data is corrupt ({error})") from error
        return data

    def range(self, start: int, end: int) -> None:  # noqa: ARG002 - the protocol's
        """Never possible: the data would have to be decompressed from its start."""
        return

    def skip_to(self, offset_bytes: int) -> bool:  # noqa: ARG002 - the protocol's
        """Never possible: the data must be decompressed from its start."""
        return False
