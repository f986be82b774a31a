"""What a page of generated code is called."""

from __future__ import annotations

import pytest

from artifact_stream.entries import Entry
from artifact_stream.handlers.base import Artifact, Content
from artifact_stream.handlers.codegen import HANDLER, describe, file_stem


@pytest.mark.parametrize(
    ("path", "stem"),
    [
        ("/tmp/inductor/ab/cabc.py", "cabc"),
        (r"C:\tmp\cabc.py", "cabc"),
        ("cabc", "cabc"),
        ("a/b.c.py", "b.c"),
        ("a/.py", ".py"),
        ("a/b.py/", "b"),
        ("/", None),
        ("a/..", None),
        ("", None),
    ],
)
def test_the_stem_of_a_path_of_any_system(path, stem):
    assert file_stem(path) == stem


@pytest.mark.parametrize(
    ("metadata", "name"),
    [
        ({"filename": "/tmp/cabc.py"}, "inductor_output_code_cabc"),
        ({"filename": "/"}, "inductor_output_code"),
        ({}, "inductor_output_code"),
    ],
)
def test_code_is_a_page_named_after_its_file(metadata, name):
    entry = Entry("inductor_output_code", metadata=metadata)
    assert describe(entry) == Artifact(name, Content.CODE_PAGE)


def test_code_is_shown_from_packs():
    assert (HANDLER.title, HANDLER.lazy_loader) == ("Code", "loader.renderInductorCode")
