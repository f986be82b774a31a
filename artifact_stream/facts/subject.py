"""What a subject is: entries that tell of one thing, and the function that reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from artifact_stream.entries import Entry
from artifact_stream.facts.fact import Told


class Telling(msgspec.Struct, frozen=True):
    """An entry that is read for facts.

    Attributes:
        entry: The entry; its payload is not to be read.
        text: What has been read of the payload: all of it, up to `MAX_TEXT_BYTES`.
        is_whole: There is no more of it.
    """

    entry: Entry
    text: bytes = b""
    is_whole: bool = True


class Reading(msgspec.Struct):
    """What came of reading an entry.

    Attributes:
        told: What it tells; several of one kind are several reasons of one event if `is_one_event`.
        is_whole: All that it says of the subject has been read; absence may be told from it.
        is_one_event: See above.
    """

    told: list[Told]
    is_whole: bool = True
    is_one_event: bool = False


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
