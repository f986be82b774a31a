"""Beginnings of compilations, as ``dynamo_start`` tells of them: the stack that led there.

``torch/_dynamo/convert_frame.py``: one entry an attempt.  Files are numbers of the string table of
the process (`artifact_stream.facts.strings`).
"""

from __future__ import annotations

from artifact_stream.facts.fact import Kind, Told
from artifact_stream.facts.frames import logged_frames
from artifact_stream.facts.subject import Reading, Subject, Telling


def read(telling: Telling) -> Reading:
    """One beginning."""
    stack = logged_frames(telling.entry.metadata.get("stack"))
    return Reading([Told(kind=Kind.START, stack=stack)])


SUBJECT = Subject(
    name="stacks",
    entry_types=("dynamo_start",),
    read=read,
    summary="A compilation begins: the stack that led to it.",
)
