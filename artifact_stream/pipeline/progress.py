"""Counters that a progress monitor polls while a run goes on; nothing here is shown."""

from __future__ import annotations

import msgspec

from artifact_stream.framing.passed_over import PassedOver
from artifact_stream.streams.stored_file import ReadCounter


class RunProgress(msgspec.Struct):
    """Counters that a progress monitor polls while a run goes on.

    Attributes:
        read: Stored bytes read so far, over all traces.
        total_bytes: What there is to read; None if a source is a pipe.
        entries_taken: Entries that framing has yielded so far, in all traces.
        passed_over: What framing has counted without yielding it in the trace being read.
        trace: Name of the trace being read.
        traces_done: Traces that are complete.
        traces_total: Traces of the run.
        interrupted: The run has ended early, because it was asked to.
        was_complete: There was nothing to resume: the run had come to its end before.
    """

    read: ReadCounter = msgspec.field(default_factory=ReadCounter)
    total_bytes: int | None = None
    entries_taken: int = 0
    passed_over: PassedOver = msgspec.field(default_factory=PassedOver)
    trace: str = ""
    traces_done: int = 0
    traces_total: int = 0
    interrupted: bool = False
    was_complete: bool = False

    def remaining_ratio(self) -> float | None:
        """How many bytes are still to be read for each byte that has been; None if unknown."""
        total, read = self.total_bytes, self.read.stored_bytes
        return (total - read) / read if total and read else None

    @property
    def entries(self) -> int:
        """Entries read so far."""
        return self.entries_taken + self.passed_over.entries
