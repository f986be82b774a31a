"""Files in the making: complete or absent, counted and digested, and errors that name a remedy."""

from __future__ import annotations

import errno
import os

import pytest
import xxhash
from hypothesis import given, settings
from hypothesis import strategies as st

from artifact_stream.disk import staged_files
from artifact_stream.disk.directories import Directory
from artifact_stream.disk.staged_files import (
    StagedFile,
    output_error,
    output_errors,
    replace_file,
    write_all,
    write_own_file,
)
from artifact_stream.errors import OutputUnusable
from artifact_stream.layout import PART_SUFFIX


@pytest.fixture(scope="module")
def staging(tmp_path_factory):
    path = tmp_path_factory.mktemp("out") / "staging"
    path.mkdir()
    with Directory.at(str(path)) as folder:
        yield folder


@settings(max_examples=40)
@given(pieces=st.lists(st.text(st.sampled_from("a\n\r")).map(str.encode), max_size=6))
def test_what_is_written_is_counted_and_digested(staging, pieces):
    staged = StagedFile(staging, "1")
    for piece in pieces:
        staged.write(piece)
    whole = b"".join(pieces)
    assert b"".join(staged.read_back()) == whole
    assert staged.bytes_written == len(whole)
    # A last line may have no newline.
    assert staged.lines == len(whole.removesuffix(b"\n").split(b"\n")) * bool(whole)
    assert staged.digest == f"xxh3_128:{xxhash.xxh3_128_hexdigest(whole)}"
    staged.discard()
    staged.discard()
    assert staging.names() == []


def test_a_name_that_is_taken_is_an_error_of_the_output(staging):
    first = StagedFile(staging, "1", digested=False)
    with pytest.raises(OutputUnusable, match="in the way"):
        StagedFile(staging, "1")
    first.discard()


@pytest.mark.parametrize(
    ("number", "remedy"),
    [
        (errno.ENOSPC, "free some space"),
        (errno.EDQUOT, "quota"),
        (errno.EACCES, "permissions"),
        (errno.EROFS, "writable"),
        (errno.EMFILE, "open files"),
        (errno.EIO, "check the disk"),
    ],
)
def test_errors_of_the_system_name_the_folder_and_a_remedy(number, remedy):
    text = str(output_error("/out", OSError(number, os.strerror(number))))
    assert text.startswith("/out cannot be written")
    assert remedy in text


def test_what_is_in_the_way_is_named():
    error = OSError(errno.ELOOP, os.strerror(errno.ELOOP), b"/out/link")
    assert "remove /out/link" in str(output_error("/out", error))


def test_only_errors_of_the_system_are_turned_into_others():
    with pytest.raises(OutputUnusable), output_errors("/out"):
        raise OSError(errno.ENOSPC, "full")
    with pytest.raises(ValueError, match="mine"), output_errors("/out"):
        raise ValueError("mine")


def test_what_the_system_takes_in_parts_is_all_written(monkeypatch):
    taken = []

    def write_three(descriptor, data):
        taken.append(bytes(data[:3]))
        return len(taken[-1])

    monkeypatch.setattr(staged_files.os, "write", write_three)
    write_all(-1, b"12345678")
    assert taken == [b"123", b"456", b"78"]


def test_a_replaced_file_is_the_old_one_or_the_new_one(staging, monkeypatch):
    replace_file(staging, "a", b"old")

    def full(*_):
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patch:
        patch.setattr(Directory, "move", full)
        with pytest.raises(OSError, match="full"):
            replace_file(staging, "a", b"new")
    with os.fdopen(staging.open("a"), "rb") as file:
        assert file.read() == b"old"
    replace_file(staging, "a", b"new")  # What the failure has left is no hindrance.
    with os.fdopen(staging.open("a"), "rb") as file:
        assert file.read() == b"new"
    assert staging.names() == ["a"]
    staging.remove("a")


def test_a_link_where_a_killed_run_left_a_part_is_removed_and_not_followed(staging, tmp_path):
    (tmp_path / "secret").write_bytes(b"secret")
    os.symlink(tmp_path / "secret", os.path.join(staging.path, f"a{PART_SUFFIX}"))
    replace_file(staging, "a", b"new")
    assert staging.names() == ["a"]
    assert staging.regular_size("a") == 3
    assert (tmp_path / "secret").read_bytes() == b"secret"
    staging.remove("a")


def test_files_of_the_runs_own_appear_whole(tmp_path):
    path = tmp_path / "summary.json"

    def chunks():
        yield b"first"
        assert not path.exists()
        yield b" second"

    write_own_file(str(path), chunks())
    assert path.read_bytes() == b"first second"

    def failing():
        yield b"x"
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        write_own_file(str(path), failing())
    assert path.read_bytes() == b"first second"


def test_own_files_are_not_written_through_a_link(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "elsewhere").mkdir()
    os.symlink(tmp_path / "elsewhere", tmp_path / "out" / "trace")
    out = str(tmp_path / "out")
    with pytest.raises(OutputUnusable):
        write_own_file(os.path.join(out, "trace", "a"), iter([b"x"]), out=out)
    assert list((tmp_path / "elsewhere").iterdir()) == []
