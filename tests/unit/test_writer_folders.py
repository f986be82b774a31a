"""Which folders an `ArtifactWriter` opens, and that none stays open when one of them cannot be."""

from __future__ import annotations

import pytest

from artifact_stream.errors import OutputUnusable
from artifact_stream.layout import ROOT, TraceFolder
from artifact_stream.writers import ArtifactWriter
from tests.helpers.support import open_descriptors, tree

PLACES = [ROOT, TraceFolder("trace")]


@pytest.mark.parametrize("place", PLACES)
def test_an_artifact_gets_a_name_in_the_traces_folder(place, tmp_path):
    before = open_descriptors()
    writer = ArtifactWriter(str(tmp_path), place)
    name = writer.claim("x", "a", (".txt",)).path(".txt")
    with open(writer.staging_folder + "/1", "wb") as file:
        file.write(b"content")
    writer.publish([("1", name)])
    writer.close()
    assert tree(tmp_path) == {place.path("x/a.txt"): b"content"}
    assert open_descriptors() == before


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("taken", [".artifact-stream", ".artifact-stream/pending"])
def test_no_descriptor_is_left_where_something_is_in_the_way(taken, place, tmp_path):
    path = tmp_path / place.path(taken)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("in the way")
    before = open_descriptors()
    with pytest.raises(OutputUnusable, match="in the way"):
        ArtifactWriter(str(tmp_path), place)
    assert open_descriptors() == before


def test_no_descriptor_is_left_where_the_traces_folder_is_a_link(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out" / "trace").symlink_to(tmp_path / "elsewhere")
    before = open_descriptors()
    with pytest.raises(OutputUnusable):
        ArtifactWriter(str(tmp_path / "out"), TraceFolder("trace"))
    assert open_descriptors() == before
    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.parametrize("names", ['["a",1]\nnone of ours\n', '["a",1]\n'])
def test_no_descriptor_is_left_where_the_names_cannot_be_read(names, tmp_path, monkeypatch):
    from artifact_stream.disk import saved_map

    staging = tmp_path / ".artifact-stream"
    staging.mkdir()
    (staging / "names.jsonl").write_text(names)
    monkeypatch.setattr(saved_map, "saved_in", lambda _: saved_map.Saved(len(names) + 1, b""))
    before = open_descriptors()
    with pytest.raises(OutputUnusable, match="was edited"):
        ArtifactWriter(str(tmp_path))
    assert open_descriptors() == before


def test_others_files_keep_their_names(tmp_path):
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "a.txt").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "x")
    writer = ArtifactWriter(str(tmp_path), may_hold_others_files=True)
    assert writer.claim("x", "a", (".txt",)).path(".txt") == "x/a_1.txt"
    assert writer.claim("y", "a", (".txt",)).path(".txt") == "y/a.txt"
    writer.close()
    assert not (tmp_path / "y").exists()
