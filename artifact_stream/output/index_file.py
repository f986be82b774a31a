"""How an index file was when a run ended, by which it is told later whether it was changed."""

from __future__ import annotations

from typing import BinaryIO

import msgspec
import xxhash

from artifact_stream.disk.digests import xxh3_text

_READ_BYTES = 256 << 10


class IndexFile(msgspec.Struct):
    """How a file of lines was when a run ended.

    Attributes:
        bytes: Its size.
        digest: ``xxh3_128:`` and hexadecimal digits.
    """

    bytes: int
    digest: str


def measured_index(file: BinaryIO) -> IndexFile:
    """What is to be noted of an index file."""
    digest, size = xxhash.xxh3_128(), 0
    while chunk := file.read(_READ_BYTES):
        digest.update(chunk)
        size += len(chunk)
    return IndexFile(size, xxh3_text(digest.hexdigest()))
