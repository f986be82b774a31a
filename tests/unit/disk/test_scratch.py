"""Folders for what is needed for a while, beside files of the user's."""

from __future__ import annotations

import pytest

from artifact_stream.disk.scratch import scratch_folder, scratch_folder_beside

PREFIX = ".made-"


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_it_is_gone_at_the_end(tmp_path):
    with scratch_folder(str(tmp_path)) as made:
        assert [made] == [str(path) for path in tmp_path.iterdir()]
    with scratch_folder_beside(str(tmp_path), PREFIX) as made:
        (tmp_path / names(tmp_path)[0] / "x").write_text("x")
    assert names(tmp_path) == []


def test_what_a_kill_has_left_goes_the_next_time(tmp_path):
    theirs = [".made-abcdefgh", ".made-by-hand", "made-abcdefgh"]
    for name in theirs:
        (tmp_path / name).mkdir()
        (tmp_path / name / "thesis.txt").write_text("years of work")
    with scratch_folder_beside(str(tmp_path), PREFIX) as going_on:
        (mark,) = going_on.names()
        left = tmp_path / ".made-12345678"
        (left / "remade" / "deep").mkdir(parents=True)
        (left / mark).touch()
        (tmp_path / ".made-87654321").symlink_to(left)
        with scratch_folder_beside(str(tmp_path), PREFIX):
            assert going_on.names() == [mark]
            assert not left.exists()
    assert names(tmp_path) == sorted([*theirs, ".made-87654321"])


def test_where_there_are_no_locks_nothing_of_others_goes(tmp_path, monkeypatch):
    import fcntl

    def unknown(*_):
        raise OSError(38, "Function not implemented")

    with scratch_folder_beside(str(tmp_path), PREFIX) as going_on:
        mark = going_on.names()
    left = tmp_path / ".made-12345678"
    left.mkdir()
    (left / mark[0]).touch()
    monkeypatch.setattr(fcntl, "flock", unknown)
    with scratch_folder_beside(str(tmp_path), PREFIX):
        assert left.exists()


def test_an_error_leaves_nothing(tmp_path):
    with pytest.raises(ZeroDivisionError), scratch_folder_beside(str(tmp_path), PREFIX):
        raise ZeroDivisionError
    assert names(tmp_path) == []
