"""Which findings are new: those of a run against those of an earlier one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from artifact_stream.disk.spilling_map import SpillingMap
from artifact_stream.findings.finding import Finding, Place


class Baseline:
    """The findings of an earlier run, by their keys and by the code that they stand at.

    Memory: a `SpillingMap`, which goes to disk.

    Args:
        findings: Those of the earlier run.
        scratch: A folder for temporary files.

    Raises:
        OutputUnusable: A temporary file cannot be written.
    """

    def __init__(self, findings: Iterable[Finding], scratch: str) -> None:
        self._known = SpillingMap(scratch)
        try:
            for finding in findings:
                for key in _keys(finding):
                    self._known.set(key, 1)
        except BaseException:
            self._known.close()
            raise

    def new(self, findings: Iterator[Finding]) -> Iterator[Finding]:
        """Those that the earlier run had not, or not at the same code.

        A finding that it had elsewhere in the same function is given with its new places alone.
        """
        for finding in findings:
            if self._known.get(_key(finding)) is None:
                yield finding
                continue
            places = [
                place for place in finding.places if self._known.get(_at(finding, place)) is None
            ]
            if places and all(place.code for place in places):
                finding.places = places
                finding.where = places[0]
                finding.count = sum(place.count for place in places)
                yield finding

    def close(self) -> None:
        """Give the space back."""
        self._known.close()


def _keys(finding: Finding) -> Iterator[str]:
    yield _key(finding)
    for place in finding.places:
        yield _at(finding, place)


def _key(finding: Finding) -> str:
    return f"{finding.kind.value}\0{finding.key}"


def _at(finding: Finding, place: Place) -> str:
    return f"{_key(finding)}\0{place.code}"
