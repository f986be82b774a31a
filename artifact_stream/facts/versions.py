"""Which torch made the trace, as the artifact ``torch_version`` tells since torch 2.10.

``{"pytorch_version": "2.13.0+cpu", "commit": "cf30153c", "oss": true}``.  In metrics stand
``pytorch_version`` and ``python_version``, too.
"""

from __future__ import annotations

from artifact_stream.facts.fact import Kind, Told
from artifact_stream.facts.logged_fields import members
from artifact_stream.facts.subject import Reading, Subject, Telling


def read(telling: Telling) -> Reading:
    """The versions, as logged."""
    return Reading([Told(kind=Kind.VERSIONS, fields=members(telling.text))])


SUBJECT = Subject(
    name="versions",
    artifacts=("torch_version",),
    read=read,
    summary="Which torch made the trace.",
)
