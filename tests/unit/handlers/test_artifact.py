"""What becomes of a named artifact."""

from __future__ import annotations

import pytest

from artifact_stream.entries import Entry
from artifact_stream.handlers.artifact import HANDLER, describe, is_cache_artifact
from artifact_stream.handlers.base import Artifact, Content


@pytest.mark.parametrize(
    ("metadata", "described"),
    [
        ({"name": "a", "encoding": "json"}, Artifact("a", Content.JSON)),
        ({"name": "a", "encoding": "string"}, Artifact("a", Content.TEXT)),
        ({"name": "a"}, Artifact("a", Content.TEXT)),
        ({}, Artifact("artifact", Content.TEXT)),
        (
            {"name": "recompile_reasons", "encoding": "json"},
            Artifact("recompile_reasons", Content.JSON, may_be_text=True),
        ),
    ],
)
def test_json_where_that_is_the_encoding_else_text(metadata, described):
    assert describe(Entry("artifact", metadata=metadata)) == described


@pytest.mark.parametrize(
    ("name", "is_cache"),
    [
        ("fx_graph_cache_hit", True),
        ("aotautograd_cache_miss_3", True),
        ("cache_bypass", True),
        ("cache_key", False),
        (None, False),
        (["cache_hit"], False),
    ],
)
def test_events_of_caches_are_told_by_name(name, is_cache):
    assert is_cache_artifact(Entry("artifact", metadata={"name": name})) is is_cache


def test_artifacts_are_files_always():
    assert (HANDLER.title, HANDLER.lazy_loader) == ("Artifacts", None)
