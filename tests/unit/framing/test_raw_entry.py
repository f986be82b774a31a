"""An entry is what its line in a raw log says."""

from __future__ import annotations

from artifact_stream.entries import NO_PAYLOAD
from artifact_stream.framing.payloads import IndentedText
from artifact_stream.framing.prefix import PREFIX
from artifact_stream.framing.raw_entry import raw_entry
from tests.helpers.support import PREFIX as LOGGED

PLACE = {
    "source": "t.log", "line": 4, "offset_bytes": 90, "payload_offset_bytes": 190,
    "source_bytes": 120,
}  # fmt: skip


def entry_of(envelope, payload=NO_PAYLOAD):
    return raw_entry("graph_dump", PREFIX.match(LOGGED.encode() + b"{"), envelope, payload, **PLACE)


def test_all_that_is_said():
    envelope = {
        "graph_dump": {"name": "g"}, "frame_id": 1, "frame_compile_id": 2, "attempt": 0, "rank": 3,
        "has_payload": "A" * 32, "subgraph_name": "sub", "severity": 4, "stack": [],
    }  # fmt: skip
    entry = entry_of(envelope, IndentedText(b"\tx"))
    assert (entry.type, entry.compile_id, entry.rank, entry.thread) == (
        "graph_dump",
        "1_2_0",
        3,
        2407,
    )
    assert (entry.timestamp, entry.pathname, entry.lineno) == (
        "--11-23T19:25:59.805000", "torch/_dynamo/utils.py", 2350,
    )  # fmt: skip
    assert entry.context == {"severity": 4, "subgraph_name": "sub"}
    assert entry.has_payload
    assert (entry.line, entry.offset_bytes, entry.payload_offset_bytes) == (4, 90, 190)


def test_what_is_not_said_is_not_there():
    entry = entry_of({"graph_dump": [], "rank": "3"})
    assert (entry.metadata, entry.rank, entry.compile_id) == ({}, None, None)
    assert (entry.payload_md5, entry.has_payload, entry.context) == (None, False, {})


def test_a_payload_that_is_said_and_not_there():
    assert entry_of({"graph_dump": {}, "has_payload": "0" * 32}).has_payload
