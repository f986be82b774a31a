"""Files that are being made: without a name yet, with a digest of what has been written."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Self

import xxhash

from artifact_stream.disk.digests import xxh3_text
from artifact_stream.disk.directories import Directory
from artifact_stream.entries import CHUNK_BYTES, count_newlines
from artifact_stream.errors import OutputUnusable, Remedy
from artifact_stream.layout import PART_SUFFIX

_REMEDIES: dict[int, tuple[str | Remedy, ...]] = {
    errno.ENOSPC: (Remedy.FREE_SPACE,),
    errno.EDQUOT: (Remedy.FREE_SPACE, " or have the quota raised"),
    errno.EFBIG: (Remedy.LARGER_FILES,),
    errno.EACCES: ("check its permissions",),
    errno.EPERM: ("check its permissions",),
    errno.EROFS: ("make its disk writable",),
    errno.EMFILE: (Remedy.MORE_OPEN_FILES,),
    errno.ENFILE: ("close some programs: the system has too many files open",),
    errno.ENOENT: ("see who removed it",),
}


_IN_THE_WAY = (errno.EISDIR, errno.ENOTDIR, errno.ELOOP, errno.EEXIST, errno.EINVAL, errno.ENXIO)
"""Something else has the place of a file or folder."""


def output_error(root: str, error: OSError) -> OutputUnusable:
    """What an error of the operating system while writing below `root` means to the user."""
    remedy = _REMEDIES.get(error.errno or 0, ("check the disk and the folder's permissions",))
    if error.errno in _IN_THE_WAY and error.filename is not None:
        remedy = (f"remove {os.fsdecode(error.filename)}, which is in the way",)
    cause = f"{root} cannot be written ({error.strerror or error}): "
    return OutputUnusable(cause, *remedy, ", ", Remedy.TRY_AGAIN, ".")


@contextmanager
def output_errors(root: str) -> Iterator[None]:
    """Turn errors of the operating system while writing below `root` into `OutputUnusable`."""
    try:
        yield
    except OSError as error:
        raise output_error(root, error) from error


def write_all(descriptor: int, data: bytes) -> None:
    """Write all of the data; a full disk or a signal may make the system take it in parts."""
    written = os.write(descriptor, data)
    while written < len(data):
        data = data[written:]
        written = os.write(descriptor, data)


class WholeFile:
    """A file that appears when it is complete, in place of what had its name; else it never does.

    As a context manager: when the block ends, unless by an exception.

    Args:
        folder: Where it is made; to be kept open.
        name: Its name there.
        place: Where it gets its name instead, on the same disk; to be kept open.

    Attributes:
        file: Takes what it holds, too, in small pieces or anywhere in it.

    Raises:
        OSError: It cannot be made or, in `close`, written.
    """

    def __init__(self, folder: Directory, name: str, place: Directory | None = None) -> None:
        self._folder = folder
        self._name = name
        self._place = place or folder
        self._part: str | None = f"{name}{PART_SUFFIX}" if place is None else f"whole{PART_SUFFIX}"
        self.file = folder.new_file(self._part)

    def write(self, data: bytes) -> None:
        """Add a block at the end, in one step: nothing of it stays in the buffer of `file`."""
        self.file.flush()
        write_all(self.file.fileno(), data)

    def close(self) -> None:
        """Give the file its name."""
        assert self._part is not None
        self.file.close()
        self._folder.move(self._part, self._place, self._name)
        self._part = None

    def abandon(self) -> None:
        """Remove what there is of it; nothing happens if that has been done, or it is complete."""
        part, self._part = self._part, None
        if part is not None:
            with suppress(OSError):  # What it could not write may be why it is abandoned.
                self.file.close()
            with suppress(OSError):
                self._folder.remove(part)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self.close()
        finally:
            self.abandon()


def replace_file(folder: Directory, name: str, data: bytes) -> None:
    """Make or replace a file; it appears complete or not at all.

    Raises:
        OSError: It cannot be written.
    """
    with WholeFile(folder, name) as whole:
        whole.write(data)


class StagedFile:
    """A file that is being made in the staging folder, under a name that nobody looks for.

    Args:
        folder: The staging folder.
        name: Its name there; nothing of that name may be there.
        digested: Keep a digest of what is written.

    Raises:
        OutputUnusable: It cannot be made or, in `write`, made longer.
    """

    __slots__ = (
        "_descriptor",
        "_folder",
        "_hash",
        "_in_line",
        "_lines_ended",
        "bytes_written",
        "name",
    )

    def __init__(self, folder: Directory, name: str, *, digested: bool = True) -> None:
        self._folder = folder
        self.name = name
        self.bytes_written = 0
        self._lines_ended = 0
        self._in_line = False
        self._hash = xxhash.xxh3_128() if digested else None
        try:
            self._descriptor: int | None = folder.create(name)
        except OSError as error:
            raise output_error(os.path.dirname(folder.path), error) from error

    def write(self, data: bytes) -> None:
        """Add bytes at the end."""
        assert self._descriptor is not None
        self.bytes_written += len(data)
        self._lines_ended += count_newlines(data)
        self._in_line = not data.endswith(b"\n") if data else self._in_line
        if self._hash is not None:
            self._hash.update(data)
        try:
            write_all(self._descriptor, data)
        except OSError as error:
            raise output_error(os.path.dirname(self._folder.path), error) from error

    @property
    def lines(self) -> int:
        """How many lines there are; the last one may have no newline."""
        return self._lines_ended + self._in_line

    @property
    def digest(self) -> str:
        """``xxh3_128:`` and the XXH3 128-bit digest of what has been written, in hexadecimal."""
        assert self._hash is not None
        return xxh3_text(self._hash.hexdigest())

    def read_back(self) -> Iterator[bytes]:
        """All that has been written, from the start, in chunks of `CHUNK_BYTES`."""
        with self._folder.open_file(self.name, buffered=False) as file:
            while chunk := file.read(CHUNK_BYTES):
                yield chunk

    def close(self) -> None:
        """Stop writing; nothing happens if that has been done."""
        if self._descriptor is not None:
            descriptor, self._descriptor = self._descriptor, None
            with output_errors(os.path.dirname(self._folder.path)):
                os.close(descriptor)  # Some file systems tell of a full disk no earlier.

    def discard(self) -> None:
        """Remove the file; nothing happens if that has been done."""
        self.close()
        with suppress(FileNotFoundError):
            self._folder.remove(self.name)


def write_own_file(path: str, chunks: Iterator[bytes], *, out: str | None = None) -> None:
    """Make or replace a file of the run's own; it appears complete or not at all.

    Args:
        path: Where; its folder is there.
        chunks: What it holds.
        out: The output folder, below which no link is followed; None if that is the file's folder.

    Raises:
        OutputUnusable: It cannot be written.
    """
    root, name = os.path.split(path)
    with (
        output_errors(root),
        Directory.below(out or root, root) as folder,
        WholeFile(folder, name) as whole,
    ):
        whole.file.writelines(chunks)
