"""Files of lines that grow while a run goes on, and are appended to after an interruption."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from typing import BinaryIO, Self

import msgspec

from artifact_stream.disk.directories import Directory
from artifact_stream.disk.staged_files import output_error, output_errors, write_all
from artifact_stream.json_text import encode_json
from artifact_stream.layout import MAX_LINE_BYTES


class JsonlAppender:
    """A file of lines that grows while a run goes on; nothing is held back in memory.

    One that an interrupted run has left may hold lines already that are about to be added.  They
    stay as they are as long as the lines that are added are the same; at the first one that is
    another, what is left of them is cut off.

    Args:
        folder: The folder in which the file is; to be kept open.
        name: The file's name there.
        settled_bytes: How much of it is not in question; None for a new file, which must not be
            there.
        before_cut: Told from which offset on the file is about to be cut.

    Raises:
        OutputUnusable: It cannot be made, read or written; no part of a line is left in it.
    """

    def __init__(
        self,
        folder: Directory,
        name: str,
        settled_bytes: int | None = None,
        before_cut: Callable[[int], None] | None = None,
    ) -> None:
        self._folder_path = folder.path
        self._before_cut = before_cut
        self._ahead: BinaryIO | None = None
        self._next = b""
        self.length = settled_bytes or 0
        """How much of the file is not in question, in bytes."""
        with self._errors():
            self._fd = folder.append(name, made=settled_bytes is None)
            if settled_bytes is not None and os.fstat(self._fd).st_size > settled_bytes:
                self._ahead = folder.open_file(name)
                self._ahead.seek(settled_bytes)
                self._next = self._ahead.readline(MAX_LINE_BYTES)

    def _errors(self) -> AbstractContextManager[None]:
        return output_errors(self._folder_path)

    def add(self, value: msgspec.Struct) -> None:
        """Add one line."""
        self.add_line(encode_json(value) + b"\n")

    def add_line(self, line: bytes) -> None:
        """Add one line; nothing is written if it is the next one that is there already."""
        if self._ahead is not None:
            self.cut_unless_next_is(line)
        if self._ahead is not None:
            self._next = self._ahead.readline(MAX_LINE_BYTES)
            if not self._next:
                self._look_no_further()
        else:
            self._append(line)
        self.length += len(line)

    def _append(self, line: bytes) -> None:
        try:
            write_all(self._fd, line)
        except OSError as error:
            with suppress(OSError):
                os.ftruncate(self._fd, self.length)
            raise output_error(self._folder_path, error) from error

    def cut_unless_next_is(self, line: bytes) -> None:
        """Take back the lines that are there already if `line` is not the next of them.

        To be called before anything is changed that these lines tell of.
        """
        if self._ahead is not None and line != self._next:
            self.cut()

    def cut(self) -> None:
        """Take back all lines that are there already and have not been added again."""
        if self._ahead is None:
            return
        self._look_no_further()
        if self._before_cut is not None:
            self._before_cut(self.length)
        with self._errors():
            os.ftruncate(self._fd, self.length)

    def _look_no_further(self) -> None:
        assert self._ahead is not None
        self._ahead.close()
        self._ahead = None

    def close(self) -> None:
        """Close the file."""
        if self._ahead is not None:
            self._look_no_further()
        with self._errors():
            os.close(self._fd)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
