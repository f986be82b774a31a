"""Processes that compile kernels."""

from __future__ import annotations

from artifact_stream.entries import Entry
from artifact_stream.facts.fact import Kind
from artifact_stream.facts.subject import Telling
from artifact_stream.facts.workers import read


def test_the_payload_names_the_compilation_where_the_entry_does_not():
    reading = read(
        Telling(Entry("artifact", logged_metadata=lambda: b"{}"), b'{"compile_id": "0/1"}')
    )
    [told] = reading.told
    assert (told.kind, reading.compile_id) == (Kind.WORKER, "0/1")


def test_nothing_is_told_of_nothing():
    reading = read(Telling(Entry("compile_worker_status", logged_metadata=lambda: b"{}")))
    assert (reading.told, reading.compile_id) == ([], None)
    reading = read(
        Telling(Entry("compile_worker_status", logged_metadata=lambda: b'{"compile_id": 7}'))
    )
    assert reading.compile_id is None
