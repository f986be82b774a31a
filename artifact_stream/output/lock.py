"""One command at a time changes an output; those that read it can tell that one does.

The lock is that of the output folder itself, so there is never a second one beside it, and the
system lets go of it when the process ends, however that is.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from artifact_stream.disk.directories import Directory, status_inside
from artifact_stream.disk.staged_files import output_errors
from artifact_stream.errors import OutputUnusable, Remedy
from artifact_stream.layout import FORMAT_FILE, STAGING_FOLDER, SUMMARY_FILE

_TRIES, _PAUSE_SECONDS = 5, 0.02
"""Whoever asks whether the folder is locked has it locked for a moment."""


@contextmanager
def held(out: str, *, made: bool = False) -> Iterator[None]:
    """While this lasts, no other command changes an output folder.

    What the folder holds may have changed before: it is to be looked at again.

    Args:
        out: The folder.
        made: Make it if it is not there.

    Raises:
        OutputUnusable: Another command changes it, or it cannot be made or opened.
    """
    with output_errors(out):
        folder = _made_at(out) if made else Directory.at(out)
    with folder:
        for _ in range(_TRIES):
            if folder.lock():
                break
            time.sleep(_PAUSE_SECONDS)
        else:
            raise _being_changed(out)
        if not folder.is_at(out):  # It was removed, and perhaps made once more, meanwhile.
            raise _being_changed(out)
        yield


def _made_at(out: str) -> Directory:
    """As `Directory.made_at`, for a folder that nobody can have removed yet.

    Raises:
        OutputUnusable: Nothing can be made there, as in ``/proc``, which says that it is not there.
        OSError: As `Directory.made_at`.
    """
    try:
        return Directory.made_at(out)
    except FileNotFoundError as error:
        raise OutputUnusable(
            f"{out} cannot be made there ({error.strerror}): ", Remedy.OTHER_FOLDER, "."
        ) from error


def is_being_changed(out: str) -> bool:
    """True while a command changes an output folder; false if that cannot be told."""
    try:
        with Directory.at(out) as folder:
            return folder.is_locked()
    except OSError:
        return False


class ChangeWatch:
    """Tells whether a command has begun to change an output folder since this was made.

    Args:
        out: The folder.
    """

    def __init__(self, out: str) -> None:
        self._out = out
        self._before = self._state()

    def has_changed(self) -> bool:
        """True if one has, or does at this moment."""
        return is_being_changed(self._out) or self._state() != self._before

    def _state(self) -> list[tuple[int, int, int] | None]:
        """What every command replaces that changes an output, or adds or removes."""
        state: list[tuple[int, int, int] | None] = []
        for name in (FORMAT_FILE, SUMMARY_FILE, STAGING_FOLDER):
            try:
                found = status_inside(self._out, name)
            except OSError:
                found = None
            identity = None if found is None else (found.st_dev, found.st_ino, found.st_mtime_ns)
            state.append(identity)
        return state


def check_not_being_changed(out: str) -> None:
    """Make sure that no command changes an output folder at this moment.

    Raises:
        OutputUnusable: One does.
    """
    if is_being_changed(out):
        raise _being_changed(out)


def _being_changed(out: str) -> OutputUnusable:
    return OutputUnusable(
        f"{out} is being written by another run or unpack: wait until that has ended, or ",
        Remedy.OTHER_FOLDER,
        ".",
    )
