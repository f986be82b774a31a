"""The string tables of a trace's processes: numbers in stacks, and the files they stand for."""

from __future__ import annotations

from typing import BinaryIO

import msgspec

from artifact_stream.disk.spilling_map import SpillingMap
from artifact_stream.facts.fact import Fact, Frame
from artifact_stream.findings.told_facts import fact_at

_MAX_CACHED = 1024


class StringTables:
    """Looks numbers up in the strings that ``facts.jsonl`` holds.

    Memory: the places of strings are in a `SpillingMap`, which goes to disk; the strings stay where
    they are, but for the last `_MAX_CACHED`.

    Args:
        file: ``facts.jsonl``, opened for this alone.
        scratch: A folder for temporary files.

    Raises:
        OutputUnusable: In `note` and `resolved`: a temporary file cannot be written.
    """

    def __init__(self, file: BinaryIO, scratch: str) -> None:
        self._file = file
        self._places = SpillingMap(scratch)
        self._cached: dict[str, str | None] = {}

    def note(self, fact: Fact, offset_bytes: int) -> None:
        """Note a string, and where its line begins."""
        if fact.index is not None:
            self._places.set(_key(fact, fact.index), offset_bytes)

    def resolved(self, fact: Fact) -> tuple[Frame, ...]:
        """The stack of a fact, with files for numbers; None for a number that nothing tells of."""
        return tuple(
            msgspec.structs.replace(frame, file=self._file_of(fact, frame.file))
            if isinstance(frame.file, int)
            else frame
            for frame in fact.stack
        )

    def _file_of(self, fact: Fact, index: int) -> str | None:
        text = self._text(_key(fact, index))
        if text is None and fact.process is not None:
            # The table of a tlparse report is that of no process.
            text = self._text(_key(msgspec.structs.replace(fact, process=None), index))
        return text

    def _text(self, key: str) -> str | None:
        if key not in self._cached:
            if len(self._cached) >= _MAX_CACHED:
                self._cached.clear()
            offset_bytes = self._places.get(key)
            told = None if offset_bytes is None else fact_at(self._file, offset_bytes)
            self._cached[key] = None if told is None else told.text
        return self._cached[key]

    def close(self) -> None:
        """Give the space back."""
        self._places.close()


def _key(fact: Fact, index: int) -> str:
    return f"{index}:{fact.process}:{fact.source or ''}"
