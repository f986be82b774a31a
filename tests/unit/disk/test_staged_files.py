"""Files that appear whole or not at all."""

from __future__ import annotations

import errno
import os

import pytest

from artifact_stream.disk.directories import Directory
from artifact_stream.disk.staged_files import WholeFile, replace_file, write_own_file
from artifact_stream.errors import OutputUnusable
from tests.helpers.support import open_descriptors, tree


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "file").write_bytes(b"old")
    with Directory.at(str(tmp_path)) as folder:
        yield folder


def test_what_was_there_stays_until_the_end(folder, tmp_path):
    with WholeFile(folder, "file") as whole:
        whole.file.write(b"new")
        assert tree(tmp_path)["file"] == b"old"
    assert tree(tmp_path) == {"file": b"new"}


def test_blocks_and_pieces_stand_in_the_order_of_writing(folder, tmp_path):
    with WholeFile(folder, "file") as whole:
        whole.file.write(b"a")
        whole.write(b"b" * 100_000)
        whole.file.writelines([b"c", b"d"])
    assert tree(tmp_path) == {"file": b"a" + b"b" * 100_000 + b"cd"}


def test_an_exception_leaves_what_was_there(folder, tmp_path):
    before = open_descriptors()

    def fail() -> None:
        with WholeFile(folder, "file") as whole:
            whole.file.write(b"new")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert tree(tmp_path) == {"file": b"old"}
    assert open_descriptors() == before


def test_what_cannot_get_its_name_is_removed(folder, tmp_path):
    (tmp_path / "taken").mkdir()
    before = open_descriptors()
    with pytest.raises(OSError, match=r"."):
        replace_file(folder, "taken", b"new")
    assert tree(tmp_path) == {"file": b"old"}
    assert open_descriptors() == before


def test_what_a_killed_run_has_left_is_replaced(folder, tmp_path):
    (tmp_path / "file.part").symlink_to(tmp_path / "elsewhere")
    replace_file(folder, "file", b"new")
    assert tree(tmp_path) == {"file": b"new"}


class FullDisk:
    """A file whose last bytes find no room, which is told when it is closed."""

    def __init__(self, file):
        self._file = file

    def close(self):
        self._file.close()
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_leaves_nothing(folder, tmp_path):
    before = open_descriptors()
    whole = WholeFile(folder, "file")
    whole.file = FullDisk(whole.file)
    with pytest.raises(OSError, match="No space left"), whole:
        pass
    assert tree(tmp_path) == {"file": b"old"}
    assert open_descriptors() == before


def test_an_error_is_one_of_the_output(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path)
    with pytest.raises(OutputUnusable):
        write_own_file(str(tmp_path / "link" / "file"), iter((b"x",)), out=str(tmp_path))
