"""What is to be told, once for a trace, of how its files are written."""

from __future__ import annotations

from artifact_stream.framing.beginning import Beginning, TextStream
from artifact_stream.framing.framer import Framer


def notes_of(text: TextStream, beginning: Beginning, framer: Framer) -> dict[str, str]:
    """A sentence for each thing that is not as torch writes it, by slug.

    Args:
        text: The file.
        beginning: How it begins.
        framer: What has read it.
    """
    found = {}
    if text.encoding is not None:
        name = text.encoding.upper()
        found["utf_16"] = f"The file is written in {name}: it was read as UTF-8."
    elif beginning.has_mark:
        found["byte_order_mark"] = "A byte-order mark at the start was passed over."
    if beginning.prefix is not None:
        shown = beginning.prefix.shown
        message = f"Every line was read without what stands before it, as {shown!r}"
        if framer.is_mixed:
            message += "; lines of several writers were told apart by it"
        found["line_prefix"] = message + "."
    return found
