"""Zstandard content (RFC 8878) as a `ByteStream`."""

from __future__ import annotations

import sys
from typing import Any

from artifact_stream.errors import Advice, Remedy, SourceDamaged, WindowTooLarge
from artifact_stream.options import MAX_EXPANSION
from artifact_stream.streams.byte_stream import (
    BLOCK_BYTES,
    STORED_BLOCK_BYTES,
    ExpansionLimit,
    Stored,
)

ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"


ZSTD_SKIPPABLE = b"\x2a\x4d\x18"  # its first byte is 0x50 to 0x5f


MAX_WINDOW_LOG = 26
"""zstd keeps this much of what it has given: 64 MiB.  `zstd` itself takes 27, 128 MiB."""


_LONGEST_FRAME_HEAD = 18


class ZstdStream:
    """A file of one or more zstd frames (RFC 8878) with windows of up to `MAX_WINDOW_LOG`."""

    def __init__(self, stored: Stored, max_expansion: int = MAX_EXPANSION) -> None:
        self._stored = stored
        self._limit = ExpansionLimit(stored, max_expansion)
        self._decompressor: Any = None
        self._pending = b""
        self._frame_head = b""
        self.close = stored.close

    def read(self) -> bytes:
        """See `ByteStream.read`."""
        zstd = _zstd_module()
        while True:
            if self._decompressor is not None and not self._decompressor.needs_input:
                data = self._decompress(b"")
            else:
                stored = self._pending or self._stored.read(STORED_BLOCK_BYTES)
                self._pending = b""
                if not stored:
                    if self._decompressor is not None:
                        raise SourceDamaged("the zstd data ends inside a frame")
                    return b""
                if self._decompressor is None:
                    self._decompressor = zstd.ZstdDecompressor(
                        options={zstd.DecompressionParameter.window_log_max: MAX_WINDOW_LOG}
                    )
                    self._frame_head = b""
                if len(self._frame_head) < _LONGEST_FRAME_HEAD:
                    self._frame_head = (self._frame_head + stored)[:_LONGEST_FRAME_HEAD]
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
        except _zstd_module().ZstdError as error:
            if _zstd_window_bytes(self._frame_head) > 1 << MAX_WINDOW_LOG:
                name = self._stored.name
                raise WindowTooLarge(
                    f"the zstd data needs a window of more than {1 << MAX_WINDOW_LOG >> 20} MiB; ",
                    Advice(Remedy.DECOMPRESS, "" if name == "stdin" else name),
                ) from error
            raise SourceDamaged(f"the zstd data is corrupt ({error})") from error
        return data

    def range(self, start: int, end: int) -> None:  # noqa: ARG002 - the protocol's
        """Never possible: the data would have to be decompressed from its start."""
        return

    def skip_to(self, offset_bytes: int) -> bool:  # noqa: ARG002 - the protocol's
        """Never possible: the data must be decompressed from its start."""
        return False


def _zstd_window_bytes(frame_head: bytes) -> int:
    """The window that a frame needs, as its header says (RFC 8878, 3.1.1.1); 0 if it has none."""
    if len(frame_head) < _LONGEST_FRAME_HEAD or not frame_head.startswith(ZSTD_MAGIC):
        return 0
    descriptor = frame_head[4]
    if not descriptor & 0x20:
        exponent, mantissa = frame_head[5] >> 3, frame_head[5] & 7
        return (1 << 10 + exponent) + (1 << 7 + exponent) * mantissa
    # A single segment: the window is the whole content, whose size stands behind the dictionary's.
    start = 5 + (0, 1, 2, 4)[descriptor & 3]
    size = (1, 2, 4, 8)[descriptor >> 6]
    return int.from_bytes(frame_head[start : start + size], "little")


def _zstd_module() -> Any:
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    return zstd
