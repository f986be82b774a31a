"""Generic artifacts: anything that torch logs with a name and an encoding."""

from __future__ import annotations

from artifact_stream.entries import Entry
from artifact_stream.handlers.base import Artifact, Content, Documentation, Handler

# torch logs a list of recompile reasons as JSON, but a single one as bare text, and says "json"
# both times (torch/_dynamo/guards.py of 2.13).
_TEXT_UNDER_JSON = frozenset({"recompile_reasons"})

_CACHE_EVENTS = ("cache_hit", "cache_miss", "cache_bypass")


def describe(entry: Entry) -> Artifact:
    """Text, or pretty-printed JSON where that is the artifact's encoding."""
    name = entry.text("name") or "artifact"
    content = Content.JSON if entry.metadata.get("encoding") == "json" else Content.TEXT
    return Artifact(name, content, may_be_text=name in _TEXT_UNDER_JSON)


def is_cache_artifact(entry: Entry) -> bool:
    """True for artifacts that tell of a cache's hits and misses."""
    name = entry.text("name")
    return name is not None and any(event in name for event in _CACHE_EVENTS)


HANDLER = Handler(
    name="artifact",
    title="Artifacts",
    entry_types=("artifact",),
    describe=describe,
    documentation=Documentation(
        summary="Named artifacts; those of cache events only if `cache` is included.",
        output="`{name}.txt`; `{name}.json`, pretty-printed, for encoding `json`",
    ),
    place=30,
)
