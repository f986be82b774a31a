"""Counting entries that nobody asked for, without making `Entry` objects of them."""

from __future__ import annotations

from collections.abc import Iterable


class PassedOver:
    """The entry types that framing may pass over unread, and how many it has passed.

    Args:
        types: Entry types that no handler of this run takes.
    """

    __slots__ = ("entries", "source_bytes", "types")

    def __init__(self, types: Iterable[str] = ()) -> None:
        self.types = frozenset(types)
        self.entries: dict[str, int] = dict.fromkeys(self.types, 0)
        self.source_bytes: dict[str, int] = dict.fromkeys(self.types, 0)

    def count(self, entry_type: str, source_bytes: int) -> None:
        """Count one entry of a type in `types`; its size is in bytes of the source."""
        self.entries[entry_type] += 1
        self.source_bytes[entry_type] += source_bytes
