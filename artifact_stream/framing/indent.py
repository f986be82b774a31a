"""The tab before each line of a raw log's payload, and payloads without it."""

from __future__ import annotations

from artifact_stream.entries import count_newlines


def remove_indent(text: bytes) -> bytes:
    """The payload of whole lines that each start with a tab: the same without those tabs."""
    without_tabs = text.replace(b"\t", b"")
    if len(text) - len(without_tabs) == count_newlines(text) + 1:
        # No more tabs than lines: every tab was indent.  Six times faster than the exact way.
        return without_tabs
    return text[1:].replace(b"\n\t", b"\n")


def remove_first_indents(piece: bytes) -> bytes:
    """The same for the first piece of a long text, which need not end at a line's end."""
    return piece[1:].replace(b"\n\t", b"\n")


def remove_further_indents(piece: bytes) -> bytes:
    """The same for any piece behind it; no piece ends with a newline."""
    without_tabs = piece.replace(b"\t", b"")
    if len(piece) - len(without_tabs) == count_newlines(piece):
        return without_tabs  # As in `remove_indent`.
    return piece.replace(b"\n\t", b"\n")
