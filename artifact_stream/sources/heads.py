"""What the beginning of a file tells of it, and why something is no source."""

from __future__ import annotations

import msgspec

from artifact_stream.errors import Said
from artifact_stream.framing.formats import Format

EMPTY, UNREADABLE, DAMAGED = "source_empty", "source_unreadable", "source_damaged"
UNSUPPORTED, UNRECOGNISED = "source_unsupported", "source_unrecognised"

MAX_PROCESSES = 8
"""So many process ids are told of a trace beforehand."""


class Refusal(msgspec.Struct, frozen=True):
    """Why something is no source.

    Attributes:
        slug: `EMPTY`, `UNREADABLE`, ...
        why: To stand behind its name in a sentence, without a full stop.
        said: The pieces of an error's sentence that say the same; empty where `why` is all.
    """

    slug: str
    why: str
    said: tuple[Said, ...] = ()


class Head(msgspec.Struct, frozen=True):
    """What the beginning of a trace tells.

    Attributes:
        format: Of the file.
        digest: XXH3 128-bit digest of its first `HEAD_BYTES`, decompressed.
        is_whole: These are all.
        rank: Of the process, if an entry names one.
        process_ids: Those that logged, ascending, up to `MAX_PROCESSES`.
        host: Where it logged, if an entry says so.
        begins: The times and process ids of its first entries; of a tlparse report alone.
        is_report: It is the list of entries of a tlparse report.
        is_ours: A line has a known type, a compile id or a payload; true of each raw log.
    """

    format: Format
    digest: bytes
    is_whole: bool
    rank: int | None = None
    process_ids: tuple[int, ...] = ()
    host: str | None = None
    begins: tuple[bytes, ...] = ()
    is_report: bool = False
    is_ours: bool = True
