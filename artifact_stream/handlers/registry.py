"""Which kinds of entries there are: the one place where they are listed.

All that others know of kinds comes from their records: which types are written and how, the
choices of ``--only``, the headings of the report page and their order, what goes to packs, the
docs.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from artifact_stream.entries import Entry
    from artifact_stream.handlers.base import Claim, Handler

BUILT_IN = (
    "graph",
    "codegen",
    "artifact",
    "dump_file",
    "link",
)
"""The kinds that come with the package, in the order of the docs.

Each is a file beside this one, loaded when a run needs it: the command line knows the names alone,
and starts faster.
"""

OTHER = "other"
"""The file of the kind whose entries no other kind takes; it cannot be asked for by name."""


class Registry:
    """The kinds of entries that a run knows.  It does not change.

    Args:
        handlers: The record of each kind, in the order of the docs.
        other: That of the kind whose entries no other takes.

    Attributes:
        handlers: As given.
        other: As given.
        names: What can be asked for with ``--only``.
        by_type: The handler of each entry type that one takes.
        claims: What others claim of a type, and who does.
        on_page: All kinds, in the order of the report page.

    Raises:
        ValueError: Two have the same name, or take the same entry type.
    """

    def __init__(self, handlers: Sequence[Handler], other: Handler) -> None:
        self.handlers = tuple(handlers)
        self.other = other
        self.names = tuple(handler.name for handler in self.handlers)
        self.by_type: dict[str, Handler] = {}
        every = (*self.handlers, other)
        if len({handler.name for handler in every}) < len(every):
            raise ValueError(f"two kinds of entries have the same name: {', '.join(self.names)}")
        for handler in self.handlers:
            for name in handler.entry_types:
                rival = self.by_type.setdefault(name, handler)
                if rival is not handler:
                    raise ValueError(f"{rival.name} and {handler.name} both take {name}")
        self.claims: dict[str, list[tuple[Claim, Handler]]] = {}
        for handler in every:
            for claim in handler.claims:
                self.claims.setdefault(claim.entry_type, []).append((claim, handler))
        self.on_page = tuple(sorted(every, key=lambda handler: handler.place))

    def claimer_of(self, entry: Entry) -> Handler | None:
        """The handler that claims an entry by what it says; None if none does."""
        for claim, handler in self.claims.get(entry.type, ()):
            if _takes(claim, entry):
                return handler
        return None

    def takers_of_type(self, entry_type: str) -> list[Handler]:
        """All handlers that may take an entry of a type."""
        taker = self.by_type.get(entry_type)
        claimers = [handler for _, handler in self.claims.get(entry_type, ())]
        return claimers if taker is None else [taker, *claimers]

    @property
    def entry_types(self) -> frozenset[str]:
        """The entry types of which some handler takes entries."""
        return frozenset({*self.by_type, *self.claims})


def _takes(claim: Claim, entry: Entry) -> bool:
    try:
        return claim.takes(entry)
    except Exception:  # noqa: BLE001 - a claim that fails leaves the entry to whom its type is
        return False


@cache
def built_in() -> Registry:
    """The kinds that come with the package."""
    return Registry([_record(name) for name in BUILT_IN], _record(OTHER))


def _record(name: str) -> Handler:
    module = import_module(f"artifact_stream.handlers.{name}")
    handler: Handler = module.HANDLER
    return handler
