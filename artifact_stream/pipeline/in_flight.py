"""An entry on its way from the reader to the index, and its place in a pack."""

from __future__ import annotations

import msgspec

from artifact_stream.disk.staged_files import StagedFile
from artifact_stream.entries import Entry
from artifact_stream.handlers.base import Link
from artifact_stream.layout import PACK_SUFFIX
from artifact_stream.output.packs import pack_url
from artifact_stream.pipeline.planning import Planned
from artifact_stream.rendering.task import Rendered
from artifact_stream.workers.job import Job
from artifact_stream.writers import ClaimedName

_WRITTEN_BYTES = 64 << 10
"""So much of a pack is written at a time."""


class Pack(msgspec.Struct, eq=False):
    """A pack that is being made.

    Attributes:
        name: What it will be called.
        file: The file in the staging folder.
        unwritten: What is still to be written there.
        unwritten_bytes: How long that is.
        jobs: For each payload, what waits for the pack, and what is known of the payload.
        is_published: It has got its name.
    """

    name: ClaimedName
    file: StagedFile
    unwritten: list[bytes] = msgspec.field(default_factory=list)
    unwritten_bytes: int = 0
    jobs: list[tuple[Job, Rendered]] = msgspec.field(default_factory=list)
    is_published: bool = False

    @property
    def path(self) -> str:
        """Relative to the trace's folder."""
        return self.name.path(PACK_SUFFIX)

    @property
    def text_bytes(self) -> int:
        """How long it is so far."""
        return self.file.bytes_written + self.unwritten_bytes

    def add(self, text: bytes) -> None:
        """Add a piece of text.

        Raises:
            OutputUnusable: The disk cannot be written.
        """
        self.unwritten.append(text)
        self.unwritten_bytes += len(text)
        if self.unwritten_bytes >= _WRITTEN_BYTES:
            self.write()

    def write(self) -> None:
        """Write what is unwritten.

        Raises:
            OutputUnusable: The disk cannot be written.
        """
        self.file.write(b"".join(self.unwritten))
        self.unwritten, self.unwritten_bytes = [], 0


class Place(msgspec.Struct, eq=False):
    """A payload's place in a pack.

    Attributes:
        pack: The pack.
        position: From 0.
        lazy_loader: What shows it in a browser.
        job: Done once the pack has been staged.
    """

    pack: Pack
    position: int
    lazy_loader: str
    job: Job

    @property
    def url(self) -> str:
        """For the directory index."""
        return pack_url(self.pack.path, self.position)


class InFlight(msgspec.Struct):
    """An entry between its two halves.

    Attributes:
        entry: The entry, without metadata and payload.
        planned: Its file, None for a link.
        link: Its link, None for a file.
        place: Where its payload is in a pack, None for a file of its own.
        kept: What had come of it before the run was interrupted, if that is there as it should be.
    """

    entry: Entry
    planned: Planned | None = None
    link: Link | None = None
    place: Place | None = None
    kept: Rendered | None = None
