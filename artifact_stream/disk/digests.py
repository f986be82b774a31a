"""Digests as the directory index has them: ``md5:`` or ``xxh3_128:`` and hexadecimal digits."""

from __future__ import annotations

import hashlib
from typing import Any, BinaryIO

_READ_BYTES = 256 << 10
_MD5, _XXH3 = "md5", "xxh3_128"


def md5_text(hexadecimal: str) -> str:
    """An md5, given its digits, as the index has it."""
    return f"{_MD5}:{hexadecimal}"


def xxh3_text(hexadecimal: str) -> str:
    """An XXH3 128-bit digest, given its digits, as the index has it."""
    return f"{_XXH3}:{hexadecimal}"


def parts_of(digest: str) -> tuple[str, str]:
    """The algorithm and the digits of a digest as the index has it; the digits may be missing."""
    algorithm, _, hexadecimal = digest.partition(":")
    return algorithm, hexadecimal


def md5_in(digest: str) -> str | None:
    """The digits, if a digest as the index has it is an md5."""
    algorithm, hexadecimal = parts_of(digest)
    return hexadecimal if algorithm == _MD5 else None


def new_digest(algorithm: str) -> Any:
    """A digest to be computed, as of `hashlib`; None if nobody knows the algorithm."""
    if algorithm == _MD5:
        return hashlib.md5(usedforsecurity=False)
    if algorithm == _XXH3:
        import xxhash

        return xxhash.xxh3_128()
    return None


def same_content(first: BinaryIO, second: BinaryIO) -> bool:
    """True if two open files hold the same from here on."""
    while block := first.read(_READ_BYTES):
        if block != second.read(_READ_BYTES):
            return False
    return not second.read(1)
