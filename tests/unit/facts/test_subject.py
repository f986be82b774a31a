"""The record of a subject."""

from __future__ import annotations

from artifact_stream.facts.subject import Reading, Subject


def test_its_sources_are_types_and_names_of_artifacts():
    subject = Subject(
        name="s", entry_types=("a",), artifacts=("b",), read=lambda _: Reading([]), summary="it"
    )
    assert list(subject.sources()) == ["a", "b"]
