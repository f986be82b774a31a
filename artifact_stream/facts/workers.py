"""Processes that compile kernels, as ``compile_worker_status`` of newer torch tells of them."""

from __future__ import annotations

from artifact_stream.facts.fact import Kind, Told
from artifact_stream.facts.logged_fields import fields_of, text_of
from artifact_stream.facts.subject import Reading, Subject, Telling


def read(telling: Telling) -> Reading:
    """What is said of a process, as logged."""
    fields = fields_of(telling.entry, telling.text)
    compile_id = fields.get("compile_id")
    return Reading(
        [Told(kind=Kind.WORKER, fields=fields)] if fields else [],
        compile_id=None if compile_id is None else text_of(compile_id),
    )


SUBJECT = Subject(
    name="workers",
    entry_types=("compile_worker_status",),
    artifacts=("compile_worker_status",),
    read=read,
    summary="How the processes that compile kernels fare.",
)
