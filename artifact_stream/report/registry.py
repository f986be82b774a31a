"""Which parts the report of a trace has: the one place where they are listed."""

from __future__ import annotations

from artifact_stream.report.part import Part
from artifact_stream.report.parts.lists import ListPages
from artifact_stream.report.parts.rows import TraceData
from artifact_stream.report.parts.worth import WorthALook

PARTS: tuple[type[Part], ...] = (
    TraceData,
    WorthALook,
    ListPages,
)
"""Each takes all entries; they are finished in this order."""
