"""Resuming a trace: what an interrupted run has left of it, and checkpoints for the next one."""

from __future__ import annotations

import time
from contextlib import ExitStack
from typing import Any

from artifact_stream.disk.appender import JsonlAppender
from artifact_stream.entries import Entry
from artifact_stream.facts.once import Once
from artifact_stream.framing.passed_over import PassedOver
from artifact_stream.layout import DIRECTORY_FILE, FACTS_FILE, PROBLEMS_FILE
from artifact_stream.output.counts import TraceCounts
from artifact_stream.pipeline.in_flight import Planned
from artifact_stream.pipeline.listing import Listing, text_of
from artifact_stream.pipeline.ordered import OrderedWork
from artifact_stream.pipeline.packing import Packing
from artifact_stream.pipeline.planning import ArtifactStore
from artifact_stream.rendering.task import Rendered
from artifact_stream.resume.checkpoint import Checkpoint, Pace, current_boot_id, tallies_of
from artifact_stream.resume.discarded import keep_discarded, remove_discarded
from artifact_stream.resume.listed import ListedEntries, ListedEntry
from artifact_stream.resume.recovery import Recovered
from artifact_stream.sources.position import FilePosition
from artifact_stream.writers import ArtifactWriter


def start_of(recovered: Recovered | None) -> Checkpoint:
    """The state from which a trace is read: that of its beginning where nothing is known."""
    if recovered is None or recovered.checkpoint is None:
        return Checkpoint("", [], TraceCounts(), {}, 0, 0, 0, 0)
    return recovered.checkpoint


class EarlierRun:
    """What an interrupted run has left of a trace; nothing of one that nobody has begun.

    Args:
        writer: Of the trace's folder.
        recovered: What is there; None if nobody has begun.
        store: Knows which files are there.
        listing: Makes the lines of the index.
        has_grown: The source is longer than it was then.

    Attributes:
        index: ``directory.jsonl``, behind what the checkpoint tells of; for the caller to close.
        problems: ``problems.jsonl``, too.
        facts: ``facts.jsonl``, too.

    Raises:
        OutputUnusable: The folder cannot be read or written.
    """

    def __init__(
        self,
        writer: ArtifactWriter,
        recovered: Recovered | None,
        store: ArtifactStore,
        listing: Listing,
        *,
        has_grown: bool = False,
    ) -> None:
        self._root = root = writer.root_folder
        self._staging = writer.staging
        self._store = store
        self._listing = listing
        self._has_grown = has_grown
        self._last_is_in_doubt = False
        self._listed: ListedEntries | None = None
        index_bytes = problems_bytes = facts_bytes = None
        if recovered is not None:
            index_bytes, problems_bytes = recovered.index_bytes, recovered.problems_bytes
            facts_bytes = recovered.facts_bytes
        with ExitStack() as opened:
            self.index = opened.enter_context(
                JsonlAppender(root, DIRECTORY_FILE, index_bytes, self._before_cut)
            )
            if index_bytes is not None:
                self._listed = ListedEntries(root, index_bytes)
                opened.callback(self._listed.stop)
            self.problems = opened.enter_context(JsonlAppender(root, PROBLEMS_FILE, problems_bytes))
            self.facts = JsonlAppender(root, FACTS_FILE, facts_bytes)
            opened.pop_all()

    def _before_cut(self, offset_bytes: int) -> None:
        """The lines of the index from an offset on are about to go."""
        self.stop()
        keep_discarded(self._root, offset_bytes, self._staging)

    def doubt_last(self, *, may_be_cut: bool) -> None:
        """Tell, before entries are taken, whether only the end of a file tells where one ends."""
        self._last_is_in_doubt = self._has_grown and may_be_cut

    def take(self, entry: Entry) -> ListedEntry | None:
        """The index line of the next entry that is wanted; None if it has none."""
        return None if self._listed is None else self._listed.take(entry)

    def kept(self, entry: Entry, planned: Planned, listed: ListedEntry | None) -> Rendered | None:
        """What came of an entry's task, if rendering it would give what is there; else None.

        That can be said of an entry whose payload has no flaw.

        Args:
            entry: The entry.
            planned: Its file.
            listed: What `take` gave for it.

        Raises:
            OutputUnusable: A file cannot be read.
        """
        if self._listed is None or listed is None:
            return None
        if (
            self._last_is_in_doubt
            and planned.task.payload_md5 is None
            and self._listed.may_be_last(listed)
        ):
            return None
        rendered = listed.as_rendered(planned.task.number)
        is_same_line = text_of(self._listing.of_file(entry, planned, rendered)) == listed.text
        return rendered if is_same_line and self._store.holds(planned, rendered) else None

    def stop(self) -> None:
        """Take no more lines: no more entries come, or the lines are no longer there."""
        if self._listed is not None:
            self._listed.stop()

    def remove_discarded(self) -> None:
        """Remove the files that only lines list which are no longer there, and these lines.

        To be called when the trace is complete.

        Raises:
            OutputUnusable: The folder cannot be written.
        """
        if self._listed is not None:
            remove_discarded(self._root, self._staging)


class Checkpoints:
    """Keeps, now and then, what it takes to resume a trace from an entry on.

    Args:
        writer: Keeps it, and which names are taken.
        earlier: Has the index and the problems.
        store: Counts what has been planned.
        counts: What became of the entries.
        work: What is on its way.
        packing: Fills packs; None in a run that is not lazy.
        once: What facts have been told of.
    """

    def __init__(
        self,
        writer: ArtifactWriter,
        earlier: EarlierRun,
        store: ArtifactStore,
        counts: TraceCounts,
        work: OrderedWork[Any, Any],
        packing: Packing | None,
        once: Once,
    ) -> None:
        self._writer = writer
        self._earlier = earlier
        self._store = store
        self._counts = counts
        self._work = work
        self._packing = packing
        self._once = once
        self._pace = Pace()

    def is_due(self) -> bool:
        """True if a checkpoint is due; to be asked once for each entry."""
        return self._pace.is_due()

    def make(self, positions: list[FilePosition], passed_over: PassedOver) -> None:
        """Bring what is on its way to an end and keep the state of the trace.

        Nothing is done while a pack is being filled, so that packs come out the same.

        Args:
            positions: Where the next entry begins in each file.
            passed_over: What framing has counted before it.

        Raises:
            OutputUnusable: The disk cannot be written.
            InputUnusable: The source cannot be read any more.
        """
        if self._packing is not None and not self._packing.is_between_packs:
            return
        started = time.monotonic()
        self._work.finish()
        checkpoint = Checkpoint(
            current_boot_id(),
            positions,
            self._counts,
            tallies_of(passed_over),
            self._earlier.index.length,
            self._earlier.problems.length,
            self._store.planned,
            0 if self._packing is None else self._packing.made,
            self._earlier.facts.length,
            self._once,
        )
        self._writer.save(checkpoint.encode())
        self._pace.note_made(time.monotonic() - started)
