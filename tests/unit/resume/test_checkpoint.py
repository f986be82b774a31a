"""Checkpoints: what is kept comes back, and they are made seldom."""

from __future__ import annotations

import pytest

from artifact_stream.framing.passed_over import PassedOver
from artifact_stream.output.counts import TraceCounts, TypeCounts
from artifact_stream.resume import checkpoint
from artifact_stream.resume.checkpoint import (
    Checkpoint,
    Pace,
    current_boot_id,
    restore_tallies,
    tallies_of,
)
from artifact_stream.sources.position import FilePosition

KEPT = Checkpoint(
    "boot", [FilePosition(10, 2, "3"), FilePosition(is_at_end=True)],
    TraceCounts(entries_read=5, by_type={"\udc80": TypeCounts(1, 2, 3, 4)}),
    {"str": (3, 400)}, 100, 20, 7, 1,
)  # fmt: skip


def test_what_is_kept_comes_back_whatever_types_are_called():
    assert Checkpoint.decode(KEPT.encode()) == KEPT


@pytest.mark.parametrize(
    "text", [b"", b"{}", b"[1]", b"\xff", KEPT.encode()[:-2],
             KEPT.encode().replace(b'"planned":7', b'"planned":"7"')],
)  # fmt: skip
def test_what_is_no_checkpoint_is_a_value_error(text):
    with pytest.raises(ValueError, match=r"."):
        Checkpoint.decode(text)


def test_tallies_go_on_from_what_was_kept():
    first = PassedOver({"a", "b"})
    first.count("a", 10)
    first.count("a", 5)
    second = PassedOver({"a", "b"})
    restore_tallies(second, tallies_of(first))
    second.count("a", 1)
    assert tallies_of(second) == {"a": (3, 16), "b": (0, 0)}
    assert second.entries == 3


@pytest.fixture
def clock(monkeypatch):
    """A clock that the test moves."""

    class Clock:
        now = 0.0

        def monotonic(self):
            return self.now

    made = Clock()
    monkeypatch.setattr(checkpoint, "time", made)
    return made


def asked_until_due(pace, most=1000):
    for count in range(1, most + 1):
        if pace.is_due():
            return count
    return None


def test_a_run_that_takes_a_moment_makes_none(clock):
    assert asked_until_due(Pace()) is None
    pace = Pace()
    clock.now = checkpoint.INTERVAL_SECONDS
    assert asked_until_due(pace) == checkpoint.ENTRIES_PER_LOOK


def test_making_one_takes_a_small_part_of_the_time(clock):
    pace = Pace()
    pace.note_made(1.0)
    clock.now = checkpoint.WORK_PER_CHECKPOINT - 0.01
    assert asked_until_due(pace) is None
    clock.now += 0.02
    assert asked_until_due(pace) is not None
    pace.note_made(0.0)
    assert asked_until_due(pace) is None
    clock.now += checkpoint.INTERVAL_SECONDS
    assert asked_until_due(pace) is not None


def test_one_that_is_due_stays_due_until_it_is_made(clock):
    pace = Pace()
    clock.now = 100
    asked_until_due(pace)
    assert pace.is_due()


def test_a_system_without_a_boot_id_has_none(monkeypatch, tmp_path):
    (tmp_path / "boot_id").write_bytes(b"0f3a\n")
    monkeypatch.setattr(checkpoint, "_BOOT_ID_FILE", str(tmp_path / "boot_id"))
    assert current_boot_id() == "0f3a"
    (tmp_path / "boot_id").write_bytes(b"\xff")
    assert current_boot_id() == ""
    (tmp_path / "boot_id").unlink()
    assert current_boot_id() == ""
