"""Rendering an entry as a piece of work that any process can do: what it needs, what comes of it.

`perform` reads the payload once and leaves complete files in the staging folder, without names.
It knows nothing of names, indexes or counts: those are the affair of the process that reads the
trace, so they come out the same whoever did the work, and in whatever order.
"""

from __future__ import annotations

from enum import Enum

import msgspec

from artifact_stream.framing.payloads import AnyPortable
from artifact_stream.framing.verdict import TornRecord, Verdict
from artifact_stream.handlers.base import PYTHON, Content

_MICROSECONDS_A_FILE = 80.0
_MICROSECONDS_A_BYTE = {Content.TEXT: 0.004, Content.JSON: 0.01, Content.CODE_PAGE: 0.08}


class RenderTask(msgspec.Struct, array_like=True):
    """What is to be made of one payload.

    Attributes:
        number: Tells it from the other tasks of the trace; the staged files are called after it.
        content: What is made of the payload.
        payload: The payload; None if the entry has none.
        payload_md5: What its md5 should be, in lower-case hexadecimal; None if nobody said.
        page_head: A code page up to where its lines begin.
        page_tail: A code page from where its lines end.
        language: Of a code page.
    """

    number: int
    content: Content
    payload: AnyPortable | None
    payload_md5: str | None = None
    page_head: bytes = b""
    page_tail: bytes = b""
    language: str = PYTHON

    @property
    def staged_name(self) -> str:
        """The staged file that becomes the artifact."""
        return f"{self.number}"

    @property
    def staged_text_name(self) -> str:
        """The staged file that becomes the plain text beside a page."""
        return f"{self.number}-text"

    @property
    def staged_names(self) -> tuple[str, ...]:
        """Every file that `perform` may leave behind when it is killed."""
        number = self.number
        return (f"{number}", f"{number}-text", f"{number}-source", f"{number}-plain")

    @property
    def payload_bytes(self) -> int:
        """How much memory the payload takes."""
        return 0 if self.payload is None else self.payload.memory_bytes

    @property
    def cost_microseconds(self) -> float:
        """About how long it takes, on the machine that this was measured on."""
        source_bytes = 0 if self.payload is None else self.payload.source_bytes
        return _MICROSECONDS_A_FILE + _MICROSECONDS_A_BYTE[self.content] * source_bytes


class Outcome(Enum):
    """How a task ended."""

    STAGED = "staged"
    BROKEN_PAYLOAD = "broken_payload"
    FAILED = "handler_failed"
    WORKER_DIED = "worker_died"


class Rendered(msgspec.Struct, array_like=True):
    """What came of a task.

    Attributes:
        number: The task's.
        outcome: Anything but `STAGED` means that nothing was left in the staging folder.
        message: What went wrong, if anything did.
        bytes: Size of the artifact.
        lines: Lines of the artifact's text; for a page, of its code.
        digest: ``md5:`` or ``xxh3_128:`` and the digest of the artifact, in hexadecimal.
        text_bytes: Size of the text beside a page.
        text_digest: Its digest; None if there is none.
        digest_matches: Whether the payload is the one that the log's md5 was made of.
        json_error: Why a payload that should be JSON is not formatted, as the rest of a sentence.
        notes: Slugs of what is to be told of how the payload was read.
        has_orphans: Payload lines that belong to no entry follow it.
        torn: Other records that were found in a payload whose digest disagrees.
    """

    number: int
    outcome: Outcome
    message: str = ""
    bytes: int = 0
    lines: int = 0
    digest: str = ""
    text_bytes: int = 0
    text_digest: str | None = None
    digest_matches: bool = True
    json_error: str | None = None
    notes: tuple[str, ...] = ()
    has_orphans: bool = False
    torn: tuple[TornRecord, ...] = ()

    def note(self, verdict: Verdict) -> None:
        """Take over what has been found of the payload."""
        self.notes, self.torn = verdict.notes, verdict.torn
        self.has_orphans = verdict.has_orphans
