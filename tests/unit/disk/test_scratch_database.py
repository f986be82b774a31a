"""The database that nobody else can reach: gone when closed, and no link leads it elsewhere."""

from __future__ import annotations

import os
import sqlite3

import pytest

from artifact_stream.disk.scratch_database import ScratchDatabase


def test_what_is_written_can_be_read_until_it_is_closed(tmp_path):
    database = ScratchDatabase(str(tmp_path))
    database.connection.execute("CREATE TABLE t (n INTEGER)")
    database.connection.executemany("INSERT INTO t VALUES (?)", [(n,) for n in range(1000)])
    assert database.connection.execute("SELECT sum(n) FROM t").fetchone() == (499_500,)
    database.close()
    assert os.listdir(tmp_path) == []
    with pytest.raises(sqlite3.ProgrammingError):
        database.connection.execute("SELECT 1")


def test_a_kill_leaves_nothing_as_the_file_has_no_name(tmp_path):
    database = ScratchDatabase(str(tmp_path))
    assert os.listdir(tmp_path) == []
    database.close()


def test_a_link_in_the_file_s_place_is_noticed(tmp_path, monkeypatch):
    (tmp_path / "scratch").mkdir()
    with sqlite3.connect(tmp_path / "theirs.sqlite") as theirs:
        theirs.execute("CREATE TABLE t (n INTEGER)")
    theirs.close()
    before = (tmp_path / "theirs.sqlite").read_bytes()
    connect = sqlite3.connect

    def replaced_and_connect(database, **options):
        (name,) = os.listdir(tmp_path / "scratch")
        os.unlink(tmp_path / "scratch" / name)
        os.symlink(tmp_path / "theirs.sqlite", tmp_path / "scratch" / name)
        return connect(database, **options)

    monkeypatch.setattr(sqlite3, "connect", replaced_and_connect)
    with pytest.raises(OSError, match="taken the place"):
        ScratchDatabase(str(tmp_path / "scratch"))
    assert (tmp_path / "theirs.sqlite").read_bytes() == before


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError):
        ScratchDatabase(str(tmp_path / "missing"))
