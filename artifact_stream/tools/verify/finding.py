"""One thing that `verify` has found."""

from __future__ import annotations

from dataclasses import dataclass

from artifact_stream.errors import Remedy


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in an output folder that is not as a run left it.

    Attributes:
        slug: Stable identifier, listed in ``docs/formats.md``.
        url: The file it is about, percent-encoded and relative to the output folder.
        message: What is wrong, to stand behind the file in a sentence.
        line: The line of an index that says otherwise, where there is one.
        remedy: What helps, where a run or a tool of this program can.
    """

    slug: str
    url: str
    message: str
    line: int | None = None
    remedy: Remedy | None = None
