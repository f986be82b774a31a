"""Names of artifacts: each safe, each nobody else's, each file complete or absent."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artifact_stream.disk.staged_files import StagedFile
from artifact_stream.errors import OutputUnusable
from artifact_stream.layout import PENDING_FILE, STAGING_FOLDER
from artifact_stream.names import collision_key, numbered_name, safe_name
from artifact_stream.writers import ArtifactWriter
from tests.helpers.support import tree

NAMES = st.sampled_from(["a", "A", "a_1", "../b", "", "\udc80", "x" * 300, "con", "a.txt"])
SUFFIXES = st.sampled_from([(".txt",), (".html", ".txt"), (".json",)])


@pytest.fixture
def writer(tmp_path):
    made = ArtifactWriter(str(tmp_path))
    yield made
    made.abandon()


def stage(writer, number, data):
    staged = StagedFile(writer.staging, str(number))
    staged.write(data)
    staged.close()
    return str(number)


@settings(max_examples=40)
@given(claims=st.lists(st.tuples(st.sampled_from(["0_0_0", "unknown"]), NAMES, SUFFIXES)))
def test_no_two_files_have_one_name_on_any_system(claims):
    with tempfile.TemporaryDirectory() as out:
        writer = ArtifactWriter(out)
        paths = []
        for folder, name, suffixes in claims:
            claimed = writer.claim(folder, name, suffixes)
            assert claimed.made_safe or claimed.repeated or claimed.stem == name
            for suffix in suffixes:
                path = claimed.path(suffix)
                assert os.path.dirname(path) == folder
                assert len(os.path.basename(path).encode("utf-8", "surrogatepass")) <= 255
                paths.append(path.lower())
        assert len(set(paths)) == len(paths)
        writer.close()
        assert os.listdir(out) == []


def test_repeats_of_a_name_are_numbered(writer):
    stems = [writer.claim("x", "graph", (".txt",)).stem for _ in range(3)]
    assert stems == ["graph", "graph_1", "graph_2"]
    assert writer.claim("x", "graph_1", (".txt",)).stem not in stems
    assert writer.claim("y", "graph", (".txt",)).stem == "graph"


def test_files_are_given_their_names_when_they_are_complete(writer, tmp_path):
    files = [
        (stage(writer, 1, b"page"), "0_0_0/a.html"),
        (stage(writer, 2, b"text"), "0_0_0/a.txt"),
    ]
    assert not (tmp_path / "0_0_0").exists()
    writer.publish(files)
    pending = (tmp_path / STAGING_FOLDER / PENDING_FILE).read_bytes()
    assert pending.startswith(b"0_0_0/a.html\n0_0_0/a.txt\n\n")
    writer.save(b"note")
    assert (tmp_path / STAGING_FOLDER / PENDING_FILE).read_bytes() == b""
    writer.close()
    assert tree(tmp_path) == {"0_0_0/a.html": b"page", "0_0_0/a.txt": b"text"}


def test_what_was_saved_is_taken_in_the_next_run(tmp_path):
    first = ArtifactWriter(str(tmp_path))
    first.claim("x", "a", (".txt",))
    first.save(b"")
    first.close(keep_saved=True)
    second = ArtifactWriter(str(tmp_path))
    assert second.claim("x", "a", (".txt",)).stem == "a_1"
    second.close()


def test_names_of_other_files_are_not_taken_from_them(tmp_path):
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "a.txt").write_text("theirs")
    os.symlink("nowhere", tmp_path / "x" / "b.txt")
    writer = ArtifactWriter(str(tmp_path), may_hold_others_files=True)
    assert writer.claim("x", "a", (".html", ".txt")).stem == "a_1"
    assert writer.claim("x", "b", (".txt",)).stem == "b_1"
    assert writer.claim("x", "c", (".txt",)).stem == "c"
    writer.close()
    assert (tmp_path / "x" / "a.txt").read_text() == "theirs"


def test_a_file_that_is_there_already_is_known_by_its_content(writer, tmp_path):
    writer.publish([(stage(writer, 1, b"text"), "x/a.txt")])
    md5 = f"md5:{hashlib.md5(b'text').hexdigest()}"
    assert writer.holds("x/a.txt", 4, md5)
    assert not writer.holds("x/a.txt", 5, md5)
    assert not writer.holds("x/a.txt", 4, "md5:00")
    assert not writer.holds("x/a.txt", 4, "sha1:00")
    assert not writer.holds("x/b.txt", 4, md5)
    assert writer.holds_same(stage(writer, 2, b"text"), "x/a.txt")
    assert not writer.holds_same(stage(writer, 3, b"test"), "x/a.txt")
    assert not writer.holds_same(stage(writer, 4, b"texts"), "x/a.txt")
    assert not writer.holds_same("2", "x/missing.txt")


def test_no_file_gets_a_name_outside(writer, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    os.symlink("elsewhere", tmp_path / "x")
    name = stage(writer, 1, b"text")
    with pytest.raises(OutputUnusable):
        writer.publish([(name, "x/a.txt")])
    assert list(Path(tmp_path, "elsewhere").iterdir()) == []


def claimed_one_by_one(names, suffixes):
    """What names become by the rule alone: the first number that is free, from 1."""
    taken, stems = set(), []
    longest = max(suffixes, key=len)
    for name in names:
        stem = candidate = safe_name(name, longest).removesuffix(longest)
        number = 0
        while any(collision_key(candidate + suffix) in taken for suffix in suffixes):
            number += 1
            candidate = numbered_name(stem, number, longest).removesuffix(longest)
        taken.update(collision_key(candidate + suffix) for suffix in suffixes)
        stems.append(candidate)
    return stems


LONG = st.builds(
    lambda length, wide, end: "x" * length + "é" * wide + end,
    st.integers(240, 250),
    st.integers(0, 4),
    st.text("aAé1", max_size=6),
)


@settings(max_examples=60, deadline=None)
@given(names=st.lists(LONG, max_size=8), times=st.integers(1, 4))
def test_long_names_get_the_first_number_that_is_free(names, times):
    repeated = names * times
    for suffixes in ((".txt",), (".html", ".txt")):
        with tempfile.TemporaryDirectory() as out:
            writer = ArtifactWriter(out)
            stems = [writer.claim("f", name, suffixes).stem for name in repeated]
            writer.close()
        assert stems == claimed_one_by_one(repeated, suffixes)


def test_long_names_that_differ_near_their_end_cost_as_much_each(tmp_path, monkeypatch):
    asked = 0
    number_behind = ArtifactWriter._number_behind

    def counting(*arguments):
        nonlocal asked
        asked += 1
        return number_behind(*arguments)

    monkeypatch.setattr(ArtifactWriter, "_number_behind", counting)
    writer = ArtifactWriter(str(tmp_path))
    names = [f"{number:04}".rjust(251, "x") for number in range(1500)] * 2
    paths = {writer.claim("f", name, (".txt",)).path(".txt") for name in names}
    writer.close()
    assert len(paths) == len(names)
    assert asked <= 3 * len(names)
