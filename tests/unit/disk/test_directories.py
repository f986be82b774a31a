"""Folders that no link leads out of, and what is opened, told of and removed in them."""

from __future__ import annotations

import os
import stat

import pytest

from artifact_stream.disk.directories import (
    Directory,
    names_inside,
    open_inside,
    status_inside,
)
from tests.helpers.support import open_descriptors


@pytest.fixture
def out(tmp_path):
    out = tmp_path / "out"
    (out / "a" / "b").mkdir(parents=True)
    (out / "a" / "b" / "file").write_bytes(b"content")
    (tmp_path / "secret").write_bytes(b"secret")
    (out / "a" / "link").symlink_to(tmp_path / "secret")
    (out / "folder").symlink_to(tmp_path / "out" / "a")
    os.mkfifo(out / "a" / "pipe")
    return str(out)


def test_a_file_is_opened_through_folders_alone(out):
    with open_inside(out, "a/b/file") as file:
        assert file.read() == b"content"


@pytest.mark.parametrize(
    "path",
    ["a/link", "folder/b/file", "a/pipe", "a/b", "a/missing", "../secret", "/etc/passwd", "a//b",
     "a/./b/file", "", "a/b/file/", "a\0"],
)  # fmt: skip
def test_nothing_else_is_opened_and_no_descriptor_left(path, out):
    before = open_descriptors()
    with pytest.raises(OSError, match=r"."):
        open_inside(out, path)
    assert open_descriptors() == before


def test_links_are_told_of_and_not_followed(out):
    found = status_inside(out, "a/link")
    assert found is not None
    assert stat.S_ISLNK(found.st_mode)
    for path in ("folder/b", "a/missing", "missing/x", "../secret", "a/b/file/x", "\ud800"):
        assert status_inside(out, path) is None, path


def test_a_folder_behind_a_link_holds_nothing(out):
    assert names_inside(out, ["a", "b"]) == ["file"]
    assert names_inside(out, ["folder"]) == []
    assert names_inside(out, ["missing"]) == []


def test_all_below_is_told_of_links_as_such(out):
    with Directory.at(out) as folder:
        found = {path: stat.S_IFMT(status.st_mode) for path, status in folder.files_below(16)}
        assert found == {
            "a/b/file": stat.S_IFREG,
            "a/link": stat.S_IFLNK,
            "a/pipe": stat.S_IFIFO,
            "folder": stat.S_IFLNK,
        }
        assert sorted(path for path, _ in folder.files_below(1)) == [
            "a/b",
            "a/link",
            "a/pipe",
            "folder",
        ]


def test_a_folder_is_no_file_that_is_removed(out):
    with Directory.reached(out, ["a"]) as folder:
        folder.remove_file("b")
        folder.remove_file("missing")
        folder.remove_file("link")
        assert sorted(folder.names()) == ["b", "pipe"]


@pytest.mark.parametrize("names", [["missing"], ["a", "link"], ["a", "b", "file"], ["folder"]])
def test_no_descriptor_is_left_where_a_step_fails(names, out):
    before = open_descriptors()
    with pytest.raises((FileNotFoundError, NotADirectoryError)):
        Directory.reached(out, names)
    assert open_descriptors() == before
