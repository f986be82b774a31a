"""What caches had for a graph, as their artifacts tell by their names.

``fx_graph_cache_hit``, ``fx_graph_cache_miss``, ``fx_graph_cache_bypass``; the same of
``aotautograd_cache``.  Older torch logs ``fx_graph_cache_hash`` and ``aotautograd_cache_hash``,
whose payload says ``{"cache_state": "miss"}``.
"""

from __future__ import annotations

import msgspec

from artifact_stream.facts.fact import CacheEvent, Kind, Told, cut_value
from artifact_stream.facts.logged_fields import members
from artifact_stream.facts.subject import Reading, Subject, Telling
from artifact_stream.json_text import loads

_CACHES = ("fx_graph", "aotautograd")
_OUTCOMES = ("hit", "miss", "bypass")
_STATE = "cache_state"
_REASONS = ("cache_bypass_reason", "reason")


def read(telling: Telling) -> Reading:
    """One look into a cache; a payload is read where the name does not say all."""
    name = telling.entry.text("name") or ""
    cache, _, outcome = name.partition("_cache_")
    reason = None
    if outcome != "hit" and outcome != "miss":
        fields = members(telling.text)
        if outcome == "hash":
            state = _member(fields, (_STATE,))
            if state not in _OUTCOMES:
                return Reading([])
            outcome = state
        reason = _member(fields, _REASONS)
    event = CacheEvent(cache=cache, outcome=outcome, reason=reason)
    return Reading([Told(kind=Kind.CACHE, cache=event)])


def _member(fields: dict[str, msgspec.Raw], names: tuple[str, ...]) -> str | None:
    for name in names:
        raw = fields.get(name)
        if raw is not None:
            return cut_value(loads(bytes(raw)))
    return None


SUBJECT = Subject(
    name="caches",
    artifacts=tuple(
        f"{cache}_cache_{outcome}" for cache in _CACHES for outcome in (*_OUTCOMES, "hash")
    ),
    read=read,
    summary="What a cache had for a graph: a hit, a miss or a bypass, and why it was bypassed.",
)
