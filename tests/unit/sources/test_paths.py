"""Paths of sources, as the folders that lead to them."""

from __future__ import annotations

import os

from artifact_stream.sources.paths import absolute, folders_to, is_device, parts_of, size_of


def test_the_folders_that_lead_to_a_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert folders_to("-") == ()
    assert folders_to("/a/b/t.log") == ("a", "b")
    assert folders_to("x/../y/t.log")[-2:] == (tmp_path.name, "y")
    assert parts_of("a//./b/") == ("a", "b")


def test_a_name_that_is_no_utf8_is_text():
    [part] = parts_of(os.fsdecode(b"\xff"))
    assert part.encode()


def test_a_working_folder_that_is_gone_costs_nothing(tmp_path, monkeypatch):
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert absolute("t.log") == "t.log"
    assert absolute("/t.log") == "/t.log"


def test_a_file_that_is_gone_has_no_size(tmp_path):
    (tmp_path / "t").write_bytes(b"abc")
    assert size_of(str(tmp_path / "t")) == 3
    assert size_of(str(tmp_path / "gone")) == 0


def test_a_device_is_none_of_the_files(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    assert is_device(os.devnull)
    assert not any(is_device(str(tmp_path / name)) for name in (".", "file", "missing"))
