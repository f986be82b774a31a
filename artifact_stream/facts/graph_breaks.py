"""Graph breaks, as ``dynamo_graph_break_reason`` tells of them."""

from __future__ import annotations

from artifact_stream.facts.fact import Kind, Told, cut
from artifact_stream.facts.reasons import break_title, graph_break_reason, nearest_users
from artifact_stream.facts.subject import Reading, Subject, Telling


def read(telling: Telling) -> Reading:
    """One graph break; the beginning of a text says it all."""
    reason = graph_break_reason(telling.text.decode("utf-8", "replace"))
    file, _, line = reason.place.rpartition(":")
    has_line = bool(file) and line.isascii() and line.isdigit() and len(line) < 10
    frame = nearest_users(reason.stack)
    told = Told(
        kind=Kind.GRAPH_BREAK,
        title=break_title(reason),
        details=reason.details,
        file=cut(file if has_line else reason.place) or None,
        lineno=int(line) if has_line else None,
        frame=None if frame is None else frame.function,
        code=None if frame is None else frame.code,
        stack=reason.stack,
        number=reason.number,
        hints=reason.hints,
    )
    return Reading([told], is_whole=telling.is_whole)


SUBJECT = Subject(
    name="graph_breaks",
    artifacts=("dynamo_graph_break_reason",),
    read=read,
    summary="A graph break: its reason, explanation and hints, the user's file and line.",
)
