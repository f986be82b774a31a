"""What comes of a stream as stored bytes of another: a compressed log in a compressed zip, say."""

from __future__ import annotations

from artifact_stream.streams.byte_stream import ByteStream
from artifact_stream.streams.file_range import FileRange


class StreamBytes:
    """A `ByteStream` as `Stored` bytes.

    Args:
        stream: Where they come from; closed with this.
        name: What problems call them.
    """

    def __init__(self, stream: ByteStream, name: str) -> None:
        self._stream = stream
        self._held = b""
        self.name = name
        self.read_bytes = 0
        self.close = stream.close

    def peek(self, size: int) -> bytes:
        """See `Stored.peek`."""
        while len(self._held) < size and (block := self._stream.read()):
            self._held += block
        return self._held[:size]

    def read(self, size: int) -> bytes:
        """See `Stored.read`."""
        data = self._held or self._stream.read()
        self._held = data[size:]
        data = data[:size]
        self.read_bytes += len(data)
        return data

    def range(self, start: int, end: int) -> FileRange | None:
        """See `ByteStream.range`."""
        return self._stream.range(start, end)

    def skip_to(self, offset_bytes: int) -> bool:  # noqa: ARG002 - the protocol's
        """Never possible: what is skipped has to be read."""
        return False
