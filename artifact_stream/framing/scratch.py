"""Text that must be read twice and does not fit in memory is kept on disk meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from artifact_stream.disk.scratch import scratch_file
from artifact_stream.entries import CHUNK_BYTES
from artifact_stream.errors import OutputUnusable, Remedy


class Scratch:
    """One anonymous file beside the output, used by one entry at a time.

    Args:
        folder: An existing folder on the disk that the output goes to.  (The system's folder for
            temporary files is often too small, or is memory.)
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._file: BinaryIO | None = None

    def keep(self, chunks: Iterable[bytes]) -> ScratchText:
        """Write the chunks to disk; what was kept before is gone.

        Raises:
            OutputUnusable: The disk is full or cannot be written.
        """
        try:
            file = self._emptied_file()
            length = 0
            for chunk in chunks:
                file.write(chunk)
                length += len(chunk)
            file.flush()
        except OSError as error:
            raise OutputUnusable(
                f"{self._folder} cannot hold a temporary file ({error.strerror}): ",
                Remedy.FREE_SPACE,
                " or choose another output folder.",
            ) from error
        return ScratchText(file, 0, length)

    def _emptied_file(self) -> BinaryIO:
        if self._file is None:
            self._file = scratch_file(self._folder, buffered=False)
        self._file.seek(0)
        self._file.truncate()
        return self._file

    def close(self) -> None:
        """Give the space back."""
        if self._file is not None:
            self._file.close()
            self._file = None


class ScratchText:
    """A range of the scratch file, readable any number of times until the next `Scratch.keep`.

    It is a `Payload`.
    """

    def __init__(self, file: BinaryIO, start: int, end: int) -> None:
        self._file = file
        self._start = start
        self._end = end

    def whole(self) -> None:
        """Never: it is on disk because it may be large."""
        return

    def chunks(self) -> Iterator[bytes]:
        """The text from its start, in chunks of `CHUNK_BYTES`."""
        return self.range(0, self._end - self._start)

    @property
    def can_repeat(self) -> bool:
        """Always."""
        return True

    def portable(self) -> None:
        """Never: the file has no name, and the next text takes its place."""
        return

    def range(self, start: int, end: int) -> Iterator[bytes]:
        """The text between two offsets in bytes from its start."""
        position, stop = self._start + start, self._start + end
        while position < stop:
            self._file.seek(position)
            data = self._file.read(min(CHUNK_BYTES, stop - position))
            if not data:
                return
            yield data
            position += len(data)
