"""An output that is there: its packs become files."""

from __future__ import annotations

import json

import pytest

from artifact_stream.errors import InputUnusable, OutputUnusable
from artifact_stream.options import Options
from artifact_stream.pipeline.progress import RunProgress
from artifact_stream.pipeline.run import run
from artifact_stream.tools.unpack import unpack
from tests.helpers.support import FRAME_0, assert_same_tree, raw_entry, tree

CODE = b"import torch\n"


def make(folder, **options):
    (folder / "t.log").write_bytes(
        raw_entry("aot_joint_graph", b"graph \xff", **FRAME_0)
        + raw_entry("inductor_output_code", CODE, {"filename": "a.py"}, **FRAME_0)
    )
    name = "lazy" if options else "eager"
    run([str(folder / "t.log")], str(folder / name), Options(**options))
    return folder / name


@pytest.fixture
def lazy(tmp_path):
    return make(tmp_path, lazy=True)


def comparable(out):
    made = tree(out)
    summary = json.loads(made.pop("summary.json"))
    return made, summary["entries"], summary["files"], summary["written_bytes"]


def test_unpacked_is_what_a_run_without_packs_makes(lazy, tmp_path):
    eager = make(tmp_path)
    progress = RunProgress()
    summary = unpack(str(lazy), jobs=1, progress=progress)
    assert summary.counts.files == 3
    assert progress.traces_done == progress.traces_total == 1
    unpacked, expected = comparable(lazy), comparable(eager)
    assert_same_tree(unpacked[0], expected[0])
    assert unpacked[1:] == expected[1:]


def test_what_has_no_packs_is_not_unpacked(lazy, tmp_path):
    unpack(str(lazy), jobs=1)
    before = tree(lazy)
    with pytest.raises(OutputUnusable):
        unpack(str(lazy), jobs=1)
    with pytest.raises(OutputUnusable):
        unpack(str(tmp_path), jobs=1)
    assert_same_tree(tree(lazy), before)


def test_a_damaged_pack_is_not_unpacked_and_stays(lazy):
    (pack,) = lazy.glob("packs/*.js")
    text = pack.read_bytes()
    pack.write_bytes(text[:-20])
    with pytest.raises(InputUnusable):
        unpack(str(lazy), jobs=1)
    assert pack.exists()
    pack.write_bytes(text)
    assert unpack(str(lazy), jobs=1).counts.files == 3  # The next one brings it to its end.
    assert not pack.exists()
