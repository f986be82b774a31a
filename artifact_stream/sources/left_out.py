"""What a search passes over though it may be the file that matters: named, never in silence."""

from __future__ import annotations

import os

import msgspec

from artifact_stream.errors import Problem
from artifact_stream.sources.heads import EMPTY, UNRECOGNISED, Refusal
from artifact_stream.sources.labels import rank_in, says_trace


class LeftOut(msgspec.Struct, frozen=True):
    """A file or folder that could not be read as a source.

    Attributes:
        path: What problems call it.
        slug: Stable identifier, as in ``problems.jsonl``.
        why: Stands behind the path in a sentence, without a full stop.
    """

    path: str
    slug: str
    why: str

    @property
    def problem(self) -> Problem:
        """The same for ``problems.jsonl``."""
        return Problem(self.slug, f"It was passed over: it {self.why}.", self.path, 0, 0, "")


def names_a_trace(name: str) -> bool:
    """True if a file's name says that it is a trace: then it keeps its place among them."""
    return says_trace(name) or rank_in(name) is not None


def matters(name: str, refusal: Refusal) -> bool:
    """True if a file that is no source is to be told of, though nobody has named it."""
    if name.startswith("._") and refusal.slug == UNRECOGNISED:
        return False  # What macOS puts beside each file in a tar, or on another system's disk.
    if names_a_trace(name):
        return True
    if refusal.slug == EMPTY:
        # These are often empty, and never logs.
        ending = os.path.splitext(name)[1]
        return bool(ending) and not name.startswith(".") and ending not in (".py", ".lock")
    return refusal.slug != UNRECOGNISED
