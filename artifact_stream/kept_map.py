"""A map from names to numbers that is still known to the next process after this one was killed.

Two files in one folder: ``names.jsonl`` grows by a line ``["name",number]`` for whatever is set;
``checkpoint`` says in its first line how many bytes of that count, and behind it holds a note.  It
takes its place in one step, so whenever the process is killed, what was saved last is whole.
"""

from __future__ import annotations

import os
from contextlib import suppress

import msgspec

from artifact_stream.directories import Directory
from artifact_stream.errors import OutputUnusable
from artifact_stream.framing.json_text import encode_json, loads
from artifact_stream.spilling_map import SpillingMap
from artifact_stream.staged_files import created_anew, output_errors, write_all

NAMES_FILE = "names.jsonl"
CHECKPOINT_FILE = "checkpoint"

_UNWRITTEN_BYTES = 64 << 10
_MAX_CHECKPOINT_BYTES = 256 << 20  # a device in its place is not read to its end


class Saved(msgspec.Struct, frozen=True):
    """What was saved last.

    Attributes:
        names_bytes: How much of the file of names counts.
        note: What `KeptMap.save` was given.
    """

    names_bytes: int
    note: bytes


def saved_in(folder: Directory) -> Saved | None:
    """What was saved last in a folder; None if nothing was, or nothing can be gone on with."""
    try:
        with os.fdopen(folder.open(CHECKPOINT_FILE), "rb") as file:
            first, _, note = file.read(_MAX_CHECKPOINT_BYTES).partition(b"\n")
        names_bytes = int(first)
        if (folder.regular_size(NAMES_FILE) or 0) < names_bytes:
            return None
    except (OSError, ValueError):
        return None
    return Saved(names_bytes, note)


def remove_saved(folder: Directory) -> None:
    """Remove what was saved in a folder, if anything was.

    Raises:
        OSError: It cannot be removed.
    """
    for name in (CHECKPOINT_FILE, f"{CHECKPOINT_FILE}.part", NAMES_FILE):
        with suppress(FileNotFoundError):
            folder.remove(name)


class KeptMap:
    """Maps strings to integers in bounded memory, beginning with what was saved in the folder.

    Nothing is forced to the disk: what a loss of power leaves may be anything.

    Args:
        folder: Where the files are; to be kept open.

    Raises:
        OutputUnusable: The files cannot be read or, in the methods, written.
    """

    def __init__(self, folder: Directory) -> None:
        self._folder = folder
        self._root = os.path.dirname(folder.path)
        self._map = SpillingMap(folder.reached_path)
        self._descriptor: int | None = None
        self._unwritten: list[bytes] = []
        self._unwritten_bytes = 0
        self._names_bytes = 0
        saved = saved_in(folder)
        if saved is not None and saved.names_bytes:
            with output_errors(self._root):
                self._load(saved.names_bytes)

    def _load(self, names_bytes: int) -> None:
        """Go on in the file of names."""
        with os.fdopen(self._folder.open(NAMES_FILE), "rb") as file:
            while self._names_bytes < names_bytes:
                line = file.readline()
                self._names_bytes += len(line)
                try:
                    name, number = msgspec.convert(loads(line), tuple[str, int])
                except (ValueError, msgspec.MsgspecError) as error:
                    raise OutputUnusable(
                        f"{self._folder.path} was edited or its disk is faulty ({NAMES_FILE} has "
                        "a line that no run writes): begin anew with --overwrite."
                    ) from error
                self._map.set(name, number)
        self._descriptor = self._folder.append(NAMES_FILE, made=False)
        os.ftruncate(self._descriptor, names_bytes)

    def get(self, name: str) -> int | None:
        """The number of a name; None if it has none."""
        return self._map.get(name)

    def set(self, name: str, number: int) -> None:
        """Give a name a number, a new one if it has one already."""
        self._map.set(name, number)
        line = encode_json((name, number)) + b"\n"
        self._unwritten.append(line)
        self._unwritten_bytes += len(line)
        if self._unwritten_bytes >= _UNWRITTEN_BYTES:
            self._write()

    def _write(self) -> None:
        with output_errors(self._root):
            if self._descriptor is None:
                self._descriptor = created_anew(self._folder, NAMES_FILE)
            write_all(self._descriptor, b"".join(self._unwritten))
        self._names_bytes += self._unwritten_bytes
        self._unwritten, self._unwritten_bytes = [], 0

    def save(self, note: bytes) -> None:
        """Keep all items, and a note, in one step: after a kill both are there or neither is."""
        self._write()
        part = f"{CHECKPOINT_FILE}.part"
        with output_errors(self._root):
            descriptor = created_anew(self._folder, part)
            try:
                write_all(descriptor, b"%d\n" % self._names_bytes + note)
            finally:
                os.close(descriptor)
            self._folder.move(part, self._folder, CHECKPOINT_FILE)

    def close(self, *, keep_saved: bool = False) -> None:
        """Forget everything, and remove the files unless what was saved is to be kept."""
        self._map.close()
        descriptor, self._descriptor = self._descriptor, None
        with output_errors(self._root):
            if descriptor is not None:
                os.close(descriptor)
            if not keep_saved:
                remove_saved(self._folder)
