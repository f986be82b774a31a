"""Entries on their way from the reader to the index: each is one of five cases.

What is settled waits for nothing but its turn: a `Problem`, a `ListedLink`, a `KeptFile`.  What is
awaited has something made of its payload first: a `PlannedFile`, a `PackedPayload`.  None of them
holds metadata or payload, except in the task of a file.
"""

from __future__ import annotations

import msgspec

from artifact_stream.disk.staged_files import StagedFile
from artifact_stream.entries import Entry
from artifact_stream.errors import Problem
from artifact_stream.handlers.base import Artifact, Content, Link
from artifact_stream.layout import PACK_SUFFIX, TEXT_SUFFIX
from artifact_stream.output.packs import pack_url
from artifact_stream.rendering.task import Rendered, RenderTask
from artifact_stream.workers.job import Job
from artifact_stream.writers import ClaimedName

_WRITTEN_BYTES = 64 << 10
"""So much of a pack is written at a time."""


class Planned(msgspec.Struct):
    """A file that is going to be made.

    Attributes:
        artifact: What the handler wants.
        name: What it will be called.
        task: What is to be rendered.
        has_text: False where the log holds no payload, and nothing stands in for it.
        kind: The kind that has claimed it; None where the entry's type tells the kind.
    """

    artifact: Artifact
    name: ClaimedName
    task: RenderTask
    has_text: bool
    kind: str | None = None

    @property
    def path(self) -> str:
        """The file's, relative to the trace's folder, with ``/``."""
        return self.name.path(self.artifact.content.value)

    @property
    def text_path(self) -> str | None:
        """That of the plain text beside a page."""
        is_page = self.artifact.content is Content.CODE_PAGE
        return self.name.path(TEXT_SUFFIX) if is_page else None

    @property
    def original_name(self) -> str | None:
        """What the trace calls it, where its name differs."""
        name = self.name
        return self.artifact.original_name or (
            self.artifact.name if name.made_safe or name.repeated else None
        )


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


class ListedLink(msgspec.Struct):
    """An entry that becomes a line in the index and no file.

    Attributes:
        entry: The entry, without metadata and payload.
        link: Where the line leads.
    """

    entry: Entry
    link: Link


class KeptFile(msgspec.Struct):
    """An entry whose file an interrupted run has left as it should be.

    Attributes:
        entry: The entry, without metadata and payload.
        planned: Its file, which is there.
        rendered: What had come of its task.
    """

    entry: Entry
    planned: Planned
    rendered: Rendered


class PlannedFile(msgspec.Struct):
    """An entry whose file is being made.

    Attributes:
        entry: The entry, without metadata and payload.
        planned: Its file, to be named once its task is done.
    """

    entry: Entry
    planned: Planned


class PackedPayload(msgspec.Struct):
    """An entry whose payload is in a pack.

    Attributes:
        entry: The entry, without metadata and payload.
        planned: The file that would have been made of it, and may be later.
        place: Where its payload is.
    """

    entry: Entry
    planned: Planned
    place: Place


Settled = Problem | ListedLink | KeptFile
Awaited = PlannedFile | PackedPayload
