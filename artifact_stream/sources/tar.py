"""Tar files (ustar, GNU and pax) as a list of members, in one pass and with flat memory.

Nothing is written under the names of members, and links are not followed: a name tells two traces
apart, and no more.  What is read of a header is bounded, whatever it says of its own length.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import msgspec

from artifact_stream.errors import SourceDamaged

BLOCK_BYTES = 512

_MAX_ABOUT_BYTES = 1 << 20
"""So much is read of what stands before a member and tells of it."""

_LONG_NAME, _LONG_LINK, _PAX, _PAX_SOLARIS, _PAX_GLOBAL = b"L", b"K", b"x", b"X", b"g"
_ABOUT_THE_NEXT = frozenset((_LONG_NAME, _LONG_LINK, _PAX, _PAX_SOLARIS, _PAX_GLOBAL))
_SPARSE = b"S"
_WITHOUT_DATA = frozenset((b"1", b"2", b"3", b"4", b"5", b"6"))
"""Links, devices, folders and pipes."""


class TarEntry(msgspec.Struct, frozen=True):
    """A member that is a file.

    Attributes:
        name: As the tar says it; bytes that are no UTF-8 as surrogates.
        offset: Where its data begins in the tar, in bytes.
        size: How long that is.
        is_sparse: It is stored with holes left out.
    """

    name: str
    offset: int
    size: int
    is_sparse: bool = False


class ForwardBytes(Protocol):
    """Bytes of a tar, read forward.

    Attributes:
        position: Of the next byte, from the start of the tar.
    """

    position: int

    def read(self, size: int) -> bytes:
        """So many bytes, fewer only at the end."""

    def skip_to(self, position: int) -> bool:
        """Go on at a later position; false if the data ends before."""


def is_tar(head: bytes) -> bool:
    """True for what begins like a tar: with a header whose checksum is right."""
    return len(head) >= BLOCK_BYTES and _has_right_checksum(head[:BLOCK_BYTES])


def tar_entries(source: ForwardBytes) -> Iterator[TarEntry]:
    """The members that are files.

    While one is yielded, the source stands at its data, of which any part may be read.

    Raises:
        SourceDamaged: The tar ends early or a header is no header.
    """
    while True:
        entry = _next_entry(source)
        if entry is None:
            return
        yield entry
        _skip(source, entry.offset, entry.size)


def _next_entry(source: ForwardBytes) -> TarEntry | None:
    """The next member that is a file; None at the end."""
    long_name: bytes | None = None
    pax: dict[bytes, bytes] = {}
    while (header := _header(source)) is not None:
        kind, size, start = header[156:157], _number(header[124:136]), source.position
        if kind in _ABOUT_THE_NEXT:
            text = source.read(min(size, _MAX_ABOUT_BYTES))
            if kind == _LONG_NAME:
                long_name = text.partition(b"\0")[0]
            elif kind in (_PAX, _PAX_SOLARIS):
                pax = _pax_records(text)
            _skip(source, start, size)
            continue
        if kind == _SPARSE and header[482]:
            _pass_over_map(source)
        name = pax.get(b"path", _name_in(header) if long_name is None else long_name)
        size = _size_in(pax, size)
        if kind not in _WITHOUT_DATA:
            if not name.endswith(b"/"):
                is_sparse = kind == _SPARSE or any(key.startswith(b"GNU.sparse") for key in pax)
                shown = name.decode("utf-8", "surrogateescape")
                return TarEntry(shown, source.position, size, is_sparse)
            _skip(source, source.position, size)
        long_name, pax = None, {}
    return None


def _header(source: ForwardBytes) -> bytes | None:
    """The next header; None at the end mark."""
    header = source.read(BLOCK_BYTES)
    if header == bytes(BLOCK_BYTES):
        return None
    if len(header) < BLOCK_BYTES:
        raise SourceDamaged("the tar ends before its end mark")
    if not _has_right_checksum(header):
        raise SourceDamaged("the tar is corrupt (a member's header has a wrong checksum)")
    return header


def _pass_over_map(source: ForwardBytes) -> None:
    """Go on behind the rest of the map of a file that is stored with holes left out."""
    while True:
        more = source.read(BLOCK_BYTES)
        if len(more) < BLOCK_BYTES:
            raise SourceDamaged("the tar ends inside a header")
        if not more[504]:
            return


def _size_in(pax: dict[bytes, bytes], size: int) -> int:
    """A member's size: that of its pax header, where it has one."""
    text = pax.get(b"size", b"")
    return int(text[:20]) if text.isdigit() else size


def _skip(source: ForwardBytes, start: int, size: int) -> None:
    """Go on behind data, which takes whole blocks."""
    end = start + -(-size // BLOCK_BYTES) * BLOCK_BYTES
    if not source.skip_to(end):
        raise SourceDamaged("the tar ends inside a member")


def _has_right_checksum(header: bytes) -> bool:
    try:
        stored = _number(header[148:156])
    except SourceDamaged:
        return False
    unsigned = sum(header[:148]) + 8 * ord(" ") + sum(header[156:])
    if stored == unsigned:
        return header[:1] != b"\0"  # A file full of zeros has no name.
    over = sum(byte > 127 for byte in header[:148]) + sum(byte > 127 for byte in header[156:])
    return stored == unsigned - 256 * over and header[:1] != b"\0"


def _number(field: bytes) -> int:
    """A number in a header: octal digits or, for large ones, the bytes themselves."""
    if field[:1] == b"\x80":
        return int.from_bytes(field[1:], "big")
    text = field.strip(b" \0")
    try:
        return int(text, 8) if text else 0
    except ValueError:
        raise SourceDamaged("the tar is corrupt (a number in a header is none)") from None


def _name_in(header: bytes) -> bytes:
    name = header[:100].partition(b"\0")[0]
    prefix = header[345:500].partition(b"\0")[0] if header[257:263] == b"ustar\0" else b""
    return prefix + b"/" + name if prefix else name


def _pax_records(text: bytes) -> dict[bytes, bytes]:
    """The records of a pax header, ``LENGTH KEY=VALUE`` and a newline each."""
    records: dict[bytes, bytes] = {}
    start = 0
    while start < len(text):
        length, space, _ = text[start : start + 20].partition(b" ")
        if not space or not length.isdigit() or int(length) < len(length) + 3:
            break
        record = text[start + len(length) + 1 : start + int(length)]
        key, equals, value = record.removesuffix(b"\n").partition(b"=")
        if equals:
            records[key] = value
        start += int(length)
    return records
