"""Recompilations, as ``recompile_reasons`` tells of them."""

from __future__ import annotations

from artifact_stream.facts.fact import Kind, Told
from artifact_stream.facts.reasons import Reason, recompile_reasons
from artifact_stream.facts.subject import Reading, Subject, Telling


def read(telling: Telling) -> Reading:
    """One recompilation and all reasons for it; a list of reasons is needed whole."""
    if not telling.is_whole:
        told = [Told(kind=Kind.RECOMPILATION, title="")]
        return Reading(told, is_whole=False, is_one_event=True)
    reasons = recompile_reasons(telling.text.decode("utf-8", "replace"))
    return Reading(told_of(reasons), is_one_event=True)


def told_of(reasons: list[Reason]) -> list[Told]:
    """The reasons of one recompilation."""
    return [
        Told(
            kind=Kind.RECOMPILATION,
            title=reason.title,
            details=reason.details,
            file=reason.place or None,
            guard=reason.guard,
            stack=() if reason.asked_by is None else (reason.asked_by,),
        )
        for reason in reasons or [Reason("No reason was logged")]
    ]


SUBJECT = Subject(
    name="recompilations",
    artifacts=("recompile_reasons",),
    read=read,
    summary="A recompilation: the guards that failed.",
)
