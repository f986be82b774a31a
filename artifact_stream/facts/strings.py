"""The string table of a process: texts that later stacks name by a number.

``torch/_logging/structured.py``: ``{"str": ["/x/train.py", 7]}``, before the number is used.
"""

from __future__ import annotations

from artifact_stream.facts.fact import Kind, Told
from artifact_stream.facts.subject import Reading, Subject, Telling
from artifact_stream.json_text import loads

MAX_CHARS = 4096
"""So much of a string is kept."""


def read(telling: Telling) -> Reading:
    """One string and its number."""
    logged = telling.entry.logged_metadata()
    try:
        value = None if logged is None else loads(logged)
    except ValueError:
        value = None
    if not isinstance(value, list) or len(value) != 2:
        return Reading([])
    text, index = value
    if not isinstance(text, str) or not isinstance(index, int) or not -1 < index < 1 << 53:
        return Reading([])
    return Reading([Told(kind=Kind.STRING, text=text[:MAX_CHARS], index=index)])


SUBJECT = Subject(
    name="strings",
    entry_types=("str",),
    read=read,
    summary="A string that stacks name by a number.",
)
