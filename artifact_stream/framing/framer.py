"""What the framers share: a window over a stream, and the loop that empties it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import ClassVar

from artifact_stream.entries import Entry
from artifact_stream.errors import Problem, excerpt_of
from artifact_stream.framing.passed_over import PassedOver
from artifact_stream.framing.scratch import Scratch
from artifact_stream.streams.byte_stream import ByteStream
from artifact_stream.streams.file_range import FileRange


class Framer(ABC):
    """Turns the bytes of one file into entries, one at a time, in order.

    Memory: one block and one entry of at most `large_bytes`; a longer one is streamed.

    Args:
        stream: The file.
        source: Its name, for entries and problems.
        passed_over: Entry types to count and not to yield.
        scratch: Where text is kept that must be read twice and does not fit in memory.

    Attributes:
        can_go_on: Another framer that starts where the item at hand does yields this one and those
            behind it, and no others.
        is_mixed: Lines of several writers have been met and told apart.
    """

    large_bytes: ClassVar[int] = 1 << 20
    """A longer entry is streamed; a shorter one is in memory as a whole."""

    _lines_begun: ClassVar[int] = 0
    """By how much `_line` is less than the number of the line at the window's start."""

    def __init__(
        self, stream: ByteStream, source: str, passed_over: PassedOver, scratch: Scratch
    ) -> None:
        self._stream = stream
        self._source = source
        self._passed_over = passed_over
        self._tallies = {name.encode(): tally for name, tally in passed_over.tallies.items()}
        self._scratch = scratch
        self._window = b""
        self._window_offset = 0  # of _window[0], in bytes from the start of the file
        self._at_end = False
        self._line = 1 - self._lines_begun
        self.can_go_on = True
        self.is_mixed = False

    def __iter__(self) -> Iterator[Entry | Problem]:
        """The entries, and a problem for whatever is none.

        A payload is read before the next item is taken; what is left of it is passed over.

        Raises:
            InputUnusable: The file cannot be read any more.
        """
        while not self._at_end:
            self._read_block()
            yield from self._complete_entries()
            if len(self._window) > self.large_bytes and not self._at_end:
                yield from self._large_entry()

    def _read_block(self) -> None:
        block = self._stream.read()
        self._at_end = not block
        self._window += block

    @cached_property
    def _shared_file(self) -> FileRange | None:
        """The file, if another process can read it too."""
        found = self._stream.range(0, 0)
        return found if found is not None and found.can_be_shared else None

    def _place_in_file(self, start: int, end: int) -> FileRange | None:
        """Where the bytes between two places of the window stand, for another process."""
        file, offset = self._shared_file, self._window_offset
        return None if file is None else file.part(offset + start, offset + end)

    def _range_from(self, offset: int) -> Callable[[int, int], FileRange | None]:
        """What tells where the bytes between two offsets from `offset` can be read once more."""
        return lambda start, end: self._stream.range(offset + start, offset + end)

    def start_at(self, offset_bytes: int, line: int) -> None:
        """Say that the stream gives the file from a line's start on; to be called first.

        Args:
            offset_bytes: Where that is, from the start of the file.
            line: The line's number, from 1.
        """
        self._window_offset = offset_bytes
        self._line = line - self._lines_begun

    @abstractmethod
    def _complete_entries(self) -> Iterator[Entry | Problem]:
        """Yield what ends inside the window, keep the rest there."""

    @abstractmethod
    def _large_entry(self) -> Iterator[Entry | Problem]:
        """Yield the entry at the window's start, which ends beyond the window."""

    def _problem(
        self, slug: str, message: str, text: bytes, line: int, offset_bytes: int
    ) -> Problem:
        """A problem with the line that begins with `text`."""
        excerpt = excerpt_of(text.partition(b"\n")[0])
        return Problem(slug, message, self._source, line, offset_bytes, excerpt)
