"""Texts that grow side by side in one file come back each by itself."""

from __future__ import annotations

import errno
import io
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artifact_stream.errors import OutputUnusable
from artifact_stream.framing import spill
from artifact_stream.framing.spill import SpillFile


@given(parts=st.lists(st.tuples(st.integers(0, 3), st.binary(max_size=6)), max_size=20))
def test_each_text_is_what_was_added_to_it(parts, tmp_path_factory):
    file = SpillFile(str(tmp_path_factory.getbasetemp()))
    texts = [file.new_text() for _ in range(4)]
    for number, data in parts:
        texts[number].add(data)
    for number, text in enumerate(texts):
        expected = b"".join(data for at, data in parts if at == number)
        assert b"".join(text.parts()) == expected
    file.close()


def test_space_is_given_back_when_nothing_is_left(tmp_path, monkeypatch):
    made = []
    scratch_file = spill.scratch_file

    def noted(*args, **options):
        made.append(scratch_file(*args, **options))
        return made[-1]

    monkeypatch.setattr(spill, "scratch_file", noted)
    file = SpillFile(str(tmp_path))
    first, second = file.new_text(), file.new_text()
    first.add(b"x" * 1_000)
    second.add(b"y")
    list(first.parts())
    assert os.fstat(made[0].fileno()).st_size > 1_000
    file.let_go(second)
    file.let_go(second)
    assert os.fstat(made[0].fileno()).st_size == 0
    again = file.new_text()
    again.add(b"z")
    assert list(again.parts()) == [b"z"]
    assert len(made) == 1
    assert os.listdir(tmp_path) == []
    file.close()
    file.close()


def test_a_disk_that_cannot_be_written(tmp_path, monkeypatch):
    class FullFile(io.BytesIO):
        def write(self, _):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(spill, "scratch_file", lambda *_, **__: FullFile())
    with pytest.raises(OutputUnusable, match="No space left"):
        SpillFile(str(tmp_path)).new_text().add(b"x")
