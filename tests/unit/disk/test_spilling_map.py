"""The map that may grow with the trace: as a dict, on disk once it is large."""

from __future__ import annotations

import os
import tempfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artifact_stream.disk.spilling_map import SpillingMap
from artifact_stream.errors import OutputUnusable

KEYS = st.sampled_from(["", "a", "A", "é", "\udc80", "x" * 200, "x" * 201, "x" * 202, "y" * 5000])
STEPS = st.lists(st.tuples(KEYS, st.integers(0, 2**40)), max_size=30)


@settings(max_examples=40)
@given(steps=STEPS, in_memory=st.sampled_from([1, 2, 5, 8192]))
def test_it_is_a_dict(steps, in_memory):
    with tempfile.TemporaryDirectory() as folder:
        spilling, expected = SpillingMap(folder, in_memory), {}
        for key, value in steps:
            assert spilling.get(key) == expected.get(key)
            spilling.set(key, value)
            expected[key] = value
            assert spilling.get(key) == value
        assert {key: spilling.get(key) for key in expected} == expected
        assert spilling.get("never set") is None
        spilling.close()
        assert os.listdir(folder) == []


def test_nothing_is_on_disk_before_it_is_needed(tmp_path):
    (tmp_path / "folder").mkdir()
    spilling = SpillingMap(str(tmp_path / "folder"), 3)
    (tmp_path / "folder").rmdir()
    spilling.set("a", 1)
    spilling.set("b", 2)
    assert spilling.get("a") == 1
    with pytest.raises(OutputUnusable, match="temporary file"):
        spilling.set("c", 3)
    spilling.close()


def test_it_forgets_everything(tmp_path):
    spilling = SpillingMap(str(tmp_path), 2)
    for number in range(5):
        spilling.set(str(number), number)
    spilling.close()
    assert [spilling.get(str(number)) for number in range(5)] == [None] * 5
