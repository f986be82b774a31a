"""The one place that gives artifacts their names: inside one root folder, each complete or absent.

A file is made under a number in ``.artifact-stream/`` beside the output and renamed when it is
complete.  The names that it is about to get are noted in ``.artifact-stream/pending`` before, so
that after a kill the files that may be there without a line in the directory index are known.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from contextlib import ExitStack, suppress

import msgspec

from artifact_stream.disk.digests import new_digest, parts_of
from artifact_stream.disk.directories import Directory
from artifact_stream.disk.saved_map import KeptMap
from artifact_stream.disk.spilling_map import SpillingMap
from artifact_stream.disk.staged_files import output_error, output_errors, write_all
from artifact_stream.errors import OutputUnusable
from artifact_stream.layout import PENDING_FILE, ROOT, STAGING_FOLDER, TraceFolder
from artifact_stream.names import collision_key, numbered_name, safe_name

_RECENT_FOLDERS = 64
_READ_BYTES = 256 << 10


class ClaimedName(msgspec.Struct, frozen=True):
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
    """Gives files their names below one root folder and never anywhere else.

    Which names are taken is remembered on disk (`KeptMap`), since names grow with the trace.

    Args:
        out: The output folder of the run, which exists.
        place: The trace's folder in it.
        may_hold_others_files: Files that no run made may be there; names of theirs count as taken.
        ours: Paths, relative to the root, of files that are no such; closed with the writer.

    Raises:
        OutputUnusable: The folder cannot be written.
    """

    def __init__(
        self,
        out: str,
        place: TraceFolder = ROOT,
        *,
        may_hold_others_files: bool = False,
        ours: SpillingMap | None = None,
    ) -> None:
        self.root = place.below(out)
        self._may_hold_others_files = may_hold_others_files
        self._ours = ours
        self._folders: dict[str, Directory] = {}
        with output_errors(self.root), ExitStack() as opened:
            self._root_folder = opened.enter_context(Directory.reached(out, place.names, made=True))
            self.staging = opened.enter_context(self._root_folder.made_folder(STAGING_FOLDER))
            self._pending_descriptor = self.staging.create(PENDING_FILE)
            opened.callback(os.close, self._pending_descriptor)
            self._taken = KeptMap(self.staging)
            opened.pop_all()

    @property
    def staging_folder(self) -> str:
        """Path of a folder for temporary files on the disk that is written to."""
        return self.staging.reached_path

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
        if number > 0 or self._is_foreign(folder, stem, suffixes):
            candidate, key, number = self._numbered(folder, stem, suffixes, max(number, 1))
            self._take(first, suffixes, number + 1)
        self._take(key, suffixes, 1)
        return ClaimedName(folder, candidate, made_safe, repeated=candidate != stem)

    def _numbered(
        self, folder: str, stem: str, suffixes: tuple[str, ...], number: int
    ) -> tuple[str, str, int]:
        """The first name for a repeat that is free, its key and its number.

        Args:
            folder: Where.
            stem: The name that is taken.
            suffixes: As for `claim`.
            number: All smaller ones are known to be taken.
        """
        longest = max(suffixes, key=len)
        while True:
            candidate = numbered_name(stem, number, longest).removesuffix(longest)
            beginning = candidate.removesuffix(f"_{number}")
            # Long names that differ near their end alone come to this: they share their numbers.
            shared = ""
            if beginning != stem:
                shared = "\0".join((collision_key(folder), collision_key(beginning), *suffixes))
                shared = f"{shared}\0{len(str(number))}"
                behind = self._taken.get(shared) or 0
                if behind > number:
                    number = behind
                    continue
            key = f"{collision_key(folder)}/{collision_key(candidate)}"
            if self._number_behind(key, suffixes) == 0 and not self._is_foreign(
                folder, candidate, suffixes
            ):
                break
            number += 1
        if shared:
            self._taken.set(shared, number + 1)
        return candidate, key, number

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
        if not self._may_hold_others_files:
            return False
        with suppress(OSError), self._root_folder.folder(folder) as there:
            return any(
                there.holds(stem + suffix)
                and not (self._ours is not None and self._ours.get(f"{folder}/{stem}{suffix}"))
                for suffix in suffixes
            )
        return False

    def publish(self, files: Sequence[tuple[str, str]]) -> None:
        """Give complete files their claimed paths.

        Args:
            files: For each, its name in the staging folder and its path, relative to the root,
                with ``/``.

        Raises:
            OutputUnusable: The disk is full, the folder is gone or has become a link.
        """
        try:
            self._note_pending([path for _, path in files])
            for staged_name, path in files:
                folder, _, name = path.rpartition("/")
                self.staging.move(staged_name, self._folder(folder), name)
        except OSError as error:
            raise output_error(self.root, error) from error

    def holds(self, path: str, size: int, digest: str) -> bool:
        """True if a file is there, whole.

        Args:
            path: Relative to the root, with ``/``.
            size: How long it should be.
            digest: ``md5:`` or ``xxh3_128:`` and what its digest should be, in hexadecimal.

        Raises:
            OutputUnusable: It cannot be read.
        """
        folder, _, name = path.rpartition("/")
        algorithm, expected = parts_of(digest)
        hashed = new_digest(algorithm)
        with output_errors(self.root):
            if hashed is None or self._folder(folder).regular_size(name) != size:
                return False
            with self._folder(folder).open_file(name, buffered=False) as file:
                while chunk := file.read(_READ_BYTES):
                    hashed.update(chunk)
        return bool(hashed.hexdigest() == expected)

    def holds_same(self, staged_name: str, path: str) -> bool:
        """True if a file in the staging folder is the same as the one that is at a path already.

        Raises:
            OutputUnusable: One of them cannot be read.
        """
        folder, _, name = path.rpartition("/")
        with output_errors(self.root):
            size = self._folder(folder).regular_size(name)
            if size is None or self.staging.regular_size(staged_name) != size:
                return False
            with (
                self._folder(folder).open_file(name) as there,
                self.staging.open_file(staged_name) as staged,
            ):
                while chunk := there.read(_READ_BYTES):
                    if chunk != staged.read(_READ_BYTES):
                        return False
        return True

    def save(self, note: bytes) -> None:
        """Keep which names are taken, and a note, in one step.

        To be called when everything that has been published is in the index.

        Raises:
            OutputUnusable: The disk cannot be written.
        """
        with output_errors(self.root):
            # What is left of older notes must not outlive this: they name files that are listed.
            os.ftruncate(self._pending_descriptor, 0)
        self._taken.save(note)

    def _note_pending(self, paths: Sequence[str]) -> None:
        text = "\n".join(paths).encode() + b"\n\n"
        if hasattr(os, "pwrite"):
            os.pwrite(self._pending_descriptor, text, 0)
        else:  # Windows
            os.lseek(self._pending_descriptor, 0, os.SEEK_SET)
            write_all(self._pending_descriptor, text)

    def _folder(self, name: str) -> Directory:
        folder = self._folders.get(name)
        if folder is None:
            folder = self._folders[name] = self._root_folder.made_folder(name)
            if len(self._folders) > _RECENT_FOLDERS:
                self._folders.pop(next(iter(self._folders))).close()
        return folder

    @property
    def root_folder(self) -> Directory:
        """The root, open."""
        return self._root_folder

    def abandon(self) -> None:
        """Let go of everything after an error; what was saved stays, and what is temporary too."""
        with suppress(OutputUnusable, OSError):
            self._taken.close(keep_saved=True)
        if self._ours is not None:
            with suppress(OutputUnusable, OSError):
                self._ours.close()
        with suppress(OSError):
            os.close(self._pending_descriptor)
        for folder in (*self._folders.values(), self.staging, self._root_folder):
            with suppress(OSError):
                folder.close()
        self._folders.clear()

    def close(self, *, keep_saved: bool = False) -> None:
        """Remove what is temporary, and what was saved unless that is to be kept.

        The staging folder goes if nothing else is in it.

        Raises:
            OutputUnusable: The folder cannot be written.
        """
        with output_errors(self.root):
            self._taken.close(keep_saved=keep_saved)
            if self._ours is not None:
                self._ours.close()
            os.close(self._pending_descriptor)
            self.staging.remove(PENDING_FILE)
            self.staging.close()
            try:
                self._root_folder.remove_folder(STAGING_FOLDER)
            except OSError as error:
                if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                    raise
        for folder in self._folders.values():
            folder.close()
        self._folders.clear()
        self._root_folder.close()
