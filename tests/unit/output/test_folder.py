"""The output folder: refused with the remedy, and cleared of what a run made and nothing else."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artifact_stream import OutputUnusable, read_compile_directory, run
from artifact_stream.disk.external_sort import ExternalSorter
from artifact_stream.disk.spilling_map import SpillingMap
from artifact_stream.index.by_compile_id import GroupedDirectory
from artifact_stream.json_text import encode_json
from artifact_stream.output.folder import OutputFolder
from tests.helpers.support import FRAME_0, raw_entry, tree


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "t.log"
    path.write_bytes(
        raw_entry("aot_joint_graph", b"x", **FRAME_0)
        + raw_entry("inductor_output_code", b"import torch\n", {"filename": "a b?.py"}, **FRAME_0)
        + raw_entry("dump_file", b"x", {"name": "d"})
    )
    return str(path)


def test_a_folder_that_is_not_empty_is_refused_with_the_remedy(log, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    run([log], str(out))  # an empty one is fine
    before = tree(out)
    with pytest.raises(OutputUnusable, match="give overwrite=True to replace"):
        run([log], str(out))
    assert tree(out) == before


def test_refused_before_a_source_is_looked_at(tmp_path):
    (tmp_path / "x").write_text("x")
    with pytest.raises(OutputUnusable):
        run([str(tmp_path / "does not exist")], str(tmp_path))


def test_overwrite_leaves_a_folder_alone_that_no_run_made(log, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.txt").write_text("years of work")
    with pytest.raises(OutputUnusable, match="was not made by artifact-stream"):
        run([log], str(out), overwrite=True)
    with pytest.raises(OutputUnusable, match="was not made by artifact-stream: name another"):
        run([log], str(out))
    assert tree(out) == {"thesis.txt": b"years of work"}


def test_a_file_in_place_of_the_folder_is_refused(log, tmp_path):
    (tmp_path / "out").write_text("x")
    with pytest.raises(OutputUnusable, match="Not a directory"):
        run([log], str(tmp_path / "out"))


def test_overwrite_removes_what_a_run_made_and_nothing_else(log, tmp_path):
    out = tmp_path / "out"
    run([log], str(out))
    foreign = {"notes.txt": b"mine", "0_0_0/notes.txt": b"mine too", "deep/x": b"and this"}
    for name, data in foreign.items():
        (out / name).parent.mkdir(exist_ok=True)
        (out / name).write_bytes(data)
    other = tmp_path / "other.log"
    other.write_bytes(raw_entry("aot_forward_graph", b"y", frame_id=5, frame_compile_id=0))
    run([str(other)], str(out), overwrite=True)
    run([str(other)], str(tmp_path / "fresh"))
    made = {name for name in tree(out) if not name.startswith("summary")}
    assert made == (set(tree(tmp_path / "fresh")) | set(foreign)) - {"summary.json"}
    for name, data in foreign.items():
        assert (out / name).read_bytes() == data
    assert not (out / "dump_file").exists()


def test_a_foreign_file_is_never_replaced(log, tmp_path):
    out = tmp_path / "out"
    run([log], str(out))
    (out / "1_0_0").mkdir()
    (out / "1_0_0" / "aot_joint_graph.txt").write_text("mine")
    other = tmp_path / "other.log"
    other.write_bytes(raw_entry("aot_joint_graph", b"y", frame_id=1, frame_compile_id=0))
    run([str(other)], str(out), overwrite=True)
    assert (out / "1_0_0" / "aot_joint_graph.txt").read_text() == "mine"
    assert (out / "1_0_0" / "aot_joint_graph_1.txt").read_text() == "y"


def test_an_index_that_was_edited_leads_nowhere_outside(log, tmp_path):
    out = tmp_path / "out"
    run([log], str(out))
    victim = tmp_path / "victim.txt"
    victim.write_text("still here")
    (out / "link").symlink_to(tmp_path)
    with open(out / "directory.jsonl", "ab") as index:
        index.writelines(
            encode_json(
                {
                    "compile_id": "x",
                    "name": "n",
                    "url": url,
                    "type": "t",
                    "rank": None,
                    "bytes": 1,
                    "lazy_loader": None,
                    "line": 1,
                }
            )
            + b"\n"
            for url in (
                "../victim.txt",
                str(victim),
                "%2e%2e/victim.txt",
                "link/victim.txt",
                "a/../../victim.txt",
            )
        )
    run([log], str(out), overwrite=True)
    assert victim.read_text() == "still here"


def test_a_link_planted_for_a_folder_leads_nowhere_outside(log, tmp_path):
    out = tmp_path / "out"
    run([log], str(out))
    (out / "7_0_0").symlink_to(tmp_path)
    other = tmp_path / "other.log"
    other.write_bytes(raw_entry("aot_joint_graph", b"y", frame_id=7, frame_compile_id=0))
    with pytest.raises(OutputUnusable):
        run([str(other)], str(out), overwrite=True)
    assert not (tmp_path / "aot_joint_graph.txt").exists()


def test_after_a_kill_overwrite_gives_what_a_first_run_gives(tmp_path):
    log = tmp_path / "t.log"
    log.write_bytes(raw_entry("graph_dump", b"x" * 1000, {"name": "same"}, **FRAME_0) * 30_000)
    out = tmp_path / "out"
    command = [sys.executable, "-m", "artifact_stream", "run", str(log), str(out)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    while not (out / "0_0_0" / "same_50.txt").exists():
        assert process.poll() is None
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    process.wait()
    written = list((out / "0_0_0").iterdir())
    listed = (out / "directory.jsonl").read_bytes().count(b"\n")
    assert len(written) - listed in (0, 1)
    assert all(path.stat().st_size == 1000 for path in written)
    log.write_bytes(raw_entry("graph_dump", b"y", {"name": "same"}, **FRAME_0) * 3)
    run([str(log)], str(out), overwrite=True)
    assert sorted(os.listdir(out / "0_0_0")) == ["same.txt", "same_1.txt", "same_2.txt"]


def test_the_compile_directory_is_read_as_it_was_written(tmp_path):
    log = tmp_path / "t.log"
    log.write_bytes(
        raw_entry("graph_dump", b"x", {"name": 'a.b"{[/'}, frame_id="dots.in.it")
        + raw_entry("link", None, {"name": "l", "url": "javascript:x"}, **FRAME_0)
        + raw_entry("dump_file", b"", {"name": "d"})
        + raw_entry("graph_dump", b"x", {"name": "b"}, **FRAME_0)
    )
    run([str(log)], str(tmp_path / "out"))
    path = tmp_path / "out" / "compile_directory.json"
    expected = [
        (key, group["display_name"], kind == "links", item)
        for key, group in json.loads(path.read_bytes()).items()
        for kind in ("artifacts", "links")
        for item in group[kind]
    ]
    read = read_compile_directory(str(path))
    assert [(r.compile_id, r.display_name, r.is_link, r.fields) for r in read] == expected
    assert len(expected) == 4


def test_nothing_temporary_is_left(log, tmp_path):
    run([log], str(tmp_path / "out"))
    assert not (tmp_path / "out" / ".artifact-stream").exists()
    assert not list((tmp_path / "out").rglob("*.part"))


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.tuples(st.text(st.characters(codec=None), max_size=300), st.integers(0, 1 << 40))),
    st.integers(1, 5),
)
def test_a_map_that_spills_is_a_dict(tmp_path_factory, items, limit):
    spilling = SpillingMap(str(tmp_path_factory.mktemp("map")), limit)
    expected = {}
    for key, value in items:
        assert spilling.get(key) == expected.get(key)
        spilling.set(key, value)
        expected[key] = value
    for key, value in expected.items():
        assert spilling.get(key) == value
    spilling.close()


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(*[st.integers(0, (1 << 64) - 1)] * 4)), st.integers(1, 7))
def test_a_sorter_that_spills_sorts(tmp_path_factory, records, run_records):
    sorter = ExternalSorter(str(tmp_path_factory.mktemp("sort")), run_records)
    for record in records:
        sorter.add(record)
    assert list(sorter.sorted_records()) == sorted(records)
    sorter.close()


def test_groups_are_in_order_of_first_appearance_with_links_last(tmp_path):
    lines = [("b", "1", 1), ("a", "2", 1), ("b", "3", None), ("c", "4", None), ("b", "5", 1)]
    with open(tmp_path / "directory.jsonl", "wb") as index:
        index.writelines(
            encode_json(
                {
                    "compile_id": key,
                    "name": name,
                    "url": name,
                    "type": "t",
                    "rank": None,
                    "bytes": size,
                    "lazy_loader": None,
                    "line": 1,
                }
            )
            + b"\n"
            for key, name, size in lines
        )
        index.write(b'{"torn')
    with GroupedDirectory(str(tmp_path / "directory.jsonl"), str(tmp_path)) as directory:
        for _ in range(2):
            groups = [(key, [e.name for e in entries]) for key, entries in directory.groups()]
            assert groups == [("b", ["1", "5", "3"]), ("a", ["2"]), ("c", ["4"])]


def test_a_folder_stays_ours_while_it_is_cleared(log, monkeypatch, tmp_path):
    """Killed between the old run's removal and the new one's beginning, beside others' files."""
    out = tmp_path / "out"
    run([log], str(out))
    expected = {path: data for path, data in tree(out).items() if path != "summary.json"}
    (out / "0_0_0" / "mine.txt").write_text("mine")
    with monkeypatch.context() as patch:
        patch.setattr(OutputFolder, "mark_run", None)
        with pytest.raises(TypeError):
            run([log], str(out), overwrite=True)
    assert sorted(tree(out)) == ["0_0_0/mine.txt", "format.json"]
    run([log], str(out), overwrite=True)
    made = tree(out)
    assert made.pop("0_0_0/mine.txt") == b"mine"
    assert {path: data for path, data in made.items() if path != "summary.json"} == expected
