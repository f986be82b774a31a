"""The one shape every input format becomes: an `Entry` with a payload that is streamed.

A `Payload` is read in chunks of bytes, once, and never has to fit in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Protocol, runtime_checkable

import msgspec

CHUNK_BYTES = 1 << 20
"""How much of a payload is in memory at a time, at the most, give or take one line's indent."""


def count_newlines(text: bytes) -> int:
    """How many newlines there are, in half the time that ``text.count`` takes."""
    return len(text) - len(text.replace(b"\n", b""))


@runtime_checkable
class Payload(Protocol):
    """The text of an entry as bytes: UTF-8 unless the program that logged it wrote otherwise."""

    def whole(self) -> bytes | None:
        """All of it, if it is small enough to be in memory at once; else None.

        Raises:
            BrokenPayload: It cannot be decoded.
        """

    def chunks(self) -> Iterator[bytes]:
        """All of it from its start, in pieces of about `CHUNK_BYTES` at the most.

        To be taken once, unless `can_repeat`; the second time the first need not be at its end.

        Raises:
            BrokenPayload: It cannot be decoded any further.
        """

    @property
    def can_repeat(self) -> bool:
        """True if `chunks` may be taken more than once."""

    def portable(self) -> PortablePayload | None:
        """The same payload in a form that another process can read, at any time.

        None if it can only be read here, and only before the next entry is taken.
        """


class PortablePayload(msgspec.Struct, array_like=True, frozen=True):
    """A `Payload` that, being a tagged msgspec struct, can be encoded and sent as it is.

    The forms there are stand in `artifact_stream.framing.payloads`.
    """

    def whole(self) -> bytes | None:
        """All of it, None where it is too long for memory."""
        return None

    def chunks(self) -> Iterator[bytes]:
        """All of it from its start; any number of times."""
        whole = self.whole()
        assert whole is not None
        yield whole

    @property
    def can_repeat(self) -> bool:
        """Always."""
        return True

    def portable(self) -> PortablePayload:
        """Itself."""
        return self

    @property
    def source_bytes(self) -> int:
        """How long it is in the source; a measure of the work that it makes."""
        raise TypeError

    @property
    def memory_bytes(self) -> int:
        """How much of it is in memory."""
        return 0


class NoPayload:
    """What an entry without a payload has: nothing, in no pieces."""

    def whole(self) -> bytes:
        """Empty bytes."""
        return b""

    def chunks(self) -> Iterator[bytes]:
        """No chunk."""
        return iter(())

    @property
    def can_repeat(self) -> bool:
        """Always."""
        return True

    def portable(self) -> None:
        """Nothing to be sent."""
        return


class TextInHand:
    """A payload that is in memory and is read here.

    Args:
        text: All of it.
    """

    __slots__ = ("_text",)

    def __init__(self, text: bytes) -> None:
        self._text = text

    def whole(self) -> bytes:
        """The text."""
        return self._text

    def chunks(self) -> Iterator[bytes]:
        """The text, in one piece."""
        yield self._text

    @property
    def can_repeat(self) -> bool:
        """Always."""
        return True

    def portable(self) -> None:
        """Never: whoever has it renders it."""
        return


class BrokenPayload(ValueError):
    """A payload turned out to be undecodable while it was read; its text says why."""


NO_PAYLOAD = NoPayload()


def nothing_logged() -> None:
    """What `Entry.logged_metadata` is where the text is not in memory."""


class Entry(msgspec.Struct):
    """One logged event.

    Attributes:
        type: Entry type: ``aot_joint_graph``, ``artifact``, ...
        compile_id: Key of the compilation (`artifact_stream.compile_ids`), None if not logged.
        rank: Rank of the process, None if not logged.
        timestamp: ISO 8601 text as logged.  A raw log has neither year nor zone:
            ``--11-23T19:25:59.805000``.
        thread: The number torch writes there: its process id.
        pathname: Source file of the logging call.
        lineno: Line in that file.
        metadata: The value of the type's key.  Members of more than 64 KiB are left out.
        payload: The text, as a stream of bytes.
        has_payload: False where the log says that there is none; true where it says that there is
            one, even if that is torn off.
        payload_md5: The digest that the log gives, None where it gives none.
        source: Name of the file it stands in.
        line: Line in that file after decompression, from 1.
        offset_bytes: Where that line starts in the decompressed file, from 0.
        source_bytes: How many bytes the entry takes there; for a payload that is still being
            read, this is set once the next entry has been found.
        first_line: The beginning of that line, enough for a problem's excerpt.
        context: What else the log says of the entry's place (``subgraph_name``, ...), by its names.
        payload_offset_bytes: Where the payload's first line starts in the decompressed file.
        logged_metadata: Gives the JSON text of the metadata as it was logged, of which none is left
            out; None where its line is too long to be in memory.
    """

    type: str
    compile_id: str | None = None
    rank: int | None = None
    timestamp: str | None = None
    thread: int | None = None
    pathname: str | None = None
    lineno: int | None = None
    metadata: dict[str, Any] = msgspec.field(default_factory=dict)
    payload: Payload = NO_PAYLOAD
    has_payload: bool = False
    payload_md5: str | None = None
    source: str = ""
    line: int = 0
    offset_bytes: int = 0
    source_bytes: int = 0
    first_line: bytes = b""
    context: dict[str, Any] = msgspec.field(default_factory=dict)
    payload_offset_bytes: int = 0
    logged_metadata: Callable[[], bytes | None] = nothing_logged

    def text(self, key: str) -> str | None:
        """The metadata's value for `key` if it is a string with something in it; else None."""
        value = self.metadata.get(key) if isinstance(self.metadata, dict) else None
        return value if isinstance(value, str) and value else None
