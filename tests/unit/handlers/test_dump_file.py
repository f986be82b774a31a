"""What a dumped source is called, and where it goes."""

from __future__ import annotations

import pytest

from artifact_stream.entries import Entry
from artifact_stream.handlers.base import Artifact, Content, Scope
from artifact_stream.handlers.dump_file import HANDLER, describe


@pytest.mark.parametrize(
    ("metadata", "name", "original_name"),
    [
        ({"name": "<eval_with_key>.7"}, "eval_with_key_7", "<eval_with_key>.7"),
        ({"name": "/tmp/eval_with_key_12.py"}, "eval_with_key_12", "/tmp/eval_with_key_12.py"),
        ({"name": "model.py"}, "model.py", None),
        ({}, "dump", None),
    ],
)
def test_a_source_is_a_page_beside_the_compile_ids(metadata, name, original_name):
    assert describe(Entry("dump_file", metadata=metadata)) == Artifact(
        name, Content.CODE_PAGE, Scope.DUMP_FILE, original_name=original_name
    )


def test_sources_are_files_always():
    assert (HANDLER.title, HANDLER.lazy_loader) == ("Dump files", None)
