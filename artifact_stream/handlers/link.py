"""Links: places outside the trace, such as an uploaded profile."""

from __future__ import annotations

from artifact_stream.entries import Entry
from artifact_stream.handlers.base import Documentation, Handler, Link


def describe(entry: Entry) -> Link:
    """A link for the directory index."""
    return Link(entry.text("name") or "Link", entry.text("url") or "#")


HANDLER = Handler(
    name="link",
    title="Links",
    entry_types=("link",),
    describe=describe,
    documentation=Documentation(
        summary="Links to places outside the trace.",
        output="no file: name and URL in the directory index",
    ),
    place=90,
)
