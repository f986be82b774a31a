"""Which torch made a trace."""

from __future__ import annotations

from artifact_stream.entries import Entry
from artifact_stream.facts.fact import Kind
from artifact_stream.facts.subject import Telling
from artifact_stream.facts.versions import read


def test_versions_are_those_of_the_payload():
    [told] = read(
        Telling(Entry("artifact"), b'{\n"pytorch_version": "2.13.0+cpu",\n"oss": true}')
    ).told
    assert told.kind is Kind.VERSIONS
    assert {name: bytes(raw) for name, raw in told.fields.items()} == {
        "pytorch_version": b'"2.13.0+cpu"', "oss": b"true",
    }  # fmt: skip


def test_a_broken_payload_tells_no_version():
    [told] = read(Telling(Entry("artifact"), b"torch 2")).told
    assert told.fields == {}
