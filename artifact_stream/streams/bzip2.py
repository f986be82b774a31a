"""bzip2 content as a `ByteStream`."""

from __future__ import annotations

from typing import Any

from artifact_stream.errors import SourceDamaged
from artifact_stream.options import MAX_EXPANSION
from artifact_stream.streams.byte_stream import (
    BLOCK_BYTES,
    STORED_BLOCK_BYTES,
    ExpansionLimit,
    Stored,
)

BZIP2_MAGIC = b"BZh"

_BLOCK_MAGIC = b"1AY&SY"
_END_MAGIC = b"\x17rE8P\x90"


def is_bzip2(head: bytes) -> bool:
    """True if data begins like bzip2's: ten bytes tell it from text that begins with the same."""
    return (
        head.startswith(BZIP2_MAGIC)
        and b"1" <= head[3:4] <= b"9"
        and head[4:10] in (_BLOCK_MAGIC, _END_MAGIC)
    )


class Bzip2Stream:
    """A file of one or more bzip2 streams."""

    def __init__(self, stored: Stored, max_expansion: int = MAX_EXPANSION) -> None:
        self._stored = stored
        self._limit = ExpansionLimit(stored, max_expansion)
        self._decompressor: Any = None
        self._pending = b""
        self._begun = False
        self.close = stored.close

    def read(self) -> bytes:
        """See `ByteStream.read`."""
        while True:
            if self._decompressor is not None and not self._decompressor.needs_input:
                data = self._decompress(b"")
            else:
                stored = self._pending or self._stored.read(STORED_BLOCK_BYTES)
                self._pending = b""
                if not stored:
                    if self._decompressor is not None:
                        raise SourceDamaged("the bzip2 data ends before its end mark")
                    return b""
                if self._decompressor is None:
                    import bz2  # Few sources need it.

                    stored = stored.lstrip(b"\0") if self._begun else stored
                    if not stored:
                        continue
                    self._decompressor, self._begun = bz2.BZ2Decompressor(), True
                data = self._decompress(stored)
            if self._decompressor.eof:
                self._pending = self._decompressor.unused_data
                self._decompressor = None
            if data:
                self._limit.count(data)
                return data

    def _decompress(self, stored: bytes) -> bytes:
        try:
            data: bytes = self._decompressor.decompress(stored, BLOCK_BYTES)
        except (OSError, ValueError) as error:
            raise SourceDamaged(f"the bzip2 data is corrupt ({error})") from error
        return data

    def range(self, start: int, end: int) -> None:  # noqa: ARG002 - the protocol's
        """Never possible: the data would have to be decompressed from its start."""
        return

    def skip_to(self, offset_bytes: int) -> bool:  # noqa: ARG002 - the protocol's
        """Never possible: the data must be decompressed from its start."""
        return False
