"""Texts of several writers that grow side by side, in one file without a name."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO

from artifact_stream.disk.scratch import scratch_file
from artifact_stream.framing.scratch import scratch_unusable

_LINK = struct.Struct("<QI")  # where the next part starts, 0 for none yet; how long this one is


class SpilledText:
    """A text in a `SpillFile`; its parts are linked, so that memory does not grow with it."""

    __slots__ = ("_file", "_first", "_last")

    def __init__(self, file: SpillFile) -> None:
        self._file = file
        self._first = self._last = 0

    def add(self, data: bytes) -> None:
        """Make it longer.

        Raises:
            OutputUnusable: The disk is full or cannot be written.
        """
        place = self._file.append(data, self._last)
        self._first = self._first or place
        self._last = place

    def parts(self) -> Iterator[bytes]:
        """All of it, once, as it was added; then it is gone."""
        place = self._first
        while place:
            place, data = self._file.part(place)
            yield data
        self._file.let_go(self)


class SpillFile:
    """A file for texts that are too long for memory; its space is given back when none is left.

    Args:
        folder: An existing folder on the disk that the output goes to.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._file: BinaryIO | None = None
        self._end = 1  # 0 is no place
        self._texts = 0

    def new_text(self) -> SpilledText:
        """An empty text."""
        self._texts += 1
        return SpilledText(self)

    def append(self, data: bytes, previous: int) -> int:
        """Write a part behind all others; where it is.

        Args:
            data: The part.
            previous: The part of the same text that it follows, 0 for none.

        Raises:
            OutputUnusable: The disk is full or cannot be written.
        """
        place = self._end
        try:
            if self._file is None:
                self._file = scratch_file(self._folder, buffered=False)
            if previous:
                self._file.seek(previous)
                self._file.write(place.to_bytes(8, "little"))
            self._file.seek(place)
            self._file.write(_LINK.pack(0, len(data)) + data)
        except OSError as error:
            raise scratch_unusable(self._folder, error) from error
        self._end = place + _LINK.size + len(data)
        return place

    def part(self, place: int) -> tuple[int, bytes]:
        """A part, and where the next one of its text is; 0 for none."""
        assert self._file is not None
        self._file.seek(place)
        following, length = _LINK.unpack(self._file.read(_LINK.size))
        return following, self._file.read(length)

    def let_go(self, text: SpilledText) -> None:
        """A text is no longer needed; nothing happens if that has been said."""
        if text._first < 0:  # noqa: SLF001 - the two are one
            return
        text._first = -1  # noqa: SLF001
        self._texts -= 1
        if not self._texts and self._file is not None:
            self._end = 1
            self._file.truncate(0)

    def close(self) -> None:
        """Give the space back."""
        if self._file is not None:
            self._file.close()
            self._file = None
