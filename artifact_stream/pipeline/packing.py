"""Keeping payloads in packs while a trace is read.

An index line is written once the pack that it points to is complete and has its name.  So an entry
waits for its pack, and later ones behind it, in the order of the trace; what waits is bounded.
"""

from __future__ import annotations

from typing import Any

import xxhash

from artifact_stream.disk.digests import md5_text, xxh3_text
from artifact_stream.disk.staged_files import StagedFile
from artifact_stream.entries import NO_PAYLOAD, BrokenPayload, Payload, count_newlines
from artifact_stream.framing.checking import check_whole
from artifact_stream.framing.verdict import Verdict
from artifact_stream.layout import PACK_SUFFIX, PACKS_FOLDER
from artifact_stream.output.packs import (
    FULL_PACK_BYTES,
    LAST_LINE,
    MAX_PACKED_BYTES,
    SEPARATOR,
    encode_payload,
    first_line,
)
from artifact_stream.pipeline.in_flight import Pack, Place
from artifact_stream.pipeline.ordered import OrderedWork
from artifact_stream.rendering.task import Outcome, Rendered, RenderTask
from artifact_stream.workers.job import Job
from artifact_stream.writers import ArtifactWriter

MAX_HELD = 256
"""A pack is closed when so many entries wait for it, however short it is.

Fewer than `OrderedWork` holds: the oldest of those that are waited for is in no open pack.
"""


class Packing:
    """Fills packs in the order of the trace.

    It is done by the process that reads: to encode a payload takes less than to hand it to another
    process and to have the text written there.

    Memory: 64 KiB of a pack, and one payload.

    Args:
        writer: Claims the packs' names.
        work: Holds what waits for a pack.
        made: How many packs have been made, by an earlier run too.
    """

    def __init__(
        self,
        writer: ArtifactWriter,
        work: OrderedWork[Any, Any],
        made: int = 0,
    ) -> None:
        self.made = made
        self._writer = writer
        self._work = work
        self._pack: Pack | None = None
        self._held = 0

    def put(
        self, lazy_loader: str | None, task: RenderTask, payload: Payload | None
    ) -> Place | None:
        """Put an entry's payload into a pack.

        Args:
            lazy_loader: What shows it in a browser; None for a kind of entry that is always a file.
            task: What would be done to make a file of it.
            payload: The payload, where that is not in the task.

        Returns:
            Its place, whose job is to be held; None if it is to become a file as ever.

        Raises:
            OutputUnusable: The disk cannot be written.
        """
        if lazy_loader is None:
            return None
        try:
            payload = payload or task.payload or NO_PAYLOAD
            text = payload.whole()
        except BrokenPayload:
            return None  # Said by whoever tries to make a file of it.
        if text is None:
            return None
        verdict = None
        if task.payload_md5 is not None:
            verdict = check_whole(payload, text, task.payload_md5)
            text = verdict.text
        if len(text) > MAX_PACKED_BYTES:
            return None
        pack = self._pack = self._pack or self._new_pack()
        place = Place(pack, len(pack.jobs), lazy_loader, Job(task, self._writer.staging))
        if pack.jobs:
            pack.add(SEPARATOR)
        pack.jobs.append((place.job, _facts(task, text, verdict)))
        pack.add(encode_payload(text))
        return place

    def _new_pack(self) -> Pack:
        self.made += 1
        name = self._writer.claim(PACKS_FOLDER, f"{self.made:06}", (PACK_SUFFIX,))
        pack = Pack(name, StagedFile(self._writer.staging, f"pack-{self.made}", digested=False))
        pack.add(first_line(name.stem))
        return pack

    @property
    def is_between_packs(self) -> bool:
        """True if no pack is being filled."""
        return self._pack is None

    def note_item(self) -> None:
        """Count one more item that has been given to the work since the last one; it may wait.

        Raises:
            OutputUnusable: The disk cannot be written.
        """
        if self._pack is not None:
            self._held += 1
            if self._held >= MAX_HELD or self._pack.text_bytes >= FULL_PACK_BYTES:
                self.close_pack()

    def close_pack(self) -> None:
        """Have the pack that is being filled written, and what waits for it handed on.

        Raises:
            OutputUnusable: The disk cannot be written.
        """
        pack, self._pack, self._held = self._pack, None, 0
        if pack is None:
            return
        pack.add(LAST_LINE)
        pack.write()
        pack.file.close()
        for job, rendered in pack.jobs:
            job.rendered = rendered
        pack.jobs = []
        self._work.hand_on_done()


def _facts(task: RenderTask, text: bytes, verdict: Verdict | None) -> Rendered:
    """What is known of a payload, as if it had become a text file."""
    rendered = Rendered(task.number, Outcome.STAGED, bytes=len(text))
    rendered.lines = count_newlines(text) + (text[-1:] not in (b"", b"\n"))
    if verdict is None:
        rendered.digest = xxh3_text(xxhash.xxh3_128_hexdigest(text))
    else:
        rendered.digest = md5_text(verdict.md5)
        rendered.digest_matches = verdict.md5 == task.payload_md5
        rendered.note(verdict)
    return rendered
