"""What waits between being planned and being listed: where files go, and packs that are filled."""

from __future__ import annotations

import pytest

from artifact_stream.disk.directories import Directory
from artifact_stream.disk.staged_files import StagedFile
from artifact_stream.handlers.base import Artifact, Content
from artifact_stream.output.packs import place_in_pack
from artifact_stream.pipeline import in_flight
from artifact_stream.pipeline.in_flight import Pack, Place, Planned
from artifact_stream.rendering.task import RenderTask
from artifact_stream.workers.job import Job
from artifact_stream.writers import ClaimedName


def planned(name, content=Content.TEXT, *, made_safe=False, repeated=False, original_name=None):
    artifact = Artifact(name, content, original_name=original_name)
    claimed = ClaimedName("0_0_0", "stem", made_safe, repeated)
    return Planned(artifact, claimed, RenderTask(1, content, None), True)


@pytest.mark.parametrize(
    ("content", "path", "text_path"),
    [
        (Content.TEXT, "0_0_0/stem.txt", None),
        (Content.JSON, "0_0_0/stem.json", None),
        (Content.CODE_PAGE, "0_0_0/stem.html", "0_0_0/stem.txt"),
    ],
)
def test_a_page_alone_has_its_text_beside_it(content, path, text_path):
    file = planned("stem", content)
    assert (file.path, file.text_path) == (path, text_path)


@pytest.mark.parametrize(
    ("facts", "original_name"),
    [
        ({}, None),
        ({"made_safe": True}, "../x"),
        ({"repeated": True}, "../x"),
        # What the handler knows better is said whether the name was changed or not.
        ({"original_name": "/tmp/y.py"}, "/tmp/y.py"),
        ({"made_safe": True, "original_name": "/tmp/y.py"}, "/tmp/y.py"),
    ],
)
def test_the_name_in_the_trace_is_said_where_the_file_is_called_otherwise(facts, original_name):
    assert planned("../x", **facts).original_name == original_name


@pytest.fixture
def pack(tmp_path):
    with Directory.made_at(str(tmp_path)) as staging:
        file = StagedFile(staging, "pack-1", digested=False)
        yield Pack(ClaimedName("packs", "000001", made_safe=False, repeated=False), file)
        file.discard()


def test_a_pack_holds_little_in_memory_and_knows_its_length(pack, tmp_path, monkeypatch):
    monkeypatch.setattr(in_flight, "_WRITTEN_BYTES", 10)
    lengths = []
    for _ in range(5):
        pack.add(b"1234")
        lengths.append((pack.unwritten_bytes, pack.text_bytes))
    assert lengths == [(4, 4), (8, 8), (0, 12), (4, 16), (8, 20)]
    pack.write()
    assert (pack.unwritten, pack.unwritten_bytes, pack.text_bytes) == ([], 0, 20)
    pack.file.close()
    assert (tmp_path / "pack-1").read_bytes() == b"1234" * 5


def test_the_url_of_a_place_leads_back_to_it(pack):
    job = Job(RenderTask(1, Content.TEXT, None), pack.file)
    place = Place(pack, 7, "loader.renderCode", job)
    assert pack.path == "packs/000001.js"
    assert place_in_pack(place.url) == ("000001", 7)
