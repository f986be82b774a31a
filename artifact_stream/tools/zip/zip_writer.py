"""Writing a zip file of any number of members in bounded memory.

Python's ``zipfile`` keeps an object for every member until the end.  Here the list of members
(the central directory) grows in a scratch file.  The format is PKWARE's APPNOTE 6.3: names in
UTF-8, deflated data, Zip64 records where a size or a count needs them.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterable
from typing import BinaryIO, Self

from artifact_stream.disk.scratch import scratch_file

_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_END_64 = struct.Struct("<4sQ2H2I4Q")
_LOCATOR_64 = struct.Struct("<4sIQI")

_UTF8_NAME = 0x0800
_DEFLATED = 8
_TIME, _DATE = 0, 0x21  # 1980-01-01 00:00: the same content gives the same file
_VERSION, _VERSION_64 = 20, 45
_MADE_ON_UNIX = 3 << 8
_MODE = 0o100644 << 16
_MAX_16, _MAX_32 = 0xFFFF, 0xFFFFFFFF
_LEVEL = 6
_BLOCK_BYTES = 256 << 10

COMMENT = b"Made by artifact-stream"
"""What the zip file as a whole says of itself: by this our files are known."""

ZIP64_FROM_BYTES = 1 << 30
"""Members that may be larger than this get 64-bit sizes: twice as much as this still fits."""


def is_ours(file: BinaryIO) -> bool:
    """True for a zip file that `ZipWriter` has made.

    Args:
        file: Seekable, opened for reading.

    Raises:
        OSError: It cannot be read.
    """
    beginning = file.read(4)
    length = _END.size + len(COMMENT)
    if file.seek(0, os.SEEK_END) < length:
        return False
    file.seek(-length, os.SEEK_END)
    end = file.read(length)
    return (
        beginning in (b"PK\3\4", b"PK\5\6")
        and end.startswith(b"PK\5\6")
        and end.endswith(struct.pack("<H", len(COMMENT)) + COMMENT)
    )


class ZipWriter:
    """Writes members one after the other; `close` adds the list of them.

    Args:
        file: Seekable, empty, opened for writing; it stays open.
        scratch_folder: Where the list of members is kept meanwhile.
    """

    def __init__(self, file: BinaryIO, scratch_folder: str) -> None:
        self._file = file
        self._central: BinaryIO = scratch_file(scratch_folder)
        self._offset = 0
        self.members = 0

    def add(self, name: str, chunks: Iterable[bytes], expected_bytes: int) -> int:
        """Add a member.

        Args:
            name: Its path with ``/``, not used before.
            chunks: Its content.
            expected_bytes: About how long that is; it may become twice as long.

        Returns:
            How many bytes the content has.

        Raises:
            OSError: The file cannot be written.
            ValueError: The content is more than twice as long as expected, and too long.
        """
        is_64 = expected_bytes > ZIP64_FROM_BYTES
        encoded = name.encode("utf-8", "replace")
        header = self._local_header(encoded, 0, 0, 0, is_64=is_64)
        self._file.write(header)
        deflate = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        digest = size = stored = 0
        for chunk in chunks:
            digest = zlib.crc32(chunk, digest)
            size += len(chunk)
            stored += self._file.write(deflate.compress(chunk))
        stored += self._file.write(deflate.flush())
        if max(size, stored) >= _MAX_32 and not is_64:
            raise ValueError(f"{name} grew while it was packed")
        self._file.seek(self._offset)
        self._file.write(self._local_header(encoded, digest, stored, size, is_64=is_64))
        self._file.seek(0, os.SEEK_END)
        self._central.write(self._central_header(encoded, digest, stored, size))
        self._offset += len(header) + stored
        self.members += 1
        return size

    def _local_header(
        self, name: bytes, digest: int, stored: int, size: int, *, is_64: bool
    ) -> bytes:
        extra = struct.pack("<2H2Q", 1, 16, size, stored) if is_64 else b""
        if is_64:
            stored = size = _MAX_32
        version = _VERSION_64 if is_64 else _VERSION
        fields = (version, _UTF8_NAME, _DEFLATED, _TIME, _DATE, digest, stored, size)
        return _LOCAL.pack(b"PK\3\4", *fields, len(name), len(extra)) + name + extra

    def _central_header(self, name: bytes, digest: int, stored: int, size: int) -> bytes:
        wide = [value for value in (size, stored, self._offset) if value >= _MAX_32]
        extra = struct.pack(f"<2H{len(wide)}Q", 1, 8 * len(wide), *wide) if wide else b""
        version = _VERSION_64 if wide else _VERSION
        fields = (_MADE_ON_UNIX | version, version, _UTF8_NAME, _DEFLATED, _TIME, _DATE, digest)
        sizes = (min(stored, _MAX_32), min(size, _MAX_32), len(name), len(extra))
        places = (0, 0, 0, _MODE, min(self._offset, _MAX_32))
        return _CENTRAL.pack(b"PK\1\2", *fields, *sizes, *places) + name + extra

    def close(self) -> None:
        """Write the list of members.

        Raises:
            OSError: The file cannot be written.
        """
        length = self._central.tell()
        self._central.seek(0)
        while block := self._central.read(_BLOCK_BYTES):
            self._file.write(block)
        if self.members >= _MAX_16 or max(length, self._offset) >= _MAX_32:
            fields = (_VERSION_64, _VERSION_64, 0, 0, self.members, self.members)
            self._file.write(_END_64.pack(b"PK\6\6", 44, *fields, length, self._offset))
            self._file.write(_LOCATOR_64.pack(b"PK\6\7", 0, self._offset + length, 1))
        count = min(self.members, _MAX_16)
        places = (min(length, _MAX_32), min(self._offset, _MAX_32))
        self._file.write(_END.pack(b"PK\5\6", 0, 0, count, count, *places, len(COMMENT)) + COMMENT)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._central.close()
