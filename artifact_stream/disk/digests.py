"""Digests as the directory index names them: ``md5:`` or ``xxh3_128:`` and hexadecimal digits."""

from __future__ import annotations

import hashlib
from typing import Any, BinaryIO


def new_digest(algorithm: str) -> Any:
    """A digest to be computed, as of `hashlib`; None if nobody knows the algorithm."""
    if algorithm == "md5":
        return hashlib.md5(usedforsecurity=False)
    if algorithm == "xxh3_128":
        import xxhash

        return xxhash.xxh3_128()
    return None


_READ_BYTES = 256 << 10


def same_content(first: BinaryIO, second: BinaryIO) -> bool:
    """True if two open files hold the same from here on."""
    while block := first.read(_READ_BYTES):
        if block != second.read(_READ_BYTES):
            return False
    return not second.read(1)
