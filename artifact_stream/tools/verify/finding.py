"""One thing that `verify` has found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in an output folder that is not as a run left it.

    Attributes:
        slug: Stable identifier, listed in ``docs/formats.md``.
        url: The file it is about, percent-encoded and relative to the output folder.
        message: What is wrong, to stand behind the file in a sentence.
        line: The line of an index that says otherwise, where there is one.
    """

    slug: str
    url: str
    message: str
    line: int | None = None
