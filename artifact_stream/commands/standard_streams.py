"""The standard streams of the command line, whatever state it was started in.

A process may be started with any of them closed, or with one that takes nothing (a full disk, a
pipe that nobody reads).  What is said to people may be lost by that and costs nothing else; data
that stdout does not take ends the command with a sentence and `OutputUnusable`'s exit code.
"""

from __future__ import annotations

import io
import os
import select
import sys
from collections.abc import Callable

from artifact_stream.errors import OutputUnusable

_STDIN, _STDOUT, _STDERR = 0, 1, 2


def prepare_standard_streams() -> None:
    """Make stderr and stdout fail as this module says; to be called before a file is opened.

    Streams that somebody else has put in their place are left alone, and so is Windows, whose
    consoles are no files.
    """
    if os.name == "nt":
        return
    _occupy_closed()
    if sys.stderr is sys.__stderr__:
        sys.stderr = _text_stream(_Messages(_STDERR, "wb", closefd=False), sys.stderr)
    if sys.stdout is sys.__stdout__:
        sys.stdout = _text_stream(_Data(_STDOUT, "wb", closefd=False), sys.stdout)


def _occupy_closed() -> None:
    """Keep the numbers of closed streams from the files that are opened next.

    What would be written to stderr would go into one of them otherwise.  Stdin and stdout are
    opened the wrong way round, so that their use fails, as it would have.
    """
    for number, flags in ((_STDIN, os.O_WRONLY), (_STDOUT, os.O_RDONLY), (_STDERR, os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, flags)  # The lowest number that is free, which is this one.
            os.set_inheritable(number, True)


def _text_stream(raw: io.FileIO, replaced: io.TextIOBase | object | None) -> io.TextIOWrapper:
    encoding = getattr(replaced, "encoding", None) or "utf-8"
    # A name in the trace may hold what a terminal's encoding does not: it is shown all the same.
    return io.TextIOWrapper(
        io.BufferedWriter(raw), encoding=encoding, errors="backslashreplace", line_buffering=True
    )


class _Messages(io.FileIO):
    """Stderr: what it does not take is lost."""

    def write(self, data: object, /) -> int:
        try:
            return _written(super().write, self, data)
        except OSError:
            return len(memoryview(data))  # type: ignore[arg-type]


class _Data(io.FileIO):
    """Stdout: the first write that fails raises; later ones, when Python ends, do not."""

    _has_failed = False

    def write(self, data: object, /) -> int:
        if self._has_failed:
            return len(memoryview(data))  # type: ignore[arg-type]
        try:
            return _written(super().write, self, data)
        except BrokenPipeError:  # `| head` has read enough; Typer ends the command in silence.
            self._has_failed = True
            raise
        except OSError as error:
            self._has_failed = True
            raise OutputUnusable(
                f"Stdout cannot be written ({error.strerror}): send it elsewhere."
            ) from error


def _written(write: Callable[..., int | None], file: io.FileIO, data: object) -> int:
    """Write; a stream that somebody has set not to wait is waited for."""
    while (count := write(data)) is None:
        select.select([], [file], [])
    return count
