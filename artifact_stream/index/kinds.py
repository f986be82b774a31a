"""The order in which a page lists the entries of one compile id: by kind, as the records say."""

from __future__ import annotations

from functools import cache

from artifact_stream.handlers.registry import Registry, built_in
from artifact_stream.index.lines import IndexEntry


class PageOrder:
    """Where each entry stands on a page, as the records of its kinds say.

    Args:
        registry: The kinds there are.

    Attributes:
        kinds: Their records, in the order of the page.
    """

    def __init__(self, registry: Registry) -> None:
        self.kinds = registry.on_page
        self._of_type: dict[str, int] = {}
        self._of_artifact: dict[str, int] = {}
        self._of_claimer: dict[str, int] = {}
        self._kind_of_place: list[int] = []
        for number, kind in enumerate(self.kinds):
            for name in kind.order:
                place = self._new_place(number)
                self._of_artifact.setdefault(name, place)
                if registry.by_type.get(name, kind) is kind:
                    self._of_type.setdefault(name, place)
            place = self._new_place(number)
            for name in kind.entry_types:
                self._of_type.setdefault(name, place)
            if kind.claims:
                # What it has claimed of others' types stands behind its own.
                self._of_claimer[kind.name] = self._new_place(number)
            if kind is registry.other:
                self._other = place
        self._artifact = self._of_type.get("artifact", self._other)

    def _new_place(self, kind: int) -> int:
        self._kind_of_place.append(kind)
        return len(self._kind_of_place) - 1

    def place_of(self, entry: IndexEntry) -> int:
        """Where the entry stands among those of its compile id: smaller comes first."""
        if isinstance(entry.kind, str) and entry.kind in self._of_claimer:
            return self._of_claimer[entry.kind]
        if entry.type == "artifact":
            name = entry.original_name
            if not isinstance(name, str):
                name = entry.name.removesuffix(".txt")
            return self._of_artifact.get(name, self._artifact)
        return self._of_type.get(entry.type, self._other)

    def kind_of(self, entry: IndexEntry) -> int:
        """The entry's kind, as its number in `kinds`."""
        return self._kind_of_place[self.place_of(entry)]


@cache
def built_in_order() -> PageOrder:
    """The order of the kinds that come with the package."""
    return PageOrder(built_in())


def payload_bytes(entry: IndexEntry) -> int:
    """Size of what the entry says: of a page that of the text beside it; 0 for a link."""
    return entry.text_bytes if isinstance(entry.text_bytes, int) else entry.bytes or 0
