"""The map that outlives its process: what was saved last is whole, or nothing was."""

from __future__ import annotations

import os

import pytest

from artifact_stream.disk.directories import Directory
from artifact_stream.disk.saved_map import KeptMap, Saved, remove_saved, saved_in
from artifact_stream.errors import OutputUnusable
from artifact_stream.layout import CHECKPOINT_FILE, NAMES_FILE


@pytest.fixture
def folder(tmp_path):
    with Directory.at(str(tmp_path)) as opened:
        yield opened


def saved(folder, items, note):
    """What is left after a kill that comes after saving, with more set behind it."""
    kept = KeptMap(folder)
    for name, number in items.items():
        kept.set(name, number)
    kept.save(note)
    kept.set("not saved", 99)
    kept.close(keep_saved=True)


def test_what_was_saved_is_known_to_the_next_one(folder):
    items = {"a": 1, "é\udc80\n": 2, "x" * 5000: 3}
    saved(folder, items, b"note\nof two lines")
    found = saved_in(folder)
    assert found is not None
    assert found.note == b"note\nof two lines"
    again = KeptMap(folder)
    assert {name: again.get(name) for name in items} == items
    assert again.get("not saved") is None
    again.set("b", 4)
    again.save(b"second")
    again.close(keep_saved=True)
    third = KeptMap(folder)
    assert (third.get("a"), third.get("b")) == (1, 4)
    third.close()
    assert os.listdir(folder.path) == []


def test_a_later_number_counts(folder):
    kept = KeptMap(folder)
    kept.set("a", 1)
    kept.set("a", 2)
    kept.save(b"")
    kept.close(keep_saved=True)
    again = KeptMap(folder)
    assert again.get("a") == 2
    again.close()


def test_without_saving_nothing_is_left(folder):
    kept = KeptMap(folder)
    kept.set("a", 1)
    assert saved_in(folder) is None
    kept.close()
    assert folder.names() == []


def test_a_note_alone_can_be_saved(folder):
    kept = KeptMap(folder)
    kept.save(b"note")
    assert saved_in(folder) == Saved(0, b"note")
    kept.close()


@pytest.mark.parametrize("name", [CHECKPOINT_FILE, NAMES_FILE])
def test_what_somebody_has_edited_is_not_gone_on_with(folder, tmp_path, name):
    saved(folder, {"a": 1, "b": 2}, b"note")
    data = (tmp_path / name).read_bytes()
    for at in (0, len(data) // 2):
        (tmp_path / name).write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        assert saved_in(folder) is None
    (tmp_path / name).unlink()
    assert saved_in(folder) is None


def test_names_that_were_cut_are_not_gone_on_with(folder, tmp_path):
    saved(folder, {"a": 1}, b"note")
    os.truncate(tmp_path / NAMES_FILE, 3)
    assert saved_in(folder) is None


def test_a_line_that_no_run_writes_is_said_to_be_one(folder, tmp_path, monkeypatch):
    saved(folder, {"a": 1}, b"")
    length = saved_in(folder).names_bytes
    (tmp_path / NAMES_FILE).write_bytes(b"[1]".ljust(length - 1) + b"\n")
    monkeypatch.setattr("artifact_stream.disk.saved_map.saved_in", lambda _: Saved(length, b""))
    with pytest.raises(OutputUnusable, match="edited"):
        KeptMap(folder)


def test_removing_where_nothing_was_saved(folder):
    remove_saved(folder)
    saved(folder, {"a": 1}, b"")
    remove_saved(folder)
    assert folder.names() == []
