"""What the index of an interrupted trace lists behind the checkpoint, in the order of the trace.

These entries are planned again, so that names come out the same.  What is there as it should be is
not made again.
"""

from __future__ import annotations

import msgspec

from artifact_stream.disk.directories import Directory
from artifact_stream.disk.staged_files import output_errors
from artifact_stream.entries import Entry
from artifact_stream.index.lines import IndexEntry, decode_entry
from artifact_stream.layout import DIRECTORY_FILE, MAX_LINE_BYTES
from artifact_stream.rendering.task import Outcome, Rendered


class ListedEntry(msgspec.Struct):
    """A line of the index.

    Attributes:
        text: The line, with its newline.
        entry: What it says.
    """

    text: bytes
    entry: IndexEntry

    def as_rendered(self, number: int) -> Rendered:
        """What came of the task that made the file, if the payload had no flaw.

        Args:
            number: The task's.
        """
        entry = self.entry
        return Rendered(
            number,
            Outcome.STAGED,
            bytes=entry.bytes or 0,
            lines=entry.lines or 0,
            digest=entry.digest if isinstance(entry.digest, str) else "",
            text_bytes=entry.text_bytes if isinstance(entry.text_bytes, int) else 0,
            text_digest=entry.text_digest if isinstance(entry.text_digest, str) else None,
        )


class ListedEntries:
    """The lines of an index from an offset on, each given to the entry that it was written for.

    Memory: one line.

    Args:
        root: The trace's folder.
        start: Where the first of the lines begins, in bytes.

    Raises:
        OutputUnusable: The index cannot be read.
    """

    def __init__(self, root: Directory, start: int) -> None:
        with output_errors(root.path):
            self._file = root.open_file(DIRECTORY_FILE)  # see stop
            self._file.seek(start)
        self._next: ListedEntry | None = None
        self._advance()

    def _advance(self) -> None:
        text = self._file.readline(MAX_LINE_BYTES)
        try:
            self._next = ListedEntry(text, decode_entry(text)) if text.endswith(b"\n") else None
        except (ValueError, msgspec.MsgspecError, RecursionError):
            self._next = None
        if self._next is None:
            self.stop()

    def may_be_last(self, taken: ListedEntry) -> bool:
        """True unless an entry of a later line of the source is listed behind one just taken."""
        return self._next is None or self._next.entry.line == taken.entry.line

    def take(self, entry: Entry) -> ListedEntry | None:
        """The line of the next entry; None if it has none."""
        following = self._next
        if following is None:
            return None
        listed = following.entry
        if (listed.line, listed.type) != (entry.line, entry.type):
            return None
        if isinstance(listed.source, str) and listed.source != entry.source:
            return None
        self._advance()
        return following

    def stop(self) -> None:
        """Take no more of the lines: they are no longer in the index."""
        self._next = None
        self._file.close()
