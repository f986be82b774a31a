"""Generic artifacts: anything that torch logs with a name and an encoding."""

from __future__ import annotations

from typing import ClassVar

from artifact_stream.entries import Entry
from artifact_stream.handlers.base import Artifact, Content, Documentation

# torch logs a list of recompile reasons as JSON, but a single one as bare text, and says "json"
# both times (torch/_dynamo/guards.py of 2.13).
_TEXT_UNDER_JSON = frozenset({"recompile_reasons"})

_CACHE_EVENTS = ("cache_hit", "cache_miss", "cache_bypass")


class ArtifactHandler:
    """Writes an artifact as text, or as pretty-printed JSON where that is its encoding."""

    name: ClassVar[str] = "artifact"
    entry_types: ClassVar[tuple[str, ...]] = ("artifact",)
    documentation: ClassVar[Documentation] = Documentation(
        summary="Named artifacts; those of cache events only if `cache` is included.",
        output="`{name}.txt`; `{name}.json`, pretty-printed, for encoding `json`",
    )

    def describe(self, entry: Entry) -> Artifact:
        """Text or JSON; see `artifact_stream.handlers.base.Handler`."""
        name = entry.text("name") or "artifact"
        content = Content.JSON if entry.metadata.get("encoding") == "json" else Content.TEXT
        return Artifact(name, content, may_be_text=name in _TEXT_UNDER_JSON)


def is_cache_artifact(entry: Entry) -> bool:
    """True for artifacts that tell of a cache's hits and misses."""
    name = entry.text("name")
    return name is not None and any(event in name for event in _CACHE_EVENTS)
