"""Links: places outside the trace, such as an uploaded profile."""

from __future__ import annotations

from typing import ClassVar

from artifact_stream.entries import Entry
from artifact_stream.handlers.base import Documentation, Link


class LinkHandler:
    """Lists a link in the directory index."""

    name: ClassVar[str] = "link"
    entry_types: ClassVar[tuple[str, ...]] = ("link",)
    documentation: ClassVar[Documentation] = Documentation(
        summary="Links to places outside the trace.",
        output="no file: name and URL in the directory index",
    )

    def describe(self, entry: Entry) -> Link:
        """A link; see `artifact_stream.handlers.base.Handler`."""
        return Link(entry.text("name") or "Link", entry.text("url") or "#")
