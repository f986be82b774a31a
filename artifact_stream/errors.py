"""What can stop a run, and what a run records and goes on from.

Three tiers.  A misfit in the input becomes a `Problem` and costs at most its entry.  A handler
that fails is recorded as a `Problem` too.  Only input that cannot be used at all, output that
cannot be written, or wrong usage raises: an `ArtifactStreamError`, one sentence that ends in the
remedy, with a stable slug and the exit code of the command line.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

EXCERPT_CHARS = 200
"""How much of an unusable line `problems.jsonl` repeats, in characters."""

EXCERPT_BYTES = 4 * EXCERPT_CHARS
"""Bytes of UTF-8 that hold so many characters in any case."""


class ArtifactStreamError(Exception):
    """Base of every error that stops a run; its text is one sentence for the user."""

    slug: ClassVar[str] = "error"
    exit_code: ClassVar[int] = 1


class WrongUsage(ArtifactStreamError):
    """The arguments contradict each other or name something that does not exist."""

    slug = "wrong_usage"
    exit_code = 2


class InputUnusable(ArtifactStreamError):
    """A source cannot be read, or holds nothing that this program extracts."""

    slug = "input_unusable"
    exit_code = 3


class OutputUnusable(ArtifactStreamError):
    """The output folder cannot be written, or must not be."""

    slug = "output_unusable"
    exit_code = 4


class SourceDamaged(ArtifactStreamError):
    """A compressed stream ended early or is corrupt: what came before it has been read."""

    slug = "source_damaged"
    exit_code = 3


class ExpandsTooMuch(SourceDamaged):
    """A compressed stream gives far more than any log would: what came before has been read."""

    slug = "expands_too_much"


class WindowTooLarge(SourceDamaged):
    """A zstd stream needs more memory than this program takes: what came before has been read."""

    slug = "window_too_large"


@dataclass(frozen=True, slots=True)
class Problem:
    """One line or entry that could not be used as it should.

    Attributes:
        slug: Stable identifier, listed in ``docs/formats.md``.
        message: One sentence.
        source: Name of the file the line stands in, as given or relative to the given folder.
        line: Line number in that file after decompression, from 1.
        offset_bytes: Where that line starts, from the start of the decompressed file.
        excerpt: The first `EXCERPT_CHARS` characters of the line.
        entry_written: True if the entry became an artifact or a link all the same.
    """

    slug: str
    message: str
    source: str
    line: int
    offset_bytes: int
    excerpt: str
    entry_written: bool = False


def excerpt_of(line: bytes) -> str:
    """The first characters of a line for a `Problem`; bytes that are no UTF-8 become U+FFFD."""
    return line[:EXCERPT_BYTES].decode("utf-8", "replace")[:EXCERPT_CHARS]
