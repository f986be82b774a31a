"""The compilations of a trace, in the order in which they appear in its log."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from artifact_stream.compile_ids import GLOBAL, UNKNOWN, names_a_frame
from artifact_stream.disk.external_sort import ExternalSorter
from artifact_stream.facts.fact import Kind
from artifact_stream.findings.building import Building
from artifact_stream.findings.generations import Generations
from artifact_stream.findings.string_tables import StringTables
from artifact_stream.findings.told_facts import fact_at, facts_in
from artifact_stream.index.lines import BrokenLine, numbered_lines
from artifact_stream.json_text import without_surrogates

_KEPT_WITHOUT_ID = (Kind.METRICS, Kind.FAILURE, Kind.GRAPH_BREAK, Kind.RECOMPILATION)
_IN_FACTS, _IN_INDEX = 0, 1


class Compilations:
    """Puts facts together, compilation by compilation.

    Memory: one compilation.  The order of the facts is sorted on disk, the facts stay in
    ``facts.jsonl``.

    Args:
        facts: ``facts.jsonl``, at its start.
        strings: The same file, opened once more.
        scratch: A folder for temporary files.

    Attributes:
        versions: What the trace says of the versions that made it.

    Raises:
        OutputUnusable: In its methods: a temporary file cannot be written.
    """

    def __init__(self, facts: BinaryIO, strings: BinaryIO, scratch: str) -> None:
        self.versions: dict[str, msgspec.Raw] = {}
        self._facts = facts
        self._tables = StringTables(strings, scratch)
        self._generations = Generations(scratch)
        self._sorter = ExternalSorter(scratch)
        self._index: BinaryIO | None = None

    def read(self) -> None:
        """Read all facts once, and find out which compilation each belongs to."""
        for offset_bytes, fact in facts_in(self._facts):
            if fact.kind is Kind.STRING:
                self._tables.note(fact, offset_bytes)
            elif fact.kind is Kind.VERSIONS:
                self.versions = fact.fields or self.versions
            elif _is_compilation(fact.compile_id) or fact.kind in _KEPT_WITHOUT_ID:
                place, generation = self._generations.place(fact)
                self._sorter.add((place, offset_bytes, generation, _IN_FACTS))

    def note_versions(self, metrics: dict[str, msgspec.Raw]) -> None:
        """Take versions from metrics, where no entry tells of them alone."""
        for name in ("pytorch_version", "python_version"):
            if name in metrics and name not in self.versions:
                self.versions = self.versions | {name: metrics[name]}

    def read_index(self, index: BinaryIO) -> None:
        """Take in compile ids that have artifacts and that no fact tells of; after `read`.

        Args:
            index: ``directory.jsonl``, at its start.
        """
        self._index = index
        offset_bytes = 0
        for _, line, text in numbered_lines(index):
            if not isinstance(line, BrokenLine) and _is_compilation(line.compile_id):
                source = without_surrogates(line.source) if isinstance(line.source, str) else None
                compile_id = without_surrogates(line.compile_id)
                place = self._generations.place_of_other(compile_id, source, line.line)
                if place is not None:
                    self._sorter.add((place, offset_bytes, 0, _IN_INDEX))
            offset_bytes += len(text)

    def built(self) -> Iterator[Building]:
        """Each compilation with all that is told of it; to be taken once, after `read`."""
        building: Building | None = None
        current = -1
        for place, offset_bytes, generation, file in self._sorter.sorted_records():
            if place != current or building is None:
                if building is not None:
                    yield building
                building, current = Building(generation, self._tables), place
            if file == _IN_INDEX:
                self._add_listed(building, offset_bytes)
            else:
                fact = fact_at(self._facts, offset_bytes)
                if fact is not None:
                    building.add(fact)
        if building is not None:
            yield building

    def _add_listed(self, building: Building, offset_bytes: int) -> None:
        assert self._index is not None
        self._index.seek(offset_bytes)
        for _, line, _ in numbered_lines(self._index):
            if not isinstance(line, BrokenLine):
                process = line.process if isinstance(line.process, int) else None
                source = without_surrogates(line.source) if isinstance(line.source, str) else None
                compile_id = without_surrogates(line.compile_id)
                building.note_listed(compile_id, line.rank, process, source, line.line)
            return

    def close(self) -> None:
        """Give the space back."""
        self._sorter.close()
        self._generations.close()
        self._tables.close()


def _is_compilation(key: str) -> bool:
    return key not in (UNKNOWN, GLOBAL) and names_a_frame(key)
