"""Tar and zip files as folders of sources: which members there are, and how one is opened.

A member of a zip, or of a tar that is not compressed, is a range of the file.  A compressed tar is
read forward: its members can be opened in their order without reading anything twice.  Where they
are needed side by side, it is unpacked into a file without a name, on the disk of the output.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cached_property
from typing import BinaryIO

import msgspec

from artifact_stream.errors import SourceDamaged
from artifact_stream.options import MAX_EXPANSION
from artifact_stream.sources.tar import TarEntry, tar_entries
from artifact_stream.sources.zip_directory import (
    BZIP2,
    DEFLATED,
    STORED,
    XZ,
    ZSTD,
    ZipDirectory,
    ZipEntry,
    data_offset,
    zip_directory,
    zip_entries,
    zip_entry_at,
)
from artifact_stream.streams.byte_stream import ByteStream, Stored
from artifact_stream.streams.bzip2 import Bzip2Stream
from artifact_stream.streams.deflate import DeflateStream
from artifact_stream.streams.stored_file import ReadCounter
from artifact_stream.streams.stored_range import StoredRange, open_regular_file, read_at
from artifact_stream.streams.stream_bytes import StreamBytes
from artifact_stream.streams.xz import XzStream
from artifact_stream.streams.zstd import ZstdStream

ENDS_INSIDE = "the container ends inside this member"
"""What is said of a member that is cut off."""


class Member(msgspec.Struct, eq=False):
    """A file in a container.

    Attributes:
        container: The container.
        name: As the container says it.
        place: Where its data begins in a tar, or its entry in a zip's directory, in bytes.
        size: How long it is as stored there.
        stored_bytes: What it counts for when it is read; of a compressed tar, once that has been
            gone through.
        is_wanted: It is a source; to be set before the next member is asked for.
    """

    container: Container
    name: str
    place: int
    size: int
    stored_bytes: int = 0
    is_wanted: bool = False

    def ends(self, compared: int, size: int) -> tuple[bytes, bytes]:
        """So many of its first stored bytes, and of those before an offset.

        Raises:
            InputUnusable: The container cannot be read.
            SourceDamaged: The member is not where the container says.
        """
        return self.container.ends_of(self, compared, size)


class Container:
    """A tar or zip file.

    Args:
        path: Where it is; None for a file without a name.
        file: The file without a name, which is closed with the container; else None.
        label: What problems call it.
        out: The output folder, on whose disk it may be unpacked; it need not exist.
        max_expansion: See `open_stream`.
    """

    kind = "container"
    is_streamed = False
    """Its members are best opened in the order of their places."""

    def __init__(
        self,
        path: str | None,
        file: BinaryIO | None,
        label: str,
        out: str,
        max_expansion: int = MAX_EXPANSION,
    ) -> None:
        self.path = path
        self.label = label
        self._file = file
        self._out = out
        self._max_expansion = max_expansion
        self._descriptor = self._opened()
        self.stored_bytes = os.fstat(self._descriptor).st_size

    def _opened(self) -> int:
        own = None if self._file is None else self._file.fileno()
        return open_regular_file(self.path, own, self.label)

    def range_of(self, start: int, size: int, name: str, counter: ReadCounter) -> StoredRange:
        """So many of the container's bytes, as stored.

        Raises:
            InputUnusable: It cannot be opened.
        """
        return StoredRange(
            self.path, self._opened(), name, start, start + size, counter, ENDS_INSIDE
        )

    def read_at(self, size: int, offset: int) -> bytes:
        """Up to `size` bytes of the container from an offset on.

        Raises:
            SourceDamaged: It cannot be read there.
        """
        try:
            return read_at(self._descriptor, size, offset)
        except (OSError, OverflowError) as error:
            raise SourceDamaged(f"it cannot be read at byte {offset} ({error})") from error

    def label_of(self, member: Member) -> str:
        """What problems call a member."""
        return f"{self.label}/{member.name}"

    def members(self) -> Iterator[Member]:
        """All members that are files, in the order of the container.

        Raises:
            SourceDamaged: There may be more, and they cannot be told.
        """
        raise NotImplementedError

    def refusal(self, member: Member) -> str | None:
        """Why a member cannot be read, and what helps; None if it can."""
        raise NotImplementedError

    def stored(self, member: Member, counter: ReadCounter, max_expansion: int) -> Stored:
        """A member's bytes as they were put into the container."""
        raise NotImplementedError

    def ends_of(self, member: Member, compared: int, size: int) -> tuple[bytes, bytes]:
        """See `Member.ends`."""
        start = self._data_offset(member)
        return self.read_at(compared, start), self.read_at(compared, start + size - compared)

    def _data_offset(self, member: Member) -> int:
        return member.place

    def member_at(self, name: str, place: int, size: int) -> Member:
        """A member that `members` has told of, by its name, place and size.

        Raises:
            SourceDamaged: It is not there any more.
        """
        return Member(self, name, place, size, size)

    def unpack(self) -> None:
        """Make members available side by side, where they are not.

        Raises:
            OutputUnusable: The disk of the output has no room for that.
        """

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._descriptor)
        if self._file is not None:
            self._file.close()


class Zip(Container):
    """A zip file."""

    kind = "zip"

    def members(self) -> Iterator[Member]:
        """See `Container.members`."""
        for entry in zip_entries(self.read_at, self._directory):
            yield self._member(entry)

    @cached_property
    def _directory(self) -> ZipDirectory:
        return zip_directory(self.read_at, self.stored_bytes)

    def _member(self, entry: ZipEntry) -> Member:
        return Member(self, entry.name, entry.place, entry.stored_bytes, entry.stored_bytes)

    def _entry(self, member: Member) -> ZipEntry:
        entry = zip_entry_at(self.read_at, self._directory, member.place)
        if entry is None or entry.name != member.name:
            raise SourceDamaged("the zip was changed while it was read")
        return entry

    def refusal(self, member: Member) -> str | None:
        """See `Container.refusal`."""
        entry = self._entry(member)
        if entry.is_encrypted:
            return "is encrypted: unpack the zip with its password, and name the folder"
        if entry.method not in (STORED, DEFLATED, BZIP2, ZSTD, XZ):
            return (
                f"is compressed by a method that is not read (number {entry.method}): unpack the "
                "zip, and name the folder"
            )
        return None

    def header_of(self, member: Member) -> int:
        """Where the member's own header stands: no two members share one."""
        return self._entry(member).header

    def _data_offset(self, member: Member) -> int:
        return data_offset(self.read_at, self._entry(member))

    def stored(self, member: Member, counter: ReadCounter, max_expansion: int) -> Stored:
        """See `Container.stored`."""
        entry, name = self._entry(member), self.label_of(member)
        start = data_offset(self.read_at, entry)
        stored = self.range_of(start, entry.stored_bytes, name, counter)
        stream: ByteStream
        if entry.method == STORED:
            return stored
        if entry.method == DEFLATED:
            stream = DeflateStream(stored, entry.crc32, max_expansion)
        elif entry.method == BZIP2:
            stream = Bzip2Stream(stored, max_expansion)
        elif entry.method == ZSTD:
            stream = ZstdStream(stored, max_expansion)
        else:
            stream = XzStream(stored, max_expansion)
        return StreamBytes(stream, name)

    def member_at(self, name: str, place: int, size: int) -> Member:  # noqa: ARG002 - the entry's
        """See `Container.member_at`."""
        entry = zip_entry_at(self.read_at, self._directory, place)
        if entry is None or entry.name != name:
            raise SourceDamaged("the zip was changed while it was read")
        return self._member(entry)


class Tar(Container):
    """A tar file that is not compressed."""

    kind = "tar"

    def members(self) -> Iterator[Member]:
        """See `Container.members`."""
        for entry in tar_entries(_SeekingBytes(self)):
            yield self._member(entry)

    def _member(self, entry: TarEntry) -> Member:
        # A hole would be read as data that is not there.
        size = -1 if entry.is_sparse else entry.size
        return Member(self, entry.name, entry.offset, size, max(0, size))

    def refusal(self, member: Member) -> str | None:
        """See `Container.refusal`."""
        if member.size < 0:
            return "is stored with holes left out: unpack the tar, and name the folder"
        return None

    def stored(self, member: Member, counter: ReadCounter, max_expansion: int) -> Stored:  # noqa: ARG002
        """See `Container.stored`."""
        return self.range_of(member.place, member.size, self.label_of(member), counter)


class _SeekingBytes:
    """A tar's bytes, of which only those that are asked for are read; see `ForwardBytes`."""

    def __init__(self, tar: Tar) -> None:
        self._tar = tar
        self.position = 0

    def read(self, size: int) -> bytes:
        data = self._tar.read_at(size, self.position)
        self.position += len(data)
        return data

    def skip_to(self, position: int) -> bool:
        self.position = position
        return position <= self._tar.stored_bytes


class ReportPlace(msgspec.Struct, frozen=True, eq=False):
    """Where a report is.

    Attributes:
        folder: The folder on the disk; None for one in a container.
        container: That container.
        prefix: The folder in it, with its final slash; empty for its top.
    """

    folder: str | None = None
    container: Container | None = None
    prefix: str = ""
