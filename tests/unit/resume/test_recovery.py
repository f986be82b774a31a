"""Putting an interrupted trace's folder in order, and what may be left in it."""

from __future__ import annotations

import pytest

from artifact_stream.errors import OutputUnusable
from artifact_stream.json_text import encode_json
from artifact_stream.layout import ROOT, TraceFolder
from artifact_stream.resume.record import RunNotes, read_record
from artifact_stream.resume.recovery import left_paths, recover
from tests.helpers.support import open_descriptors, tree


def line(url: str) -> bytes:
    entry = {"compile_id": "x", "name": url, "url": url, "type": "t", "rank": None, "bytes": 1,
             "lazy_loader": None, "line": 1}  # fmt: skip
    return encode_json(entry) + b"\n"


@pytest.mark.parametrize("place", [ROOT, TraceFolder("trace")])
def test_a_torn_line_is_cut_off_and_a_file_without_one_removed(place, tmp_path):
    root = tmp_path / "trace" if place.names else tmp_path
    (root / ".artifact-stream").mkdir(parents=True)
    (root / ".artifact-stream" / "pending").write_text("x/new.txt\nx/listed.txt\n\nx/old.txt\n")
    (root / ".artifact-stream" / "12").write_text("half a file")
    (root / "x").mkdir()
    for name in ("new.txt", "listed.txt", "old.txt"):
        (root / "x" / name).write_text("x")
    (root / "directory.jsonl").write_bytes(line("x/listed.txt") + b'{"torn')
    assert list(left_paths(str(tmp_path), place)) == ["x/new.txt", "x/listed.txt"]
    before = open_descriptors()
    recover(str(tmp_path), place, trusts_checkpoint=True, may_hold_others_files=False)
    assert open_descriptors() == before
    assert tree(root) == {
        "directory.jsonl": line("x/listed.txt"),
        "x/listed.txt": b"x",
        "x/old.txt": b"x",
    }


@pytest.mark.parametrize("place", [ROOT, TraceFolder("trace")])
def test_a_file_in_the_way_of_the_staging_folder_leaves_no_descriptor(place, tmp_path):
    root = tmp_path / "trace" if place.names else tmp_path
    root.mkdir(exist_ok=True)
    (root / ".artifact-stream").write_text("in the way")
    before = open_descriptors()
    with pytest.raises(OutputUnusable, match="in the way"):
        recover(str(tmp_path), place, trusts_checkpoint=False, may_hold_others_files=False)
    assert open_descriptors() == before
    assert list(left_paths(str(tmp_path), place)) == []


def test_a_file_in_the_way_of_a_traces_folder_leaves_no_descriptor(tmp_path):
    (tmp_path / "trace").write_text("in the way")
    before = open_descriptors()
    with pytest.raises(OutputUnusable, match="in the way"):
        recover(
            str(tmp_path),
            TraceFolder("trace"),
            trusts_checkpoint=False,
            may_hold_others_files=False,
        )
    assert open_descriptors() == before


def test_a_file_in_the_way_of_the_runs_own_folder_leaves_no_descriptor(tmp_path):
    (tmp_path / ".artifact-stream").write_text("in the way")
    before = open_descriptors()
    with pytest.raises(OutputUnusable, match="in the way"):
        RunNotes(str(tmp_path))
    assert read_record(str(tmp_path)) is None
    assert open_descriptors() == before
