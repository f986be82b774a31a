"""The first half of what happens to an entry: is it wanted, who describes it, how is it called.

Everything here is decided in the order of the trace.
"""

from __future__ import annotations

from artifact_stream.entries import NO_PAYLOAD, Entry, Payload, nothing_logged
from artifact_stream.errors import ArtifactStreamError, Problem
from artifact_stream.facts.collector import FactCollector
from artifact_stream.framing.payloads import has_signs
from artifact_stream.handlers.base import Artifact, Handler, Link
from artifact_stream.output.counts import SkipReason, TraceCounts
from artifact_stream.pipeline.in_flight import (
    Awaited,
    KeptFile,
    ListedLink,
    PackedPayload,
    Planned,
    PlannedFile,
    Settled,
)
from artifact_stream.pipeline.listing import entry_problem
from artifact_stream.pipeline.ordered import OrderedWork
from artifact_stream.pipeline.packing import Packing
from artifact_stream.pipeline.planning import ArtifactStore
from artifact_stream.pipeline.resuming import EarlierRun
from artifact_stream.pipeline.selection import Selection
from artifact_stream.resume.listed import ListedEntry
from artifact_stream.stop import Interrupted
from artifact_stream.urls import url_of

_MAX_WAITING_CHARS = 4096
"""An entry whose names are longer than this is published before the next one is taken."""


class Intake:
    """Takes the entries of one trace and has made of them what is wanted.

    Args:
        selection: Says which are wanted and who describes them.
        counts: Kept up to date.
        store: Plans their files.
        earlier: What is there of them already.
        work: Has the files made.
        packing: Fills packs; None in a run that is not lazy.
        facts: Reads what entries tell.
    """

    def __init__(
        self,
        selection: Selection,
        counts: TraceCounts,
        store: ArtifactStore,
        earlier: EarlierRun,
        work: OrderedWork[Settled, Awaited],
        packing: Packing | None,
        facts: FactCollector,
    ) -> None:
        self._selection = selection
        self._counts = counts
        self._store = store
        self._earlier = earlier
        self._work = work
        self._packing = packing
        self._facts = facts

    def take(self, item: Entry | Problem) -> None:
        """Have the next entry's file made, or count why not; afterwards its payload is gone.

        Raises:
            OutputUnusable: The disk cannot be written.
            InputUnusable: The source cannot be read any more.
            Interrupted: A stop is asked for while a pipe is waited for; the entry is not counted.
        """
        if isinstance(item, Problem):
            self._counts.entries_read += 1
            self._work.add(item)
            self._note_item()
            return
        facts = self._facts.read(item)
        chosen = self._selection.choose(item)
        if isinstance(chosen, SkipReason):
            if facts is None:
                self._counts.skip(item.type, chosen)
            else:
                self._counts.tell(item.type)
                self._facts.add(facts, None)
            return
        self._counts.entries_read += 1
        self._counts.of_type(item.type).entries += 1
        try:
            path = self._take_wanted(item, chosen)
        except Interrupted:
            self._counts.untake(item.type)
            raise
        self._facts.add(facts, None if path is None else url_of(path))

    def _take_wanted(self, entry: Entry, handler: Handler) -> str | None:
        """Have an entry's file made; where that will be, in the trace's folder, if it has one."""
        listed = self._earlier.take(entry)
        described = self._described(entry, handler)
        # Nobody knows how many entries wait: what they hold is bounded.
        entry.metadata, entry.payload, entry.logged_metadata = {}, NO_PAYLOAD, nothing_logged
        original_name = path = None
        if isinstance(described, Problem):
            self._work.add(described)
        elif isinstance(described, tuple):
            planned, payload = described
            original_name, path = planned.original_name, planned.path
            self._make(entry, planned, payload, handler, listed)
        else:
            self._work.add(ListedLink(entry, described))
        self._note_item()
        chars_held = len(entry.type) + len(entry.compile_id or "") + len(original_name or "")
        if chars_held > _MAX_WAITING_CHARS:
            self.finish()
        return path

    def _described(
        self, entry: Entry, handler: Handler
    ) -> tuple[Planned, Payload | None] | Link | Problem:
        """What is to become of an entry, as its handler says; a problem if that fails."""
        try:
            description = handler.describe(entry)
            if isinstance(description, Artifact):
                kind = handler.name if handler.has_claimed(entry) else None
                return self._store.plan(entry, description, kind)
        except ArtifactStreamError:
            raise
        except Exception as error:  # noqa: BLE001 - one entry's failure must not end the run
            message = f"The handler {handler.name} failed: {type(error).__name__}: {error}"
            return entry_problem(entry, "handler_failed", message, entry_written=False)
        return description

    def _make(
        self,
        entry: Entry,
        planned: Planned,
        payload: Payload | None,
        handler: Handler,
        listed: ListedEntry | None,
    ) -> None:
        """Have an entry's file made, or its payload put into a pack, if that is not there yet."""
        if self._packing is not None:
            place = self._packing.put(handler.lazy_loader, planned.task, payload)
            if place is not None:
                planned.task.payload = None
                self._work.hold(PackedPayload(entry, planned, place), place.job)
                return
        # How the payload of a log that was handled is read is told again.
        was_handled = has_signs(payload or planned.task.payload)
        rendered = None if was_handled else self._earlier.kept(entry, planned, listed)
        if rendered is not None:
            planned.task.payload = None
            self._work.add(KeptFile(entry, planned, rendered))
            return
        self._work.submit(PlannedFile(entry, planned), planned.task, payload)

    def _note_item(self) -> None:
        if self._packing is not None:
            self._packing.note_item()

    def finish(self) -> None:
        """Have all done that is on its way, and published.

        Raises:
            OutputUnusable: The disk cannot be written.
            InputUnusable: The source cannot be read any more.
        """
        if self._packing is not None:
            self._packing.close_pack()
        self._work.finish()

    def finish_meanwhile(self) -> None:
        """As `finish`, while more is waited for: a pack that is being filled stays so.

        Raises:
            OutputUnusable: The disk cannot be written.
            InputUnusable: The source cannot be read any more.
        """
        if self._packing is None:
            self._work.finish()
