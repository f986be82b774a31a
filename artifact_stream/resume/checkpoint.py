"""What must be known to resume a trace from an entry on, and when it is kept."""

from __future__ import annotations

import time

import msgspec

from artifact_stream.facts.once import Once
from artifact_stream.framing.passed_over import PassedOver
from artifact_stream.json_text import encode_json, loads
from artifact_stream.output.counts import TraceCounts
from artifact_stream.sources.position import FilePosition

INTERVAL_SECONDS = 2.0
"""So much time passes between two checkpoints, and before the first one, at the least."""

WORK_PER_CHECKPOINT = 20.0
"""So many times as long as a checkpoint takes is worked before the next one."""

ENTRIES_PER_LOOK = 16
"""The clock is looked at every so many entries."""

_BOOT_ID_FILE = "/proc/sys/kernel/random/boot_id"


class Checkpoint(msgspec.Struct):
    """The state of a trace between two entries.

    All that stands before is done: its files have their names, its lines are in the index.

    Attributes:
        boot_id: Of the system on which the trace is extracted; see `current_boot_id`.
        positions: For each file of the trace, from where it is to be read.
        counts: What became of the entries before.
        passed_over: For each type that framing passes over, entries and their bytes.
        index_bytes: How long ``directory.jsonl`` is.
        problems_bytes: How long ``problems.jsonl`` is.
        planned: How many files have been planned.
        packs: How many packs have been made.
        facts_bytes: How long ``facts.jsonl`` is.
        once: What facts have been told of last.
    """

    boot_id: str
    positions: list[FilePosition]
    counts: TraceCounts
    passed_over: dict[str, tuple[int, int]]
    index_bytes: int
    problems_bytes: int
    planned: int
    packs: int
    facts_bytes: int = 0
    once: Once = msgspec.field(default_factory=Once)

    def encode(self) -> bytes:
        """As JSON, whatever the trace calls its types."""
        return encode_json(self)

    @classmethod
    def decode(cls, text: bytes) -> Checkpoint:
        """What `encode` was given.

        Raises:
            ValueError: It is none, or that of another version.
        """
        return msgspec.convert(loads(text), cls)


class Pace:
    """Says when a checkpoint is due: seldom, and never in a run that takes a moment."""

    def __init__(self) -> None:
        self._due_at = time.monotonic() + INTERVAL_SECONDS
        self._unlooked = ENTRIES_PER_LOOK

    def is_due(self) -> bool:
        """True if a checkpoint is due; to be asked once for each entry."""
        self._unlooked -= 1
        if self._unlooked > 0:
            return False
        if time.monotonic() < self._due_at:
            self._unlooked = ENTRIES_PER_LOOK
            return False
        return True

    def note_made(self, seconds: float) -> None:
        """A checkpoint has been made, and has taken so long."""
        wait_seconds = max(INTERVAL_SECONDS, WORK_PER_CHECKPOINT * seconds)
        self._due_at = time.monotonic() + wait_seconds
        self._unlooked = ENTRIES_PER_LOOK


def current_boot_id() -> str:
    """What the system calls the time since it was started; empty where it has no name for it.

    Nothing is forced to the disk when a checkpoint is made.  So one is trusted by later processes
    of the same system alone: they see what was written, on a disk or not.
    """
    try:
        with open(_BOOT_ID_FILE, encoding="ascii") as file:
            return file.read().strip()
    except (OSError, ValueError):
        return ""


def tallies_of(passed_over: PassedOver) -> dict[str, tuple[int, int]]:
    """The tallies as they are kept."""
    return {name: (t.entries, t.source_bytes) for name, t in passed_over.tallies.items()}


def restore_tallies(passed_over: PassedOver, kept: dict[str, tuple[int, int]]) -> None:
    """Go on counting from what was kept."""
    for name, (entries, source_bytes) in kept.items():
        tally = passed_over.tallies[name]
        tally.entries, tally.source_bytes = entries, source_bytes
