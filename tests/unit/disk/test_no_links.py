"""Open folders: what is done in them follows no link and reaches nothing outside."""

from __future__ import annotations

import os

import pytest

from artifact_stream.disk import directories
from artifact_stream.disk.directories import Directory, open_inside


@pytest.fixture(params=["relative", "windows"])
def folder(request, tmp_path, monkeypatch):
    """An open folder, by descriptor and as on Windows, beside a file outside of it."""
    if request.param == "windows":
        monkeypatch.setattr(directories, "_RELATIVE", False)
    (tmp_path / "secret").write_bytes(b"secret")
    (tmp_path / "out").mkdir()
    with Directory.at(str(tmp_path / "out")) as opened:
        yield opened


def content(folder, name):
    with os.fdopen(folder.open(name), "rb") as file:
        return file.read()


def write(folder, name, data):
    with os.fdopen(folder.create(name), "wb") as file:
        file.write(data)


def test_files_are_made_moved_and_removed(folder):
    write(folder, "a", b"12")
    with folder.made_folder("sub") as sub:
        folder.move("a", sub, "b")
        assert folder.names() == ["sub"]
        assert content(sub, "b") == b"12"
        assert sub.regular_size("b") == 2
        sub.remove("b")
        assert not sub.holds("b")
        assert sub.regular_size("b") is None
    folder.remove_folder("sub")
    assert folder.names() == []


def test_moving_replaces_what_is_there(folder):
    write(folder, "a", b"new")
    write(folder, "b", b"old")
    folder.move("a", folder, "b")
    assert content(folder, "b") == b"new"


def test_a_new_file_takes_nobodys_place(folder):
    write(folder, "a", b"1")
    with pytest.raises(FileExistsError):
        folder.create("a")
    with pytest.raises(FileExistsError):
        folder.append("a", made=True)
    os.close(folder.append("a", made=False))
    assert content(folder, "a") == b"1"


def test_a_file_is_made_longer(folder):
    descriptor = folder.append("a", made=True)
    os.write(descriptor, b"1")
    os.close(descriptor)
    descriptor = folder.append("a", made=False)
    os.write(descriptor, b"2")
    os.close(descriptor)
    assert content(folder, "a") == b"12"


@pytest.mark.parametrize("target", ["../secret", "missing", "."])
def test_no_link_is_followed(folder, target, tmp_path):
    os.symlink(target, tmp_path / "out" / "link")
    assert folder.holds("link")
    assert folder.regular_size("link") is None
    with pytest.raises(OSError, match=r"."):
        folder.open("link")
    with pytest.raises(FileExistsError):
        folder.create("link")
    with pytest.raises(NotADirectoryError):
        folder.folder("link")
    with pytest.raises(NotADirectoryError):
        folder.made_folder("link")
    folder.remove("link")
    assert (tmp_path / "secret").read_bytes() == b"secret"


def test_only_regular_files_are_opened(folder, tmp_path):
    os.mkfifo(tmp_path / "out" / "pipe")
    (tmp_path / "out" / "sub").mkdir()
    assert folder.regular_size("pipe") is None
    for name in ("pipe", "sub"):
        with pytest.raises(OSError, match=r"."):
            folder.open(name)  # A pipe that nobody writes to is not waited for.
        with pytest.raises(OSError, match=r"."):
            open_inside(str(tmp_path / "out"), name)


def test_folders_that_names_lead_to(folder, tmp_path):
    out = str(tmp_path / "out")
    with pytest.raises(FileNotFoundError):
        Directory.reached(out, ["a", "b"])
    with Directory.reached(out, ["a", "b"], made=True) as deep:
        write(deep, "c", b"x")
    with Directory.below(out, os.path.join(out, "a", "b")) as deep:
        assert content(deep, "c") == b"x"
    with Directory.below(out, out) as top:
        assert top.names() == ["a"]
    (tmp_path / "elsewhere").mkdir()
    os.symlink(tmp_path / "elsewhere", tmp_path / "out" / "link")
    with pytest.raises(NotADirectoryError):
        Directory.below(out, os.path.join(out, "link", "x"), made=True)
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_the_folder_stays_the_same_when_another_takes_its_name(tmp_path):
    (tmp_path / "out").mkdir()
    with Directory.at(str(tmp_path / "out")) as folder:
        (tmp_path / "out").rename(tmp_path / "moved")
        os.symlink(tmp_path, tmp_path / "out")
        write(folder, "a", b"1")
        with open(os.path.join(folder.reached_path, "a"), "rb") as file:
            assert file.read() == b"1"
    assert (tmp_path / "moved" / "a").read_bytes() == b"1"


def test_files_inside_a_folder(tmp_path):
    (tmp_path / "out" / "sub").mkdir(parents=True)
    (tmp_path / "out" / "sub" / "a").write_bytes(b"1")
    (tmp_path / "secret").write_bytes(b"secret")
    os.symlink("../secret", tmp_path / "out" / "link")
    os.symlink("sub", tmp_path / "out" / "folder_link")
    out = str(tmp_path / "out")
    with open_inside(out, "sub/a") as file:
        assert file.read() == b"1"
    for path in ("../secret", "sub/../../secret", str(tmp_path / "secret"), "", "none"):
        with pytest.raises(FileNotFoundError):
            open_inside(out, path)
    for path in ("link", "folder_link/a", "sub", "sub/a/b"):
        with pytest.raises(OSError, match=r"."):
            open_inside(out, path)


def test_a_lock_is_had_by_one_and_ends_with_the_folder(tmp_path):
    first, second = Directory.at(str(tmp_path)), Directory.at(str(tmp_path))
    assert first.lock()
    assert not second.lock()
    first.close()
    assert second.lock()
    second.close()
    second.close()  # Nothing happens.


def test_no_descriptor_is_left_open_where_opening_fails(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    before = len(os.listdir("/proc/self/fd"))
    for names in (["a"], ["file"], ["file", "b"]):
        with pytest.raises(OSError, match=r"."):
            Directory.reached(str(tmp_path), names)
    with pytest.raises(OSError, match=r"."):
        open_inside(str(tmp_path), "missing/file")
    assert len(os.listdir("/proc/self/fd")) == before
