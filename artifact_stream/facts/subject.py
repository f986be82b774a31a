"""What a subject is: entries that tell of one thing, and the function that reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from artifact_stream.entries import Entry
from artifact_stream.facts.fact import Told
from artifact_stream.facts.payload_head import head_of_payload


class Telling:
    """An entry that is read for facts.

    Its payload is read when a reader asks for it: most facts stand in the metadata.

    Args:
        entry: The entry; its payload is to be read here alone.
        text: The payload; None to read it when it is asked for.
        is_whole: There is no more of it.

    Raises:
        InputUnusable: In `text` and `is_whole`: the source cannot be read any more.
    """

    def __init__(self, entry: Entry, text: bytes | None = None, *, is_whole: bool = True) -> None:
        self.entry = entry
        self._text = text
        self._is_whole = is_whole

    @property
    def text(self) -> bytes:
        """What has been read of the payload: all of it, up to `MAX_TEXT_BYTES`."""
        if self._text is None:
            self._text, self._is_whole = b"", True
            if self.entry.has_payload:
                self._text, self._is_whole = head_of_payload(self.entry)
        return self._text

    @property
    def is_whole(self) -> bool:
        """True if the payload has no more than `text`."""
        assert self.text is not None
        return self._is_whole


class Reading(msgspec.Struct):
    """What came of reading an entry.

    Attributes:
        told: What it tells; several of one kind are several reasons of one event if `is_one_event`.
        is_whole: All that it says of failures, breaks and recompilations has been read; their
            absence may be told from it.
        is_one_event: See above.
        compile_id: The compilation as the payload names it (``0/0``), which counts where the
            entry itself names none.
    """

    told: list[Told]
    is_whole: bool = True
    is_one_event: bool = False
    compile_id: str | None = None


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """One subject: the record that its file in ``facts/`` holds as ``SUBJECT``.

    Attributes:
        name: Its name, and its file.
        entry_types: The entry types that tell of it; no other subject has one of them.
        artifacts: Names of artifacts that tell of it; the same holds.
        read: Reads an entry of one of them.  Whatever it raises costs that entry's facts alone.
        summary: For the docs page.
    """

    name: str
    entry_types: tuple[str, ...] = ()
    artifacts: tuple[str, ...] = ()
    read: Callable[[Telling], Reading]
    summary: str

    def sources(self) -> Iterable[str]:
        """Entry types and names of artifacts."""
        return (*self.entry_types, *self.artifacts)
