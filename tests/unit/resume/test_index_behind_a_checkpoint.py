"""Lines behind a checkpoint: given to their entries again, or taken back with their files."""

from __future__ import annotations

import os

import pytest

from artifact_stream.disk.directories import Directory
from artifact_stream.entries import Entry
from artifact_stream.index.lines import IndexEntry
from artifact_stream.json_text import encode_json
from artifact_stream.layout import DIRECTORY_FILE, STAGING_FOLDER, TraceFolder
from artifact_stream.rendering.task import Outcome, Rendered
from artifact_stream.resume.discarded import discarded_names, keep_discarded, remove_discarded
from artifact_stream.resume.listed import ListedEntries
from artifact_stream.resume.recovery import recover
from tests.helpers.support import tree


def line(path, number=1, **more):
    entry = IndexEntry("0_0_0", "n", path, "graph_dump", None, 1, None, number, **more)
    return encode_json(entry) + b"\n"


def listed_in(root, start=0):
    with Directory.at(str(root)) as folder:
        return ListedEntries(folder, start)


def test_each_line_is_given_to_the_entry_that_it_was_written_for(tmp_path):
    first = line("x/before.txt", 1)
    lines = [line("x/a.txt", 3), line("x/b.txt", 3, digest="md5:00"), line("x/c.txt", 9)]
    (tmp_path / DIRECTORY_FILE).write_bytes(first + b"".join(lines) + b'{"torn')
    listed = listed_in(tmp_path, len(first))
    assert listed.take(Entry("graph_dump", line=2)) is None  # It has none.
    assert listed.take(Entry("artifact", line=3)) is None
    taken = listed.take(Entry("graph_dump", line=3))
    assert taken.text == lines[0]
    assert listed.may_be_last(taken)  # The next one is of the same line.
    taken = listed.take(Entry("graph_dump", line=3))
    assert taken.as_rendered(7) == Rendered(7, Outcome.STAGED, bytes=1, digest="md5:00")
    assert not listed.may_be_last(taken)
    taken = listed.take(Entry("graph_dump", line=9))
    assert taken.entry.url == "x/c.txt"
    assert listed.may_be_last(taken)
    assert listed.take(Entry("graph_dump", line=10)) is None


def test_lines_of_several_files_tell_which_one(tmp_path):
    (tmp_path / DIRECTORY_FILE).write_bytes(line("x/a.txt", 3, source="b.jsonl"))
    listed = listed_in(tmp_path)
    assert listed.take(Entry("graph_dump", line=3, source="a.jsonl")) is None
    assert listed.take(Entry("graph_dump", line=3, source="b.jsonl")) is not None


@pytest.mark.parametrize("broken", [b"{}\n", b"\xff\n", b"[" * 100_000 + b"\n"])
def test_nothing_is_taken_from_a_line_that_is_none_on(broken, tmp_path):
    (tmp_path / DIRECTORY_FILE).write_bytes(line("x/a.txt", 1) + broken + line("x/b.txt", 2))
    listed = listed_in(tmp_path)
    assert listed.take(Entry("graph_dump", line=1)) is not None
    assert listed.take(Entry("graph_dump", line=2)) is None


@pytest.fixture
def root(tmp_path):
    (tmp_path / "root" / STAGING_FOLDER).mkdir(parents=True)
    (tmp_path / "root" / "x").mkdir()
    return tmp_path / "root"


def keep(root, start):
    with Directory.at(str(root)) as folder, folder.folder(STAGING_FOLDER) as staging:
        keep_discarded(folder, start, staging)
        return len(discarded_names(staging))


def remove(root):
    with Directory.at(str(root)) as folder, folder.folder(STAGING_FOLDER) as staging:
        remove_discarded(folder, staging)
        assert discarded_names(staging) == []


def test_files_of_lines_that_were_taken_back_are_removed_unless_they_are_listed_again(root):
    for name in ("kept.txt", "again.txt", "gone.txt", "gone-too.txt", "theirs.txt"):
        (root / "x" / name).write_text(name)
    kept, again = line("x/kept.txt"), line("x/again.txt")
    (root / DIRECTORY_FILE).write_bytes(kept + again + line("x/gone.txt"))
    assert keep(root, len(kept)) == 1
    (root / DIRECTORY_FILE).write_bytes(kept + line("x/gone-too.txt"))
    assert keep(root, len(kept)) == 2
    (root / DIRECTORY_FILE).write_bytes(kept + again)
    remove(root)
    remove(root)
    assert sorted(tree(root / "x")) == ["again.txt", "kept.txt", "theirs.txt"]


def test_what_was_taken_back_reaches_nothing_outside(root, tmp_path):
    (tmp_path / "secret").write_text("secret")
    os.symlink(tmp_path, root / "link")
    (root / "own").write_text("own")
    paths = ("../secret", "link/secret", "own", "x/../own", "/etc/hosts", "x", "")
    (root / DIRECTORY_FILE).write_bytes(b"".join(map(line, paths)))
    keep(root, 0)
    (root / DIRECTORY_FILE).write_bytes(b"")
    remove(root)
    assert (tmp_path / "secret").exists()
    assert (root / "own").exists()


def test_an_empty_folder_goes_with_its_last_file(root):
    (root / "x" / "gone.txt").write_text("x")
    (root / DIRECTORY_FILE).write_bytes(line("x/gone.txt"))
    keep(root, 0)
    (root / DIRECTORY_FILE).write_bytes(b"")
    remove(root)
    assert not (root / "x").exists()


def test_a_trace_that_nobody_has_begun_is_begun_from_the_start(root, tmp_path):
    recovered = recover(
        str(tmp_path), TraceFolder("root"), trusts_checkpoint=True, may_hold_others_files=False
    )
    assert recovered.checkpoint is None
    assert not (root / DIRECTORY_FILE).exists() or not (root / DIRECTORY_FILE).read_bytes()
