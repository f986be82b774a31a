"""What a run and its worker processes say to each other over pipes.

A message is its length, four bytes with the lowest first, and a msgpack document (msgspec's
encoding of the structs below).  Both ends are the same version of this package.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Self

import msgspec

from artifact_stream.errors import ArtifactStreamError, Said, escaped
from artifact_stream.rendering.task import Rendered, RenderTask

LENGTH_BYTES = 4


class Batch(msgspec.Struct, array_like=True, tag="batch"):
    """Tasks for a worker, which answers each with an `Answer` or a `Trouble`, in order.

    Attributes:
        out: The output folder of the run, absolute, as the operating system encodes paths.
        folders: Names of folders, each in the one before, that lead to the staging folder.
        tasks: What is to be done.
    """

    out: bytes
    folders: list[str]
    tasks: list[RenderTask]


class Ready(msgspec.Struct, array_like=True, tag="ready"):
    """A worker has started."""


class Answer(msgspec.Struct, array_like=True, tag="answer"):
    """A task is done."""

    rendered: Rendered


class Trouble(msgspec.Struct, array_like=True, tag="trouble"):
    """The run cannot go on.

    Attributes:
        slug: Of the error.
        said: The pieces of its sentence.
    """

    slug: str
    said: tuple[Said, ...]

    @classmethod
    def of(cls, error: ArtifactStreamError) -> Self:
        """What an error says; names in it may hold what is no text, and are escaped."""
        said = tuple(escaped(p) if isinstance(p, str) else p for p in error.said)
        return cls(error.slug, said)


class Farewell(msgspec.Struct, array_like=True, tag="farewell"):
    """A worker ends because it was asked to.

    Attributes:
        peak_memory_bytes: The most memory it has had; None where that is not known.
    """

    peak_memory_bytes: int | None


Reply = Ready | Answer | Trouble | Farewell

_encoder = msgspec.msgpack.Encoder()
decode_batch = msgspec.msgpack.Decoder(Batch).decode
_decode_reply = msgspec.msgpack.Decoder(Reply).decode


def encode_message(message: Any) -> bytes:
    """A message as it goes over the pipe."""
    body = _encoder.encode(message)
    return len(body).to_bytes(LENGTH_BYTES, "little") + body


class ReplyBuffer:
    """Cuts what has been read from a worker into messages."""

    def __init__(self) -> None:
        self._data = b""

    def feed(self, data: bytes) -> Iterator[Reply]:
        """Take some bytes; the messages that are complete with them."""
        data = self._data + data
        start = 0
        while len(data) - start >= LENGTH_BYTES:
            body = start + LENGTH_BYTES
            end = body + int.from_bytes(data[start:body], "little")
            if end > len(data):
                break
            yield _decode_reply(data[body:end])
            start = end
        self._data = data[start:]
