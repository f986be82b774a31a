"""What a page of generated code is called."""

from __future__ import annotations

import pytest

from artifact_stream.entries import Entry
from artifact_stream.handlers.base import Artifact, Content
from artifact_stream.handlers.codegen import HANDLER, describe, file_stem, language_of_dump
from artifact_stream.handlers.registry import built_in


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


@pytest.mark.parametrize(
    ("metadata", "language"),
    [
        (
            {"name": "inductor_aot_wrapper_code", "type": "cpp", "filename": "/t/c.wrapper.cpp"},
            "cpp",
        ),
        ({"name": "a", "type": "cpp"}, "cpp"),
        ({"name": "a", "type": "CUDA"}, "cpp"),
        ({"name": "a", "filename": r"C:\t\k.cu"}, "cpp"),
        ({"name": "a", "filename": "/t/wrapper.py"}, "python"),
        ({"name": "a", "type": "python"}, "python"),
        ({"name": "a", "type": "json", "filename": "/t/a.json"}, None),
        ({"name": "a", "filename": "cpp"}, None),
        ({"name": "before_joint"}, None),
        ({"name": "a", "type": 7, "filename": None}, None),
        ({}, None),
    ],
)
def test_a_graph_dump_is_code_by_its_type_or_the_ending_of_its_file(metadata, language):
    entry = Entry("graph_dump", metadata=metadata)
    taker = built_in().claimer_of(entry)
    assert language_of_dump(entry) == language
    if language is None:
        assert taker is None
    else:
        assert taker is HANDLER
        name = metadata["name"]
        assert describe(entry) == Artifact(name, Content.CODE_PAGE, language=language)


def test_code_without_a_name_is_called_by_its_type():
    assert describe(Entry("graph_dump", metadata={"type": "cpp"})).name == "graph_dump"
