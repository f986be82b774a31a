"""Symbolic links planted for any file or folder that is about to be written lead nowhere.

A run and `unpack` are watched once to learn what they write.  Then, for each of these paths, a
link to somewhere else is planted, before the run or while it goes on.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from artifact_stream import ArtifactStreamError, InputUnusable, Options, OutputUnusable, run, unpack
from artifact_stream.disk.directories import Directory
from artifact_stream.disk.saved_map import KeptMap, Saved, saved_in
from artifact_stream.disk.spilling_map import SpillingMap
from artifact_stream.output.packs import PackReader
from artifact_stream.sources.reader import TraceReader
from tests.helpers.support import FRAME_0, raw_entry, tree

pytestmark = pytest.mark.slow

CODE = b"import torch\nk = 1\n"
ENTRIES = 6


@pytest.fixture(scope="module")
def sources(tmp_path_factory) -> list[str]:
    folder = tmp_path_factory.mktemp("sources")
    for name in ("a", "b"):
        (folder / f"{name}.log").write_bytes(
            raw_entry("graph_dump", name.encode(), {"name": "g"}, **FRAME_0)
            + raw_entry("inductor_output_code", CODE, {"filename": "c.py"}, **FRAME_0)
            + raw_entry("artifact", b"{}", {"name": "j", "encoding": "json"}, **FRAME_0)
            + raw_entry("dump_file", b"y", {"name": "d"})
            + raw_entry("graph_dump", b"x", {"name": "h"}, frame_id=1, frame_compile_id=0)
            + raw_entry("graph_dump", b"x", {"name": "i"}, frame_id=1, frame_compile_id=0)
        )
    return [str(folder / "a.log"), str(folder / "b.log")]


def watched(monkeypatch, act: Callable[[], Any], out: Path) -> list[str]:
    """Every path below `out` that is made while `act` goes on, temporary ones too."""
    seen: dict[str, None] = {}

    def note(folder: Directory, name: str) -> None:
        seen[os.path.relpath(os.path.join(folder.path, name), out)] = None

    def noting(method, place):
        def noted(self, *arguments, **options):
            folder, name = place(self, *arguments)
            note(folder, name)
            return method(self, *arguments, **options)

        return noted

    with monkeypatch.context() as patch:
        for name, place in (
            ("create", lambda folder, name, *_: (folder, name)),
            ("append", lambda folder, name: (folder, name)),
            ("made_folder", lambda folder, name: (folder, name)),
            ("move", lambda _, __, folder, name: (folder, name)),
        ):
            patch.setattr(Directory, name, noting(getattr(Directory, name), place))
        act()
    there = {path.relative_to(out).as_posix() for path in out.rglob("*")}
    assert there <= {*seen, "a", "b"}, "something is written past Directory"
    # One asset is written like another.
    return [path for path in seen if not path.startswith("assets/") or "base.css" in path]


def make_outside(folder: Path) -> Path:
    """A folder that has what a run would look for, and must stay as it is."""
    outside = folder / "outside"
    for name in ("0_0_0", "1_0_0", "assets", "report", "packs", "dump_file", ".artifact-stream"):
        (outside / name).mkdir(parents=True)
        (outside / name / "mine.txt").write_text("mine")
    for name in ("index.html", "summary.json", "base.css", "directory.jsonl", "head.js", "g.txt"):
        (outside / name).write_text("mine")
    return outside


def plant(path: Path, outside: Path) -> None:
    """Put a link in place of whatever is there."""
    if not path.parent.is_dir() or path.is_symlink():
        return
    aside = path.with_name(f"aside-{path.name}")
    is_folder = path.is_dir() and not path.is_symlink()
    with suppress(FileNotFoundError):
        path.rename(aside)
    folders = {"assets", "report", "packs", "a", "b", "0_0_0", "1_0_0", "dump_file"}
    leads_to_folder = is_folder or path.name in {*folders, ".artifact-stream"}
    path.symlink_to(outside if leads_to_folder else outside / "index.html")


def act_on(act: Callable[[], Any], outside: Path) -> bool:
    """True if it came to its end; in any case what is outside is as it was."""
    before = tree(outside)
    folders = sorted(outside.rglob("*"))
    try:
        act()
    except (OutputUnusable, InputUnusable):  # A pack may be what is gone.
        ended = False
    else:
        ended = True
    assert tree(outside) == before
    assert sorted(outside.rglob("*")) == folders
    return ended


@pytest.mark.parametrize("lazy", [False, True])
def test_links_planted_before_a_run_that_replaces_another(lazy, sources, monkeypatch, tmp_path):
    options = Options(lazy=lazy)
    first = tmp_path / "first"
    paths = watched(monkeypatch, lambda: run(sources, str(first), options, jobs=1), first)
    assert len(paths) > 50
    ended = 0
    for number, path in enumerate(paths):
        folder = tmp_path / str(number)
        outside, out = make_outside(folder), folder / "out"
        shutil.copytree(first, out)
        plant(out / path, outside)
        ended += act_on(lambda: run(sources, str(out), options, overwrite=True, jobs=1), outside)  # noqa: B023
        shutil.rmtree(folder)
    assert ended > len(paths) // 2


@pytest.mark.parametrize("lazy", [False, True])
@pytest.mark.parametrize("after", [0, ENTRIES - 1])
def test_links_planted_while_a_run_goes_on(after, lazy, sources, monkeypatch, tmp_path):
    options = Options(lazy=lazy)
    first = tmp_path / "first"
    paths = watched(monkeypatch, lambda: run(sources, str(first), options, jobs=1), first)
    entries = TraceReader.entries
    for number, path in enumerate(paths):
        folder = tmp_path / str(number)
        outside, out = make_outside(folder), folder / "out"

        def planting(self, *arguments, path=path, out=out, outside=outside):
            for count, entry in enumerate(entries(self, *arguments)):
                if count == after:
                    plant(out / path, outside)
                yield entry

        with monkeypatch.context() as patch:
            patch.setattr(TraceReader, "entries", planting)
            act_on(lambda: run(sources, str(out), options, jobs=1), outside)  # noqa: B023
        shutil.rmtree(folder)


@pytest.mark.parametrize("during", [False, True])
def test_links_planted_for_unpack(during, sources, monkeypatch, tmp_path):
    lazy, first = tmp_path / "lazy", tmp_path / "first"
    run(sources, str(lazy), Options(lazy=True), jobs=1)
    shutil.copytree(lazy, first)
    already = {path.relative_to(lazy).as_posix() for path in lazy.rglob("*")}
    seen: dict[str, None] = {}
    create = Directory.create

    def noting(self, name, *more):
        seen[os.path.relpath(os.path.join(self.path, name), first)] = None
        return create(self, name, *more)

    with monkeypatch.context() as patch:
        patch.setattr(Directory, "create", noting)
        unpack(str(first), jobs=1)
    paths = {*seen, *already, *(path.relative_to(first).as_posix() for path in first.rglob("*"))}
    read = PackReader.read
    paths = {path for path in paths if not path.startswith("assets/") or "base.css" in path}
    for number, path in enumerate(sorted(paths)):
        folder = tmp_path / str(number)
        outside, out = make_outside(folder), folder / "out"
        shutil.copytree(lazy, out)

        def planting(self, url, path=path, out=out, outside=outside):
            if not (out / path).is_symlink():
                plant(out / path, outside)
            return read(self, url)

        with monkeypatch.context() as patch:
            if during:
                patch.setattr(PackReader, "read", planting)
            else:
                plant(out / path, outside)
            act_on(lambda: unpack(str(out), jobs=1), outside)  # noqa: B023
        shutil.rmtree(folder)


def test_workers_follow_no_planted_link(sources, tmp_path):
    for path in ("a", "a/.artifact-stream", "a/0_0_0", "b"):
        folder = tmp_path / path.replace("/", "-")
        outside, out = make_outside(folder), folder / "out"
        run(sources, str(out), jobs=1)
        plant(out / path, outside)
        with suppress(ArtifactStreamError):
            run(sources, str(out), overwrite=True, jobs=2)
        assert (outside / "index.html").read_text() == "mine"
        assert {p.name for p in (outside / "0_0_0").iterdir()} == {"mine.txt"}


@pytest.mark.parametrize("target", ["database", "text", "nothing"])
def test_a_scratch_database_that_is_swapped_is_not_used(target, monkeypatch, tmp_path):
    """SQLite opens by path: between the making of the file and that, a link takes its place."""
    folder, elsewhere = tmp_path / "staging", tmp_path / "elsewhere"
    folder.mkdir()
    connect = sqlite3.connect
    if target == "database":
        with closing(connect(elsewhere)) as mine, mine:
            mine.execute("CREATE TABLE map (key BLOB PRIMARY KEY, value INTEGER)")
    elif target == "text":
        elsewhere.write_text("mine")
    before = tree(tmp_path)

    def connect_later(*arguments, **options):
        (made,) = folder.iterdir()
        made.unlink()
        made.symlink_to(elsewhere)
        return connect(*arguments, **options)

    monkeypatch.setattr(sqlite3, "connect", connect_later)
    names = SpillingMap(str(folder), 1)
    with pytest.raises(OutputUnusable, match="cannot hold a temporary file"):
        names.set("a", 1)
    assert elsewhere.exists() == (target != "nothing")
    after = tree(tmp_path)
    assert {path: after.get(path) for path in before} == before


def test_a_scratch_database_leaves_nothing(tmp_path):
    names = SpillingMap(str(tmp_path), 1)
    names.set("a", 1)
    names.set("b", 2)
    assert list(tmp_path.iterdir()) == []  # A kill from now on leaves nothing either.
    assert (names.get("a"), names.get("b"), names.get("c")) == (1, 2, None)
    names.close()


@pytest.mark.parametrize("name", ["names.jsonl", "checkpoint", "checkpoint.part"])
def test_names_are_kept_through_no_link(name, tmp_path):
    folder, elsewhere = tmp_path / "staging", tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.write_text("0\n{}")
    (folder / name).symlink_to(elsewhere)
    with Directory.at(str(folder)) as staging:
        names = KeptMap(staging)
        names.set("a", 1)
        names.save(b"note")
        assert saved_in(staging) == Saved(len(b'["a",1]\n'), b"note")
        names.close(keep_saved=True)
        again = KeptMap(staging)
        assert again.get("a") == 1
        again.close()
    assert elsewhere.read_text() == "0\n{}"
    assert not (folder / "checkpoint").exists()
