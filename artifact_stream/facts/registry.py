"""Which subjects there are: the one place where they are listed."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from artifact_stream.entries import Entry
    from artifact_stream.facts.subject import Subject

BUILT_IN = (
    "failures",
    "metrics",
    "graph_breaks",
    "recompilations",
    "stacks",
    "strings",
    "symbols",
    "caches",
    "versions",
    "workers",
)
"""The subjects that come with the package, in the order of the docs; each is a file beside this."""

_ARTIFACT = "artifact"


class Subjects:
    """The subjects that a run knows.  It does not change.

    Args:
        subjects: The record of each.

    Attributes:
        subjects: As given.
        entry_types: The entry types that must be looked at.

    Raises:
        ValueError: Two take the same entries.
    """

    def __init__(self, subjects: Sequence[Subject]) -> None:
        self.subjects = tuple(subjects)
        self._by_type: dict[str, Subject] = {}
        self._by_artifact: dict[str, Subject] = {}
        for subject in self.subjects:
            for names, known in (
                (subject.entry_types, self._by_type),
                (subject.artifacts, self._by_artifact),
            ):
                for name in names:
                    rival = known.setdefault(name, subject)
                    if rival is not subject:
                        raise ValueError(f"{rival.name} and {subject.name} both take {name}")
        self.entry_types = frozenset(self._by_type)
        if self._by_artifact:
            self.entry_types |= {_ARTIFACT}

    def of(self, entry: Entry) -> tuple[Subject, str] | None:
        """The subject that an entry tells of, and what the entry is called; None if it has none."""
        if entry.type == _ARTIFACT:
            name = entry.text("name")
            subject = None if name is None else self._by_artifact.get(name)
        else:
            name, subject = entry.type, self._by_type.get(entry.type)
        return None if subject is None or name is None else (subject, name)


@cache
def built_in() -> Subjects:
    """The subjects that come with the package."""
    return Subjects([_record(name) for name in BUILT_IN])


def _record(name: str) -> Subject:
    module = import_module(f"artifact_stream.facts.{name}")
    subject: Subject = module.SUBJECT
    return subject
