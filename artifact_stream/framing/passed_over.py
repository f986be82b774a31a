"""Counting entries that nobody asked for, without making `Entry` objects of them."""

from __future__ import annotations

from collections.abc import Iterable


class Tally:
    """How many entries of a type have been passed over, and what they take in the source."""

    __slots__ = ("entries", "source_bytes")

    def __init__(self) -> None:
        self.entries = 0
        self.source_bytes = 0


class PassedOver:
    """The entry types that framing may pass over unread, and how many it has passed.

    Args:
        types: Entry types that no handler of this run takes.
    """

    __slots__ = ("tallies", "types")

    def __init__(self, types: Iterable[str] = ()) -> None:
        self.types = frozenset(types)
        self.tallies = {name: Tally() for name in self.types}

    def count(self, entry_type: str, source_bytes: int) -> None:
        """Count one entry of a type in `types`; its size is in bytes of the source."""
        tally = self.tallies[entry_type]
        tally.entries += 1
        tally.source_bytes += source_bytes

    @property
    def entries(self) -> int:
        """How many entries have been passed over."""
        return sum(tally.entries for tally in self.tallies.values())
