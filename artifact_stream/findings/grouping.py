"""Putting equal findings together, and in the order in which they are to be read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from artifact_stream.disk.external_sort import ExternalSorter, LineSorter
from artifact_stream.disk.scratch import scratch_file
from artifact_stream.findings.finding import Cause, Finding, FindingKind

_KINDS = list(FindingKind)
_decode = msgspec.json.Decoder(Finding).decode


class Grouping:
    """Takes single findings in any order, and gives distinct ones, what matters most first.

    Memory: one finding.  All are sorted on disk: by their keys, then by their weight.

    Args:
        scratch: A folder for temporary files.
    """

    def __init__(self, scratch: str) -> None:
        self._scratch = scratch
        self._sorter = LineSorter(scratch)
        self._order = ExternalSorter(scratch)
        self._kept: BinaryIO | None = None
        self._count = 0

    def add(self, finding: Finding) -> None:
        """Take a finding; of equal ones the first is the one whose place is told."""
        self._count += 1
        # Nothing in JSON is below a space: the line sorts by key, then by the order of taking.
        key = f"{finding.kind.value}\x01{finding.key}\x01{self._count:012}\x01"
        self._sorter.add(key.encode("utf-8", "replace") + msgspec.json.encode(finding))

    def findings(self) -> Iterator[Finding]:
        """The distinct findings; to be taken once, when all have been added."""
        self._kept = file = scratch_file(self._scratch)
        first = end = 0
        current: tuple[bytes, bytes] | None = None
        finding: Finding | None = None

        def keep(finding: Finding, first: int) -> int:
            line = msgspec.json.encode(finding) + b"\n"
            file.write(line)
            self._order.add((*_weight(finding), first, end))
            return end + len(line)

        for line in self._sorter.sorted_lines():
            kind, key, number, text = line.split(b"\x01", 3)
            single = _decode(text)
            if finding is not None and current == (kind, key):
                finding.add(single)
                continue
            if finding is not None:
                end = keep(finding, first)
            finding, current, first = single, (kind, key), int(number)
        if finding is not None:
            end = keep(finding, first)
        for _, _, _, offset_bytes in self._order.sorted_records():
            file.seek(offset_bytes)
            yield _decode(file.readline())

    def close(self) -> None:
        """Give the space back."""
        self._sorter.close()
        self._order.close()
        if self._kept is not None:
            self._kept.close()


def _weight(finding: Finding) -> tuple[int, int]:
    """Failures first; breaks that an earlier one has caused behind the others; often met first."""
    is_caused = finding.cause == Cause.EARLIER_BREAK.value
    return _KINDS.index(finding.kind) * 2 + is_caused, (1 << 40) - min(finding.count, 1 << 40)
