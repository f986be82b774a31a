"""Putting the folder of an interrupted trace into a state from which it can be resumed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress

import msgspec

from artifact_stream.disk.directories import Directory
from artifact_stream.disk.saved_map import remove_saved, saved_in
from artifact_stream.disk.spilling_map import SpillingMap
from artifact_stream.disk.staged_files import output_errors
from artifact_stream.index.lines import decode_entry, listed_paths
from artifact_stream.layout import (
    CHECKPOINT_FILE,
    DIRECTORY_FILE,
    DISCARDED_PREFIX,
    FACTS_FILE,
    FINISHED_FILE,
    MAX_LINE_BYTES,
    NAMES_FILE,
    PENDING_FILE,
    PROBLEMS_FILE,
    RUN_FILE,
    STAGING_FOLDER,
    TraceFolder,
)
from artifact_stream.output.pending import pending_paths
from artifact_stream.output.removal import remove_listed
from artifact_stream.resume.checkpoint import Checkpoint, current_boot_id
from artifact_stream.resume.discarded import discarded_names

_KEPT = frozenset({NAMES_FILE, CHECKPOINT_FILE, RUN_FILE, FINISHED_FILE})


class Recovered(msgspec.Struct):
    """From where a trace is resumed.

    Attributes:
        checkpoint: What is done; None if nothing is known to be.
        ours: Paths of files behind the checkpoint that are not somebody else's; None if there
            can be no others.
    """

    checkpoint: Checkpoint | None = None
    ours: SpillingMap | None = None

    @property
    def index_bytes(self) -> int:
        """How much of the index is not in question."""
        return 0 if self.checkpoint is None else self.checkpoint.index_bytes

    @property
    def problems_bytes(self) -> int:
        """How much of the list of problems is not in question: all of it."""
        return 0 if self.checkpoint is None else self.checkpoint.problems_bytes

    @property
    def facts_bytes(self) -> int:
        """How much of the facts is not in question: all of it."""
        return 0 if self.checkpoint is None else self.checkpoint.facts_bytes


def recover(
    out: str, place: TraceFolder, *, trusts_checkpoint: bool, may_hold_others_files: bool
) -> Recovered:
    """Repair what a kill has left of a trace's index, and remove what nothing tells of.

    A line that was not written to its end is cut off.  A file that got its name and no line is
    removed, and so is everything temporary.

    Args:
        out: The output folder of the run, which exists.
        place: The trace's folder in it.
        trusts_checkpoint: A checkpoint may be gone on from.
        may_hold_others_files: Files that no run made may be there.

    Raises:
        OutputUnusable: The folder cannot be read or written.
    """
    with (
        output_errors(place.below(out)),
        Directory.reached(out, place.names, made=True) as root,
        root.made_folder(STAGING_FOLDER) as staging,
    ):
        return _recover(root, staging, trusts_checkpoint, may_hold_others_files)


def _recover(
    root: Directory, staging: Directory, trusts_checkpoint: bool, may_hold_others_files: bool
) -> Recovered:
    recovered = Recovered(_checkpoint_in(staging) if trusts_checkpoint else None)
    if not (
        _has_line_end_at(root, DIRECTORY_FILE, recovered.index_bytes)
        and _has_line_end_at(root, PROBLEMS_FILE, recovered.problems_bytes)
        and _has_line_end_at(root, FACTS_FILE, recovered.facts_bytes)
    ):
        recovered.checkpoint = None
    if recovered.checkpoint is None:
        remove_saved(staging)
    _clear(staging)
    if may_hold_others_files:
        recovered.ours = SpillingMap(staging.reached_path)
    pending: set[str] = set()
    with suppress(OSError):  # Whatever else it is, it names nothing.
        pending.update(pending_paths(staging))
    whole_bytes = recovered.index_bytes
    for line, paths in _lines_behind(root, DIRECTORY_FILE, whole_bytes):
        whole_bytes += len(line)
        for path in paths:
            pending.discard(path)
            if recovered.ours is not None:
                recovered.ours.set(path, 1)
    _cut(root, DIRECTORY_FILE, whole_bytes)
    _cut(root, PROBLEMS_FILE, recovered.problems_bytes)
    _cut(root, FACTS_FILE, recovered.facts_bytes)
    for path in pending:
        remove_listed(root, path)
    with suppress(FileNotFoundError):
        staging.remove(PENDING_FILE)
    return recovered


def left_paths(out: str, place: TraceFolder) -> Iterator[str]:
    """Files that an interrupted trace may hold and its index does not list.

    Args:
        out: The output folder.
        place: The trace's folder in it.

    Yields:
        Paths relative to the trace's folder.

    Raises:
        OSError: What tells of them cannot be read.
    """
    try:
        staging = Directory.reached(out, place.staging)
    except (FileNotFoundError, NotADirectoryError):
        return
    with staging:
        with suppress(OSError):
            yield from list(pending_paths(staging))
        for name in discarded_names(staging):
            for _, paths in _lines_behind(staging, name, 0):
                yield from paths


def _checkpoint_in(staging: Directory) -> Checkpoint | None:
    """The checkpoint that was made last, if it was made since the system was started."""
    saved = saved_in(staging)
    try:
        checkpoint = None if saved is None else Checkpoint.decode(saved.note)
    except (ValueError, msgspec.MsgspecError):
        return None
    boot_id = current_boot_id()
    return checkpoint if checkpoint is not None and boot_id == checkpoint.boot_id != "" else None


def _lines_behind(folder: Directory, name: str, offset: int) -> Iterator[tuple[bytes, list[str]]]:
    """The lines of an index from an offset on, each with the files it lists, up to a broken one."""
    with suppress(FileNotFoundError), folder.open_file(name) as index:
        index.seek(offset)
        while line := index.readline(MAX_LINE_BYTES):
            try:
                if not line.endswith(b"\n"):
                    return
                yield line, list(listed_paths(decode_entry(line)))
            except (ValueError, msgspec.MsgspecError, RecursionError):
                return


def _clear(staging: Directory) -> None:
    for name in staging.names():
        if name not in _KEPT and name != PENDING_FILE and not name.startswith(DISCARDED_PREFIX):
            with suppress(FileNotFoundError, IsADirectoryError, PermissionError):
                staging.remove(name)


def _has_line_end_at(folder: Directory, name: str, offset: int) -> bool:
    """True if a file can be appended to at an offset: a line ends there, or it is its start."""
    if offset == 0:
        return True
    with suppress(OSError), folder.open_file(name) as file:
        file.seek(offset - 1)
        return file.read(1) == b"\n"
    return False


def _cut(folder: Directory, name: str, size: int) -> None:
    """Make a file so long, if it is longer."""
    if (folder.regular_size(name) or 0) > size:
        descriptor = folder.append(name, made=False)
        try:
            os.ftruncate(descriptor, size)
        finally:
            os.close(descriptor)
