"""The one place that writes artifacts: inside one root folder, each file complete or not there.

A file is made under a temporary name in ``.artifact-stream/`` beside the output and renamed when
it is complete.  The name that it is about to get is noted in ``.artifact-stream/pending`` before,
so that after a kill the one file that may be there without a line in the directory index is known.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from artifact_stream.entries import CHUNK_BYTES
from artifact_stream.errors import OutputUnusable
from artifact_stream.names import collision_key, numbered_name, safe_name
from artifact_stream.spilling_map import SpillingMap

STAGING_FOLDER = ".artifact-stream"
"""Where files are made before they get their names; gone when a run has ended."""

PENDING_FILE = "pending"

_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
_RECENT_FOLDERS = 64


def output_error(root: str, error: OSError) -> OutputUnusable:
    """What an error of the operating system while writing below `root` means to the user."""
    return OutputUnusable(
        f"{root} cannot be written ({error.strerror or error}): free some space or check its "
        "permissions, then run again with --overwrite."
    )


@contextmanager
def output_errors(root: str) -> Iterator[None]:
    """Turn errors of the operating system while writing below `root` into `OutputUnusable`."""
    try:
        yield
    except OSError as error:
        raise output_error(root, error) from error


class StagedFile:
    """A file that is being made and has no name yet.

    It is given its place by `ArtifactWriter.publish`, or removed by `discard`.

    Raises:
        OutputUnusable: It cannot be made or, in `write`, made longer.
    """

    __slots__ = ("_fd", "_root", "bytes_written", "path")

    def __init__(self, path: str, root: str) -> None:
        self.path = path
        self.bytes_written = 0
        self._root = root
        try:
            self._fd: int | None = os.open(path, _CREATE, 0o666)
        except OSError as error:
            raise output_error(root, error) from error

    def write(self, data: bytes) -> None:
        """Add bytes at the end."""
        assert self._fd is not None
        self.bytes_written += len(data)
        try:
            written = os.write(self._fd, data)
            while written < len(data):
                data = data[written:]
                written = os.write(self._fd, data)
        except OSError as error:
            raise output_error(self._root, error) from error

    def read_back(self) -> Iterator[bytes]:
        """All that has been written, from the start, in chunks of `CHUNK_BYTES`."""
        with open(self.path, "rb", buffering=0) as file:
            while chunk := file.read(CHUNK_BYTES):
                yield chunk

    def close(self) -> None:
        """Stop writing; nothing happens if that has been done."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def discard(self) -> None:
        """Remove the file; nothing happens if that has been done."""
        self.close()
        with suppress(FileNotFoundError):
            os.unlink(self.path)


@dataclass(frozen=True, slots=True)
class ClaimedName:
    """A name that nothing else in the trace's output has.

    Attributes:
        folder: The folder's name, relative to the root.
        stem: The name without suffix, safe.
        made_safe: The name of the trace was no safe file name.
        repeated: The name was taken, so this one has a number at its end.
    """

    folder: str
    stem: str
    made_safe: bool
    repeated: bool

    def path(self, suffix: str) -> str:
        """Relative to the root, with ``/``."""
        return f"{self.folder}/{self.stem}{suffix}"


class ArtifactWriter:
    """Writes files below one root folder and never anywhere else.

    Which names are taken is remembered on disk (`SpillingMap`), since names grow with the trace.

    Args:
        root: The trace's output folder, which exists.
        may_hold_others_files: Files that no run made may be there; names of theirs count as taken.
    """

    def __init__(self, root: str, *, may_hold_others_files: bool = False) -> None:
        self._root = root
        self._may_hold_others_files = may_hold_others_files
        self._staging = os.path.join(root, STAGING_FOLDER)
        self._folders: dict[str, None] = {}
        self._staged = 0
        self._unpublished: list[StagedFile] = []  # those of one entry
        with output_errors(root):
            os.makedirs(self._staging, exist_ok=True)
            self._pending_fd = os.open(
                os.path.join(self._staging, PENDING_FILE), os.O_RDWR | os.O_CREAT, 0o666
            )
        self._taken = SpillingMap(os.path.join(self._staging, "names.sqlite"))

    @property
    def staging_folder(self) -> str:
        """A folder for temporary files on the disk that is written to."""
        return self._staging

    def claim(self, folder: str, name: str, suffixes: tuple[str, ...]) -> ClaimedName:
        """Reserve a name in a folder, with every one of the suffixes.

        Args:
            folder: A safe folder name.
            name: What the trace calls it; made safe here, and unique by a number at its end.
            suffixes: Suffixes of ours: a page and its text have the same stem.
        """
        longest = max(suffixes, key=len)
        stem = safe_name(name, longest).removesuffix(longest)
        made_safe = stem != name
        first = f"{collision_key(folder)}/{collision_key(stem)}"
        # The number to try next: all smaller ones are known to be taken.
        number = self._number_behind(first, suffixes)
        candidate, key = stem, first
        while number > 0 or self._is_foreign(folder, candidate, suffixes):
            number = max(number, 1)
            candidate = numbered_name(stem, number, longest).removesuffix(longest)
            key = f"{collision_key(folder)}/{collision_key(candidate)}"
            number += 1
            if self._number_behind(key, suffixes) == 0 and not self._is_foreign(
                folder, candidate, suffixes
            ):
                self._take(first, suffixes, number)
                break
        self._take(key, suffixes, 1)
        return ClaimedName(folder, candidate, made_safe, repeated=candidate != stem)

    def _number_behind(self, key: str, suffixes: tuple[str, ...]) -> int:
        """The smallest number that a repeat of a name may have; 0 if the name is free."""
        if len(suffixes) == 1:
            return self._taken.get(key + suffixes[0]) or 0
        return max(self._taken.get(key + suffix) or 0 for suffix in suffixes)

    def _take(self, key: str, suffixes: tuple[str, ...], number: int) -> None:
        for suffix in suffixes:
            self._taken.set(key + suffix, number)

    def _is_foreign(self, folder: str, stem: str, suffixes: tuple[str, ...]) -> bool:
        """True if somebody else's file has the name."""
        return self._may_hold_others_files and any(
            os.path.lexists(self._absolute(f"{folder}/{stem}{suffix}")) for suffix in suffixes
        )

    def stage(self) -> StagedFile:
        """A new file without a name."""
        self._staged += 1
        staged = StagedFile(os.path.join(self._staging, f"part-{self._staged}"), self._root)
        self._unpublished.append(staged)
        return staged

    def discard_unpublished(self) -> None:
        """Remove the files that have been staged and will get no name."""
        for staged in self._unpublished:
            staged.discard()
        self._unpublished.clear()

    def publish(self, staged: StagedFile, path: str) -> None:
        """Give a complete file its claimed path, relative to the root.

        Raises:
            OutputUnusable: The disk is full, the folder is gone, and the like.
        """
        try:
            staged.close()
            self._make_folder(path.rpartition("/")[0])
            self._note_pending(path)
            os.rename(staged.path, self._absolute(path))
        except OSError as error:
            raise output_error(self._root, error) from error
        self._unpublished.remove(staged)

    def _note_pending(self, path: str) -> None:
        line = path.encode() + b"\n"
        if hasattr(os, "pwrite"):
            os.pwrite(self._pending_fd, line, 0)
        else:  # Windows
            os.lseek(self._pending_fd, 0, os.SEEK_SET)
            os.write(self._pending_fd, line)

    def _make_folder(self, folder: str) -> None:
        if folder in self._folders:
            return
        path = self._absolute(folder)
        try:
            os.mkdir(path)
        except FileExistsError:
            # Whoever put a link there wants us to write elsewhere.
            if not stat.S_ISDIR(os.lstat(path).st_mode):
                raise
        self._folders[folder] = None
        if len(self._folders) > _RECENT_FOLDERS:
            del self._folders[next(iter(self._folders))]

    def _absolute(self, path: str) -> str:
        return os.path.join(self._root, path)

    def close(self) -> None:
        """Remove what is temporary."""
        with output_errors(self._root):
            self._taken.close()
            os.close(self._pending_fd)
            os.unlink(os.path.join(self._staging, PENDING_FILE))
            os.rmdir(self._staging)


def write_own_file(path: str, chunks: Iterator[bytes]) -> None:
    """Make or replace a file of the run's own; it appears complete or not at all.

    Raises:
        OutputUnusable: It cannot be written.
    """
    temporary = f"{path}.part"
    with output_errors(os.path.dirname(path)):
        with open(temporary, "wb") as file:
            file.writelines(chunks)
        os.replace(temporary, path)
