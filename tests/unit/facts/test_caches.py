"""What caches had for a graph."""

from __future__ import annotations

import pytest

from artifact_stream.entries import Entry
from artifact_stream.facts.caches import SUBJECT, read
from artifact_stream.facts.fact import CacheEvent
from artifact_stream.facts.subject import Telling


class Unread:
    """A payload that nobody may look at: those of misses are long."""

    def whole(self):
        raise AssertionError


@pytest.mark.parametrize("outcome", ["hit", "miss"])
@pytest.mark.parametrize("cache", ["fx_graph", "aotautograd"])
def test_the_name_tells(cache, outcome):
    metadata = {"name": f"{cache}_cache_{outcome}"}
    entry = Entry("artifact", metadata=metadata, payload=Unread(), has_payload=True)
    [told] = read(Telling(entry)).told
    assert told.cache == CacheEvent(cache=cache, outcome=outcome)
    assert metadata["name"] in SUBJECT.artifacts


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (
            "aotautograd_cache_bypass", b'{"cache_bypass_reason": "Won\'t", "x": 1}',
            CacheEvent(cache="aotautograd", outcome="bypass", reason="Won't"),
        ),
        (
            "fx_graph_cache_bypass", b"no JSON",
            CacheEvent(cache="fx_graph", outcome="bypass"),
        ),
        (
            "fx_graph_cache_hash", b'{"cache_state": "miss"}',
            CacheEvent(cache="fx_graph", outcome="miss"),
        ),
    ],
)  # fmt: skip
def test_the_payload_tells_what_the_name_does_not(name, text, expected):
    [told] = read(Telling(Entry("artifact", metadata={"name": name}), text)).told
    assert told.cache == expected


@pytest.mark.parametrize("text", [b"", b'{"cache_state": 7}', b'{"cache_state": "gone"}'])
def test_a_state_that_nobody_knows_is_not_told(text):
    entry = Entry("artifact", metadata={"name": "fx_graph_cache_hash"})
    assert read(Telling(entry, text)).told == []
