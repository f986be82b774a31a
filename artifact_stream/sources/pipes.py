"""Pipes: opened when their turn comes, and looked at without losing what has come."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import BinaryIO

from artifact_stream.framing.detect import HEAD_BYTES
from artifact_stream.options import MAX_EXPANSION
from artifact_stream.sources.containers import Container
from artifact_stream.sources.probe import container_in
from artifact_stream.sources.reader import tells_format
from artifact_stream.sources.spool import spooled
from artifact_stream.sources.trace import SourceFile
from artifact_stream.streams.byte_stream import BLOCK_BYTES, Stored
from artifact_stream.streams.opening import PeekedStream, decompressed, open_stored
from artifact_stream.streams.stored_file import ReadCounter
from artifact_stream.streams.waiting import Waiting


class OpenedPipe:
    """A pipe that has been looked into.

    Args:
        file: It.
        counter: Counts what is read of it.
        max_expansion: See `open_stream`.
        waiting: See `open_stream`.
        reads_whole_head: Wait until it has given `HEAD_BYTES`; else only until its format is told.

    Attributes:
        stream: What comes of it.

    Raises:
        InputUnusable: It cannot be opened or read.
        Interrupted: A stop is asked for while it is waited for.
    """

    def __init__(
        self,
        file: SourceFile,
        counter: ReadCounter,
        max_expansion: int = MAX_EXPANSION,
        *,
        waiting: Waiting | None = None,
        reads_whole_head: bool = False,
    ) -> None:
        self._label = file.label
        self._counter = counter
        self._counted_before = counter.stored_bytes
        self._max_expansion = max_expansion
        self._stored = _Recorded(open_stored(file.path, counter, waiting))
        stream = decompressed(self._stored, max_expansion)
        try:
            self.stream = PeekedStream(
                stream, HEAD_BYTES, None if reads_whole_head else tells_format
            )
        except BaseException:
            stream.close()
            raise
        self._container = container_in(stream, self.stream.head)
        if self._container is None:
            self._stored.forget()

    def container(self, out: str) -> Container | None:
        """The container that comes through it, in a file without a name; None if it is none.

        Args:
            out: The output folder, on whose disk that file is made.

        Raises:
            InputUnusable: It cannot be read.
            OutputUnusable: There is no room.
        """
        if self._container is None:
            return None
        try:
            # Standard input may be a file.
            file = self._stored.regular_file() or spooled(self._stored.again(), out)
        finally:
            self.stream.close()
        self._counter.stored_bytes = self._counted_before  # Its members will be counted.
        return self._container(None, file, self._label, out, self._max_expansion)


class _Recorded:
    """Stored bytes that can be read once more from their start; see `Stored`."""

    def __init__(self, stored: Stored) -> None:
        self._stored = stored
        self._blocks: list[bytes] | None = []
        self.name = stored.name
        self.read_bytes = 0
        self.peek = stored.peek
        self.range = stored.range
        self.skip_to = stored.skip_to
        self.close = stored.close

    def read(self, size: int) -> bytes:
        data = self._stored.read(size)
        self.read_bytes += len(data)
        if self._blocks is not None:
            self._blocks.append(data)
        return data

    def again(self) -> Iterator[bytes]:
        """All bytes from the start; what has been read already, and then the rest."""
        assert self._blocks is not None
        blocks, self._blocks = self._blocks, None
        yield from blocks
        while block := self._stored.read(BLOCK_BYTES):
            yield block

    def regular_file(self) -> BinaryIO | None:
        """The file, if it is one on a disk that can be opened once more from its start."""
        place = self._stored.range(0, 0)
        if place is None or place.start or sys.platform != "linux":
            return None
        return os.fdopen(os.dup(place.descriptor), "rb", buffering=0)

    def forget(self) -> None:
        """Keep nothing of what has been read, or will be."""
        self._blocks = None
