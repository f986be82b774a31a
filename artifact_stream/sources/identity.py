"""What is noted of a source, so that a later run can tell whether it is the same."""

from __future__ import annotations

from enum import Enum

import msgspec

COMPARED_BYTES = 64 << 10
"""So much is compared at each end."""


class FileIdentity(msgspec.Struct, frozen=True):
    """What a file was like when it was read.

    Attributes:
        label: What problems call it.
        stored_bytes: Its size; None for a pipe.
        head_bytes: How many of its first bytes have been digested, at most `COMPARED_BYTES`; of
            a pipe, after decompression.
        head: Their XXH3 128-bit digest, in hexadecimal.
        tail: That of its last bytes, as many; None for a pipe.
    """

    label: str
    stored_bytes: int | None
    head_bytes: int
    head: str
    tail: str | None


class Change(Enum):
    """What has become of a source."""

    NONE = "none"
    GROWN = "grown"


class TraceIdentity(msgspec.Struct, frozen=True):
    """What the files of a trace were like when they were read.

    Attributes:
        name: Of the trace.
        files: In the order in which they are read.
    """

    name: str
    files: tuple[FileIdentity, ...]
