"""What a part of a trace's report is: something that is made while the entries go by.

The parts there are stand in `artifact_stream.report.registry`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, ClassVar, Protocol

from artifact_stream.disk.directories import Directory
from artifact_stream.index.kinds import PageOrder
from artifact_stream.index.lines import IndexEntry
from artifact_stream.output.summary import TraceSummary
from artifact_stream.report.frames import FileLink, Totals


@dataclass(frozen=True, slots=True)
class ReportedTrace:
    """The trace that a report is about.

    Attributes:
        folder: Takes the files of the parts.
        summary: What became of the trace.
        title: What it is called, as it may be shown.
        subtitle: What it was read from, too.
        totals: What the pages say of it at their top.
        open_file: Opens what the entries list, and ``problems.jsonl``, given a path relative to the
            trace's folder.
        order: The kinds of entries, and the order in which a page has them.
    """

    folder: Directory
    summary: TraceSummary
    title: str
    subtitle: str
    totals: Totals
    open_file: Callable[[str], BinaryIO]
    order: PageOrder


class Part(Protocol):
    """One part of the report of one trace: it sees each entry once, in the order of the page.

    `begin_group`, then `add` for each entry, then `end_group`: for every compile id.  In the end
    `finish`, and `links` after that; or `abandon`, after an error, at any time.

    Memory must not grow with the trace.

    Attributes:
        files: Names of the files that it may write, of `artifact_stream.layout.REPORT_FILES`.
    """

    files: ClassVar[tuple[str, ...]]

    def __init__(self, trace: ReportedTrace) -> None: ...

    def begin_group(self, key: str) -> None:
        """Begin with the entries of another compile id, given its key."""

    def add(self, entry: IndexEntry) -> None:
        """Take the next entry of the compile id."""

    def end_group(self) -> None:
        """The compile id has no more entries."""

    def finish(self) -> None:
        """The trace has no more compile ids: all files get their names.

        Raises:
            OutputUnusable: They cannot be written.
        """

    def abandon(self) -> None:
        """Close what is open after an error; it gets no name."""

    def links(self) -> list[FileLink]:
        """What ``index.html`` leads to where JavaScript is off."""
