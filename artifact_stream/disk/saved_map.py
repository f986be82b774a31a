"""A map from names to numbers that is still known to the next process after this one was killed.

Two files in one folder: ``names.jsonl`` grows by a line ``["name",number]`` for whatever is set;
``checkpoint`` says in its first line how many bytes of that count, and holds a note behind it.  It
takes its place in one step, so whenever the process is killed, what was saved last is whole.  The
first line has a digest of both, too: what somebody has edited is not resumed from.
"""

from __future__ import annotations

import os
from contextlib import suppress

import msgspec
import xxhash

from artifact_stream.disk.directories import Directory
from artifact_stream.disk.spilling_map import SpillingMap
from artifact_stream.disk.staged_files import output_errors, replace_file, write_all
from artifact_stream.errors import OutputUnusable, Remedy
from artifact_stream.json_text import encode_json, loads
from artifact_stream.layout import CHECKPOINT_FILE, NAMES_FILE, PART_SUFFIX

_UNWRITTEN_BYTES = 64 << 10
_READ_BYTES = 256 << 10
_MAX_LINE_BYTES = 16 << 10
_MAX_CHECKPOINT_BYTES = 16 << 20


class Saved(msgspec.Struct, frozen=True):
    """What was saved last.

    Attributes:
        names_bytes: How much of the file of names counts.
        note: What `KeptMap.save` was given.
    """

    names_bytes: int
    note: bytes


def saved_in(folder: Directory) -> Saved | None:
    """What was saved last in a folder; None if nothing was, or it is not as it was written.

    Memory: the note, which is bounded, and a block of the names.
    """
    try:
        with folder.open_file(CHECKPOINT_FILE) as file:
            first, _, note = file.read(_MAX_CHECKPOINT_BYTES).partition(b"\n")
        length, _, digest = first.partition(b" ")
        names_bytes = int(length)
        names = xxhash.xxh3_128()
        if names_bytes:
            with folder.open_file(NAMES_FILE) as file:
                if names_bytes > os.fstat(file.fileno()).st_size:
                    return None
                for start in range(0, names_bytes, _READ_BYTES):
                    names.update(file.read(min(_READ_BYTES, names_bytes - start)))
    except (OSError, ValueError):
        return None
    is_whole = digest == _digest_of(names, note)
    return Saved(names_bytes, note) if is_whole else None


def _digest_of(names: xxhash.xxh3_128, note: bytes) -> bytes:
    """Of the names that count, and of a note, in hexadecimal; `names` stays as it is."""
    both = names.copy()
    both.update(note)
    return both.hexdigest().encode()


def remove_saved(folder: Directory) -> None:
    """Remove what was saved in a folder, if anything was.

    Raises:
        OSError: It cannot be removed.
    """
    for name in (CHECKPOINT_FILE, f"{CHECKPOINT_FILE}{PART_SUFFIX}", NAMES_FILE):
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
        self._names_digest = xxhash.xxh3_128()
        saved = saved_in(folder)
        if saved is not None and saved.names_bytes:
            try:
                with output_errors(self._root):
                    self._load(saved.names_bytes)
            except BaseException:
                self._let_go()
                raise

    def _load(self, names_bytes: int) -> None:
        """Go on in the file of names."""
        with self._folder.open_file(NAMES_FILE) as file:
            while self._names_bytes < names_bytes:
                line = file.readline(_MAX_LINE_BYTES)
                self._names_digest.update(line)
                self._names_bytes += len(line)
                try:
                    name, number = msgspec.convert(loads(line), tuple[str, int])
                except (ValueError, msgspec.MsgspecError) as error:
                    raise OutputUnusable(
                        f"{self._folder.path} was edited or its disk is faulty ({NAMES_FILE} has "
                        "a line that no run writes): ",
                        Remedy.START_AGAIN,
                        ".",
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
                self._descriptor = self._folder.create_fresh(NAMES_FILE)
            data = b"".join(self._unwritten)
            write_all(self._descriptor, data)
        self._names_digest.update(data)
        self._names_bytes += len(data)
        self._unwritten, self._unwritten_bytes = [], 0

    def save(self, note: bytes) -> None:
        """Keep all items, and a note, in one step: after a kill both are there or neither is."""
        self._write()
        first = b"%d %b\n" % (self._names_bytes, _digest_of(self._names_digest, note))
        with output_errors(self._root):
            replace_file(self._folder, CHECKPOINT_FILE, first + note)

    def close(self, *, keep_saved: bool = False) -> None:
        """Forget everything, and remove the files unless what was saved is to be kept."""
        with output_errors(self._root):
            self._let_go()
            if not keep_saved:
                remove_saved(self._folder)

    def _let_go(self) -> None:
        self._map.close()
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)
