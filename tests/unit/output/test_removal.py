"""Removing what a run has made, and nothing else."""

from __future__ import annotations

import errno
import json
import os

import pytest

from artifact_stream import Options, OutputUnusable, run
from artifact_stream.disk.directories import Directory
from artifact_stream.json_text import encode_json
from artifact_stream.layout import ROOT, TraceFolder
from artifact_stream.output.marker import read_marker
from artifact_stream.output.removal import Removal, remove_listed
from tests.helpers.support import FRAME_0, open_descriptors, raw_entry, tree


@pytest.fixture
def out(tmp_path):
    log = tmp_path / "t.log"
    log.write_bytes(raw_entry("aot_joint_graph", b"x", **FRAME_0))
    other = tmp_path / "u.log"
    other.write_bytes(raw_entry("dump_file", b"x", {"name": "d"}))
    run([str(log), str(other)], str(tmp_path / "out"), Options(lazy=True), jobs=1)
    return tmp_path / "out"


def remove_run(out):
    marker = read_marker(str(out))
    assert marker is not None
    Removal(str(out)).remove_run(marker)


def listing(url: str, **fields: object) -> bytes:
    entry = {"compile_id": "x", "name": "n", "url": url, "type": "t", "rank": None, "bytes": 1,
             "lazy_loader": None, "line": 1, **fields}  # fmt: skip
    return encode_json(entry) + b"\n"


def test_all_that_a_run_made_goes_but_its_marker(out):
    before = open_descriptors()
    remove_run(out)
    assert sorted(path.name for path in out.rglob("*")) == ["format.json"]
    assert open_descriptors() == before


def test_what_others_have_put_there_stays(out):
    trace = next(path for path in out.iterdir() if (path / "packs").is_dir())
    mine = ["notes.txt", "assets/mine.css", "report/mine.js", f"{trace.name}/packs/mine.js",
            f"{trace.name}/packs/000002.js", f"{trace.name}/report/rows.txt"]  # fmt: skip
    for path in mine:
        (out / path).parent.mkdir(exist_ok=True)
        (out / path).write_text("mine")
    remove_run(out)
    assert sorted(tree(out)) == sorted([*mine, "format.json"])


def test_what_a_kill_has_left_goes_too(out):
    trace = next(path for path in out.iterdir() if (path / "packs").is_dir())
    staging = trace / ".artifact-stream"
    staging.mkdir()
    for name in ("x/pending.txt", "x/discarded.txt"):
        (trace / name).parent.mkdir(exist_ok=True)
        (trace / name).write_text("x")
    (staging / "pending").write_text("x/pending.txt\n\nx/older.txt\n")
    (staging / "discarded-1").write_bytes(listing("x/discarded.txt"))
    (staging / "17").write_text("half a file")
    (trace / "report" / "head.js.part").write_text("half a file")
    remove_run(out)
    assert list(tree(out)) == ["format.json"]


def test_edited_lists_lead_nowhere_outside(out):
    trace = next(path for path in out.iterdir() if (path / "packs").is_dir())
    victim = out.parent / "victim" / "file.txt"
    victim.parent.mkdir()
    victim.write_text("mine")
    (trace / "link").symlink_to(victim.parent)
    marker = json.loads((out / "format.json").read_bytes())
    marker["traces"] += ["../victim", "link", f"{trace.name}/link"]
    marker["assets"] += ["../../victim/file.txt"]
    (out / "format.json").write_text(json.dumps(marker))
    urls = ["link/file.txt", "../../victim/file.txt", "%2e%2e/%2e%2e/victim/file.txt",
            str(victim), "x/../link/file.txt"]  # fmt: skip
    with open(trace / "directory.jsonl", "ab") as index:
        index.writelines(map(listing, urls))
        index.write(b"no entry\n" + listing("x/listed.txt") + b"torn")
    (trace / "x").mkdir()
    (trace / "x" / "listed.txt").write_text("ours")
    remove_run(out)
    assert victim.read_text() == "mine"
    assert not (trace / "x").exists()
    assert os.listdir(trace) == ["link"]


def test_nothing_behind_a_line_that_no_run_wrote_is_removed(out):
    trace = next(path for path in out.iterdir() if (path / "packs").is_dir())
    (trace / "x").mkdir()
    (trace / "x" / "mine.txt").write_text("mine")
    with open(trace / "directory.jsonl", "ab") as index:
        index.write(b" " * (9 << 20) + b"\n" + listing("x/mine.txt"))
    remove_run(out)
    assert sorted(tree(out)) == ["format.json", f"{trace.name}/x/mine.txt"]


def test_a_staging_folder_is_cleared_but_for_one_file(tmp_path):
    for folder in (ROOT, TraceFolder("a")):
        staging = tmp_path.joinpath(*folder.staging)
        staging.mkdir(parents=True)
        (staging / "keep").write_text("x")
        (staging / "other").write_text("x")
        (staging / "folder").mkdir()
        removal = Removal(str(tmp_path))
        removal.clear_staging(folder, keep="keep")
        assert sorted(os.listdir(staging)) == ["folder", "keep"]
        (staging / "folder").rmdir()
        removal.remove_staging(folder)
        assert not staging.exists()
        removal.remove_staging(folder)


def test_what_may_not_be_removed_is_an_error(out, monkeypatch):
    def refuse(_: Directory, name: str) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM), name)

    monkeypatch.setattr(Directory, "remove", refuse)
    with pytest.raises(OutputUnusable, match="Operation not permitted"):
        remove_run(out)


@pytest.mark.parametrize(
    "path", ["x", "x/y/z", "../a/b", "x/", "/x", "a\\b/c", "link/mine.txt", "folder/below", ""]
)
def test_only_a_file_in_a_folder_of_the_trace_is_removed(path, tmp_path):
    root = tmp_path / "root"
    (root / "folder" / "below").mkdir(parents=True)
    (tmp_path / "mine.txt").write_text("mine")
    (root / "x").write_text("mine")
    (root / "link").symlink_to(tmp_path)
    with Directory.at(str(root)) as folder:
        remove_listed(folder, path)
        assert tree(tmp_path) == {"mine.txt": b"mine", "root/x": b"mine"}
        assert (root / "folder" / "below").is_dir()
        (root / "folder" / "file").write_text("ours")
        remove_listed(folder, "folder/file")
    assert not (root / "folder" / "file").exists()


def test_what_would_be_removed_is_found_before(out):
    marker = read_marker(str(out))
    assert marker is not None
    index = out / "t" / "directory.jsonl"
    index.write_bytes(index.read_bytes() + listing("mine/a%20b.log") + b'{"torn')
    (out / "u" / ".artifact-stream").mkdir()
    (out / "u" / ".artifact-stream" / "pending").write_text("x/left.txt\n\n")
    before = tree(out)
    finds = Removal(str(out)).finds
    ours = ("t/mine/a b.log", "t/directory.jsonl", "u/dump_file/d.html", "t/packs/x.log",
            "t/0_0_0/aot_joint_graph.txt", "u/x/left.txt", ".artifact-stream/t.log")  # fmt: skip
    for path in ours:
        assert finds(marker, {path, "theirs.log"}) == path
    assert finds(marker, {"theirs.log", "t/theirs.log", "mine/a b.log"}) is None
    assert finds(marker, set()) is None
    assert tree(out) == before


@pytest.mark.parametrize("lazy", [False, True])
def test_resuming_does_the_rest_of_an_overwriting_that_was_killed(lazy, tmp_path, monkeypatch):
    class Killed(BaseException):
        pass

    log, other, options = tmp_path / "t.log", tmp_path / "u.log", Options(lazy=lazy)
    log.write_bytes(raw_entry("aot_joint_graph", b"x", **FRAME_0))
    other.write_bytes(raw_entry("graph_dump", b"x" * 9, {"name": "theirs"}, **FRAME_0))
    run([str(log)], str(tmp_path / "expected"), options, jobs=1)
    expected = {name: data for name, data in tree(tmp_path / "expected").items()
                if name not in ("summary.json", "index.html")}  # fmt: skip
    kept, number, removed = Directory.remove, 0, 0

    def remove_some(self, name):
        nonlocal removed
        removed += 1
        if removed > number:
            raise Killed
        kept(self, name)

    out = tmp_path / "out"
    while True:
        run([str(other)], str(out), options, jobs=1, overwrite=out.exists())
        removed, number = 0, number + 1
        with monkeypatch.context() as patched:
            patched.setattr(Directory, "remove", remove_some)
            try:
                Removal(str(out)).remove_run(read_marker(str(out)))
                break
            except Killed:
                pass
        if number > 1:  # Before, nothing is gone yet.
            run([str(log)], str(out), options, jobs=1, resume=True)
            made = tree(out)
            assert {name: made.get(name) for name in expected} == expected
            assert made.keys() == tree(tmp_path / "expected").keys()
    assert number > 10
