"""A map that the next process resumes from, unless somebody has edited it."""

from __future__ import annotations

import pytest

from artifact_stream.disk.directories import Directory
from artifact_stream.disk.saved_map import KeptMap, Saved, saved_in


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "staging").mkdir()
    with Directory.at(str(tmp_path / "staging")) as folder:
        kept = KeptMap(folder)
        kept.set("a", 1)
        kept.set("b", 2)
        kept.save(b"note")
        kept.close(keep_saved=True)
        yield folder


def test_what_was_saved_is_known_again(folder):
    saved = saved_in(folder)
    assert saved is not None
    assert saved.note == b"note"
    again = KeptMap(folder)
    assert (again.get("a"), again.get("b"), again.get("c")) == (1, 2, None)
    again.close()
    assert folder.names() == []


def test_more_names_than_there_are_were_not_saved(folder, tmp_path):
    """All that there is has the same digest as what counts, since all of it does."""
    checkpoint = tmp_path / "staging" / "checkpoint"
    length, _, rest = checkpoint.read_bytes().partition(b" ")
    for more in (1, 1 << 31, 1 << 70):
        checkpoint.write_bytes(b"%d " % (int(length) + more) + rest)
        assert saved_in(folder) is None


def test_names_that_came_later_do_not_count(folder, tmp_path):
    names = tmp_path / "staging" / "names.jsonl"
    before = names.read_bytes()
    names.write_bytes(before + b'["c",3]\n["torn')
    assert saved_in(folder) == Saved(len(before), b"note")
    again = KeptMap(folder)
    assert again.get("c") is None
    again.close(keep_saved=True)
    assert names.read_bytes() == before
