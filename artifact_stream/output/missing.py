"""What a run did not find: sources that it could not read, and what options match."""

from __future__ import annotations

import msgspec

MAX_PASSED_OVER = 500
"""So many are named in ``summary.json``; all are counted, and in ``problems.jsonl``."""


class PassedOverFile(msgspec.Struct):
    """A file or folder that may have been a source, and could not be read as one.

    Attributes:
        path: Its name, as those of sources.
        slug: As in ``problems.jsonl``.
        why: Stands behind its name in a sentence.
    """

    path: str
    slug: str
    why: str


class Unmatched(msgspec.Struct):
    """Something that a run was asked for and that is in none of its traces.

    Attributes:
        option: The field of `Options`.
        value: What was given for it.
        there: The first of what could have been given.
        has_more: There is more.
    """

    option: str
    value: str
    there: list[str]
    has_more: bool
