"""The directory of a zip file (APPNOTE 6.3), read entry by entry with flat memory.

Nothing is written under the names of members.  Sizes and places that the directory tells of are
looked at, never believed: data is read from inside the file, and up to the member's end.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator

import msgspec

from artifact_stream.errors import SourceDamaged

ZIP_MAGIC = b"PK\x03\x04"
EMPTY_ZIP_MAGIC = b"PK\x05\x06"
SPANNED_ZIP_MAGIC = b"PK\x07\x08"

STORED, DEFLATED, BZIP2, ZSTD, XZ = 0, 8, 12, 93, 95
"""Methods of compression that can be read."""

_END = struct.Struct("<4s4H2LH")
_END64_LOCATOR = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_ENCRYPTED = 0x1 | 0x40
_IS_UTF8 = 0x800
_ZIP64_EXTRA = 1
_IN_EXTRA = 0xFFFFFFFF
_LINK_MODE, _MODE_MASK = 0o120000, 0o170000

ReadAt = Callable[[int, int], bytes]
"""Bytes of the file: so many, from an offset on; fewer at its end."""


class ZipEntry(msgspec.Struct, frozen=True):
    """A member that is a file.

    Attributes:
        name: As the directory says it; bytes that are no UTF-8 as surrogates.
        place: Where its entry stands in the file, in bytes.
        header: Where its local header stands.
        stored_bytes: How long its data is, compressed.
        size: How long it becomes.
        method: How it is compressed.
        crc32: Of what it becomes.
        is_encrypted: Its data is encrypted.
    """

    name: str
    place: int
    header: int
    stored_bytes: int
    size: int
    method: int
    crc32: int
    is_encrypted: bool


class ZipDirectory(msgspec.Struct, frozen=True):
    """Where the directory is.

    Attributes:
        start: Its first byte.
        size: How long it is.
        entries: How many entries it has, as the zip says.
        shift: By how much offsets in it are too small: something stands before the zip.
    """

    start: int
    size: int
    entries: int
    shift: int


def zip_entries(read_at: ReadAt, directory: ZipDirectory) -> Iterator[ZipEntry]:
    """The members that are files, in the order of the directory.

    Raises:
        SourceDamaged: The directory is cut off or none.
    """
    place, end = directory.start, directory.start + directory.size
    for _ in range(directory.entries):
        if place + _ENTRY.size > end:
            raise SourceDamaged("the zip's directory is shorter than it says")
        entry, length = _entry_at(read_at, place, directory.shift)
        place += length
        if entry is not None:
            yield entry


def zip_entry_at(read_at: ReadAt, directory: ZipDirectory, place: int) -> ZipEntry | None:
    """The member whose entry stands at a place in the directory; None if it is no file.

    Raises:
        SourceDamaged: There is none.
    """
    return _entry_at(read_at, place, directory.shift)[0]


def data_offset(read_at: ReadAt, entry: ZipEntry) -> int:
    """Where a member's data begins.

    Raises:
        SourceDamaged: Its local header is none.
    """
    header = read_at(_LOCAL.size, entry.header)
    if len(header) < _LOCAL.size or not header.startswith(ZIP_MAGIC):
        raise SourceDamaged("the zip is corrupt (a member's header is missing)")
    name_bytes, extra_bytes = _LOCAL.unpack(header)[9:]
    return int(entry.header + _LOCAL.size + name_bytes + extra_bytes)


def zip_directory(read_at: ReadAt, file_bytes: int) -> ZipDirectory:
    """Where the directory of a zip is.

    Raises:
        SourceDamaged: It is missing or cut off.
    """
    longest = _END.size + 0xFFFF
    tail_start = max(0, file_bytes - longest)
    tail = read_at(longest, tail_start)
    at = _end_in(tail)
    if at < 0:
        raise SourceDamaged("the zip's directory, which stands at its end, is missing")
    _, disk, _, _, count, size, start, _ = _END.unpack_from(tail, at)
    end = tail_start + at
    locator = read_at(_END64_LOCATOR.size, max(0, end - _END64_LOCATOR.size))
    if len(locator) == _END64_LOCATOR.size and locator.startswith(b"PK\x06\x07"):
        place = _END64_LOCATOR.unpack(locator)[2]
        record = read_at(_END64.size, place)
        if len(record) == _END64.size and record.startswith(b"PK\x06\x06"):
            _, _, _, _, disk, _, _, count, size, start = _END64.unpack(record)
            end = place
    if disk not in (0, 0xFFFF):
        raise SourceDamaged("the zip is one part of several")
    shift = end - size - start  # Something may stand before the zip.
    if shift < 0:
        raise SourceDamaged("the zip's directory is cut off")
    return ZipDirectory(start + shift, size, count, shift)


def _end_in(tail: bytes) -> int:
    """Where the record stands that ends a zip, in its last bytes; -1 if it is missing.

    Its comment, which may hold anything, ends the file; where none does, the last one counts.
    """
    latest = -1
    at = tail.rfind(EMPTY_ZIP_MAGIC)
    while at >= 0:
        if len(tail) - at >= _END.size:
            comment_bytes = _END.unpack_from(tail, at)[-1]
            if at + _END.size + comment_bytes == len(tail):
                return at
            latest = max(latest, at)
        at = tail.rfind(EMPTY_ZIP_MAGIC, 0, at)
    return latest


def _entry_at(read_at: ReadAt, place: int, shift: int) -> tuple[ZipEntry | None, int]:
    """The entry at a place, None for what is no file, and how long it is."""
    fixed = read_at(_ENTRY.size, place)
    if len(fixed) < _ENTRY.size or not fixed.startswith(b"PK\x01\x02"):
        raise SourceDamaged("the zip's directory is corrupt")
    (_, _, _, flags, method, _, _, crc32, stored_bytes, size, name_bytes, extra_bytes,
     comment_bytes, _, _, attributes, header) = _ENTRY.unpack(fixed)  # fmt: skip
    rest = read_at(name_bytes + extra_bytes, place + _ENTRY.size)
    name, extra = rest[:name_bytes], rest[name_bytes:]
    size, stored_bytes, header = _with_zip64(extra, [size, stored_bytes, header])
    length = _ENTRY.size + name_bytes + extra_bytes + comment_bytes
    mode = attributes >> 16 & _MODE_MASK
    if name.endswith((b"/", b"\\")) or mode == _LINK_MODE:
        return None, length
    shown = name.decode("utf-8", "surrogateescape")
    if not flags & _IS_UTF8 and any("\udc80" <= char <= "\udcff" for char in shown):
        shown = name.decode("cp437")  # What the format means where no flag says UTF-8.
    is_encrypted = bool(flags & _ENCRYPTED)
    entry = ZipEntry(shown, place, header + shift, stored_bytes, size, method, crc32, is_encrypted)
    return entry, length


def _with_zip64(extra: bytes, values: list[int]) -> list[int]:
    """Sizes and offset, those that do not fit in 32 bits from the entry's extra field."""
    if _IN_EXTRA not in values:
        return values
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        if kind == _ZIP64_EXTRA:
            wide, values = extra[at + 4 : at + 4 + length], list(values)
            for index, value in enumerate(values):
                if value == _IN_EXTRA and len(wide) >= 8:
                    values[index] = int.from_bytes(wide[:8], "little")
                    wide = wide[8:]
            return values
        at += 4 + length
    return values
