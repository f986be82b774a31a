"""Framing of a raw log with something before every line, perhaps of several writers at once.

The lines of each writer are gathered until its next entry begins; then they are a piece of a raw
log like any other.  Entries come in the order in which they are complete.
"""

from __future__ import annotations

from collections.abc import Iterator

from artifact_stream.entries import Entry
from artifact_stream.errors import Problem
from artifact_stream.framing.framer import Framer
from artifact_stream.framing.line_prefix import LinePrefix, rank_of
from artifact_stream.framing.passed_over import PassedOver
from artifact_stream.framing.raw_log import RawLogFramer
from artifact_stream.framing.scratch import Scratch
from artifact_stream.framing.spill import SpilledText, SpillFile
from artifact_stream.streams.byte_stream import BLOCK_BYTES, ByteStream

MAX_WRITERS = 4096
"""The lines of so many writers are gathered side by side."""

_MAX_HELD_BYTES = 4 << 20
_LINE_OVERHEAD_BYTES = 60
_LONG_LINE_BYTES = 1 << 20


class _Gathered:
    """The lines of one writer from the start of an entry on.

    Attributes:
        line: The first one's number, from 1.
        offset_bytes: Where it starts, its prefix included.
        pieces: What is in memory of them.
        spilled: What is not, which comes before.
    """

    __slots__ = ("line", "offset_bytes", "pieces", "spilled")

    def __init__(self, text: bytes, line: int, offset_bytes: int) -> None:
        self.line = line
        self.offset_bytes = offset_bytes
        self.pieces = [text]
        self.spilled: SpilledText | None = None


class _GatheredStream:
    """A `ByteStream` of gathered lines."""

    def __init__(self, gathered: _Gathered) -> None:
        self._parts = self._all_parts(gathered)

    @staticmethod
    def _all_parts(gathered: _Gathered) -> Iterator[bytes]:
        if gathered.spilled is not None:
            for part in gathered.spilled.parts():
                for start in range(0, len(part), BLOCK_BYTES):
                    yield part[start : start + BLOCK_BYTES]
        yield b"".join(gathered.pieces) + b"\n"

    def read(self) -> bytes:
        return next(self._parts, b"")

    def range(self, start: int, end: int) -> None:  # noqa: ARG002 - the protocol's
        return None

    def skip_to(self, offset_bytes: int) -> bool:  # noqa: ARG002 - the protocol's
        return False

    def close(self) -> None:
        pass


class PrefixedLogFramer(Framer):
    """Frames a raw log without what stands before its lines.

    An entry is in memory up to 4 MiB, all writers' together, and else on disk.  For arguments,
    memory and errors see `Framer`.

    Args:
        prefix: What stands before the lines.
    """

    def __init__(
        self,
        stream: ByteStream,
        source: str,
        passed_over: PassedOver,
        scratch: Scratch,
        prefix: LinePrefix,
    ) -> None:
        super().__init__(stream, source, passed_over, scratch)
        self._prefix = prefix
        self._spill = SpillFile(scratch.folder)
        self._gathered: dict[bytes | None, _Gathered] = {}
        self._held_bytes = 0
        self._writer: bytes | None = None  # of the line before
        self._inside: _Gathered | None = None  # a long line of it has begun
        self._first_writer: bytes | None = None
        self._latest_offset = -1

    def __iter__(self) -> Iterator[Entry | Problem]:
        """See `Framer`."""
        try:
            yield from super().__iter__()
            for writer in sorted(self._gathered, key=lambda w: self._gathered[w].line):
                yield from self._items(writer, self._gathered.pop(writer))
        finally:
            self._spill.close()

    def _complete_entries(self) -> Iterator[Entry | Problem]:
        window = self._window
        end = len(window) if self._at_end else window.rfind(b"\n") + 1
        if end:
            lines = window[:end].split(b"\n")
            if not lines[-1]:
                lines.pop()
            self._window = window[end:]
            for line in lines:
                if self._inside is not None:
                    self._add(self._inside, line)
                    self._inside = None
                else:
                    yield from self._take(line)
                self._window_offset += len(line) + 1
                self._line += 1
        if len(self._window) > _LONG_LINE_BYTES:
            part, self._window = self._window, b""
            if self._inside is None:
                yield from self._take(part)
                self._inside = self._gathered.get(self._writer)
            else:
                self._add(self._inside, part)
            self._window_offset += len(part)

    def _large_entry(self) -> Iterator[Entry | Problem]:
        return iter(())

    def _take(self, line: bytes) -> Iterator[Entry | Problem]:
        """Take a line, or the beginning of a long one; what is complete with it."""
        writer, text = self._prefix.split(line)
        is_blank = not text or text == b"\r"
        if is_blank and writer is None:
            writer = self._writer  # A collector's, behind the line before.
        elif writer is not None and writer != self._first_writer:
            if self._first_writer is None:
                self._first_writer = writer
            else:
                self.is_mixed = True
        self._writer = writer
        gathered = self._gathered.get(writer)
        if gathered is not None and (is_blank or text.startswith(b"\t")):
            self._add(gathered, b"\n" + text)
        elif not is_blank:
            if gathered is not None:
                del self._gathered[writer]
                yield from self._items(writer, gathered)
            elif len(self._gathered) >= MAX_WRITERS:
                oldest = next(iter(self._gathered))
                yield from self._items(oldest, self._gathered.pop(oldest))
            self._gathered[writer] = _Gathered(b"", self._line, self._window_offset)
            self._add(self._gathered[writer], text)

    def _add(self, gathered: _Gathered, text: bytes) -> None:
        gathered.pieces.append(text)
        self._held_bytes += len(text) + _LINE_OVERHEAD_BYTES
        if self._held_bytes > _MAX_HELD_BYTES:
            for each in self._gathered.values():
                each.spilled = each.spilled or self._spill.new_text()
                each.spilled.add(b"".join(each.pieces))
                each.pieces = []
            self._held_bytes = 0

    def _items(self, writer: bytes | None, gathered: _Gathered) -> Iterator[Entry | Problem]:
        """What the gathered lines are."""
        self._held_bytes -= sum(len(text) + _LINE_OVERHEAD_BYTES for text in gathered.pieces[1:])
        self._held_bytes = max(0, self._held_bytes)
        offset = gathered.offset_bytes
        self.can_go_on = (
            not self.is_mixed
            and offset > self._latest_offset
            and all(other.offset_bytes > offset for other in self._gathered.values())
        )
        self._latest_offset = max(offset, self._latest_offset)
        rank = rank_of(writer) if self.is_mixed and writer is not None else None
        stream = _GatheredStream(gathered)
        framer = RawLogFramer(stream, self._source, self._passed_over, self._scratch)
        framer.start_at(offset, gathered.line)
        for item in framer:
            if isinstance(item, Entry) and item.rank is None:
                item.rank = rank
            yield item
        if gathered.spilled is not None:
            self._spill.let_go(gathered.spilled)
