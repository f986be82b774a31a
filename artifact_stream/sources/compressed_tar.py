"""A tar file that is compressed as a whole: read forward, or unpacked where that will not do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import BinaryIO

from artifact_stream.errors import SourceDamaged
from artifact_stream.options import MAX_EXPANSION
from artifact_stream.sources.containers import ENDS_INSIDE, Member, Tar
from artifact_stream.sources.spool import scratch_near, write_to_scratch
from artifact_stream.sources.tar import tar_entries
from artifact_stream.streams.byte_stream import BLOCK_BYTES, ByteStream, Stored
from artifact_stream.streams.opening import decompressed
from artifact_stream.streams.stored_file import ReadCounter
from artifact_stream.streams.stored_range import StoredRange, open_regular_file


class CompressedTar(Tar):
    """A tar file that is compressed as a whole."""

    def __init__(
        self,
        path: str | None,
        file: BinaryIO | None,
        label: str,
        out: str,
        max_expansion: int = MAX_EXPANSION,
    ) -> None:
        super().__init__(path, file, label, out, max_expansion)
        self._cursor: _StreamedBytes | None = None
        self._unpacked: BinaryIO | None = None

    @property
    def is_streamed(self) -> bool:  # type: ignore[override]
        """See `Container.is_streamed`."""
        return self._unpacked is None

    def _begun(self) -> _StreamedBytes:
        stored = self.range_of(0, self.stored_bytes, self.label, ReadCounter())
        return _StreamedBytes(stored, decompressed(stored, self._max_expansion))

    def members(self) -> Iterator[Member]:
        """See `Container.members`."""
        self._let_go()
        self._cursor = cursor = self._begun()
        counted, latest = 0, None
        try:
            for entry in tar_entries(cursor):
                if latest is not None and latest.is_wanted:
                    latest.stored_bytes = cursor.stored_bytes - counted
                    counted = cursor.stored_bytes
                latest = self._member(entry)
                yield latest
        finally:
            if latest is not None and latest.is_wanted:
                latest.stored_bytes = self.stored_bytes - counted
            self._let_go()

    def stored(self, member: Member, counter: ReadCounter, max_expansion: int) -> Stored:  # noqa: ARG002
        """See `Container.stored`; what had been opened before cannot be read any more."""
        name, share = self.label_of(member), _ShareOf(counter, member)
        if self._unpacked is not None:
            descriptor = open_regular_file(None, self._unpacked.fileno(), name)
            end = member.place + member.size
            return StoredRange(None, descriptor, name, member.place, end, share, ENDS_INSIDE)
        if self._cursor is None or self._cursor.position > member.place:
            self._let_go()
            self._cursor = self._begun()
        if not self._cursor.skip_to(member.place):
            raise SourceDamaged(ENDS_INSIDE)
        return _MemberBytes(self._cursor, name, member.size, share)

    def ends_of(self, member: Member, compared: int, size: int) -> tuple[bytes, bytes]:  # noqa: ARG002
        """Those of the container: where it is the same, its members are."""
        compared = min(compared, self.stored_bytes)
        return (
            self.read_at(compared, 0) + b"%d" % member.place,
            self.read_at(compared, self.stored_bytes - compared),
        )

    def unpack(self) -> None:
        """See `Container.unpack`."""
        if self._unpacked is not None:
            return
        self._let_go()
        cursor, file = self._begun(), scratch_near(self._out)
        try:
            with suppress(SourceDamaged):  # What can be read is all that its members are of.
                while block := cursor.some(BLOCK_BYTES):
                    write_to_scratch(file, block, self._out)
        except BaseException:
            file.close()
            raise
        finally:
            cursor.close()
        self._unpacked = file

    def _let_go(self) -> None:
        if self._cursor is not None:
            self._cursor.close()
            self._cursor = None

    def close(self) -> None:
        """See `Container.close`."""
        self._let_go()
        if self._unpacked is not None:
            self._unpacked.close()
        super().close()


class _StreamedBytes:
    """Bytes of a tar that come from a stream; see `ForwardBytes`."""

    def __init__(self, stored: StoredRange, stream: ByteStream) -> None:
        self._stored = stored
        self._stream = stream
        self._block = b""
        self._at = 0
        self.position = 0
        self.close = stream.close

    @property
    def stored_bytes(self) -> int:
        """How much of the file has been read."""
        return self._stored.read_bytes

    def some(self, size: int) -> bytes:
        """Up to so many bytes; empty at the end."""
        if self._at == len(self._block):
            self._block, self._at = self._stream.read(), 0
        data = self._block[self._at : self._at + size]
        self._at += len(data)
        self.position += len(data)
        return data

    def read(self, size: int) -> bytes:
        pieces = []
        while size and (piece := self.some(size)):
            pieces.append(piece)
            size -= len(piece)
        return b"".join(pieces)

    def skip_to(self, position: int) -> bool:
        while self.position < position:
            if not self.some(position - self.position):
                return False
        return self.position == position


class _MemberBytes:
    """The bytes of a member that a stream stands at; see `Stored`."""

    def __init__(self, source: _StreamedBytes, name: str, size: int, counter: _ShareOf) -> None:
        self._source = source
        self._left = size
        self._counter = counter
        self._held = b""
        self.name = name
        self.read_bytes = 0

    def peek(self, size: int) -> bytes:
        while len(self._held) < size and (more := self._some(size - len(self._held))):
            self._held += more
        return self._held[:size]

    def read(self, size: int) -> bytes:
        data = self._held[:size] or self._some(size)
        self._held = self._held[size:]
        self.read_bytes += len(data)
        self._counter.stored_bytes += len(data)
        return data

    def _some(self, size: int) -> bytes:
        data = self._source.some(min(size, self._left))
        if self._left and not data:
            raise SourceDamaged(ENDS_INSIDE)
        self._left -= len(data)
        return data

    def range(self, start: int, end: int) -> None:
        """Never possible: the data would have to be decompressed from its start."""

    def skip_to(self, offset_bytes: int) -> bool:  # noqa: ARG002 - the protocol's
        """Never possible: what is skipped has to be read."""
        return False

    def close(self) -> None:
        """Nothing: the stream continues with the next member."""


class _ShareOf(ReadCounter):
    """Counts a member of a compressed tar for its share of what that takes as stored."""

    __slots__ = ("_counted", "_counter", "_member", "_read")

    def __init__(self, counter: ReadCounter, member: Member) -> None:
        self._counter = counter
        self._member = member
        self._read = self._counted = 0

    @property
    def stored_bytes(self) -> int:
        """How much of the member has been read."""
        return self._read

    @stored_bytes.setter
    def stored_bytes(self, read: int) -> None:
        self._read = read
        counted = self._member.stored_bytes * read // max(1, self._member.size)
        self._counter.stored_bytes += counted - self._counted
        self._counted = counted
