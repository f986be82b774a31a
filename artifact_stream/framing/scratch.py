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
        self.folder = folder
        self._file: BinaryIO | None = None

    def keep(self, chunks: Iterable[bytes]) -> ScratchText:
        """Write the chunks to disk; what was kept before is gone.

        Raises:
            OutputUnusable: The disk is full or cannot be written.
        """
        text = self.empty()
        for chunk in chunks:
            text.add(chunk)
        return text

    def empty(self) -> ScratchText:
        """A text that is still to grow; what was kept before is gone.

        Raises:
            OutputUnusable: The disk cannot be written.
        """
        try:
            return ScratchText(self._emptied_file(), self.folder)
        except OSError as error:
            raise scratch_unusable(self.folder, error) from error

    def _emptied_file(self) -> BinaryIO:
        if self._file is None:
            self._file = scratch_file(self.folder, buffered=False)
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

    def __init__(self, file: BinaryIO, folder: str) -> None:
        self._file = file
        self.folder = folder
        self._length = 0

    def add(self, chunk: bytes) -> None:
        """Make it longer.

        Raises:
            OutputUnusable: The disk is full or cannot be written.
        """
        try:
            self._file.seek(self._length)
            self._file.write(chunk)
        except OSError as error:
            raise scratch_unusable(self.folder, error) from error
        self._length += len(chunk)

    def whole(self) -> None:
        """Never: it is on disk because it may be large."""
        return

    def chunks(self) -> Iterator[bytes]:
        """The text from its start, in chunks of `CHUNK_BYTES`."""
        return self.range(0, self._length)

    @property
    def can_repeat(self) -> bool:
        """Always."""
        return True

    def portable(self) -> None:
        """Never: the file has no name, and the next text takes its place."""
        return

    def range(self, start: int, end: int) -> Iterator[bytes]:
        """The text between two offsets in bytes from its start."""
        position, stop = start, end
        while position < stop:
            self._file.seek(position)
            data = self._file.read(min(CHUNK_BYTES, stop - position))
            if not data:
                return
            yield data
            position += len(data)


def scratch_unusable(folder: str, error: OSError) -> OutputUnusable:
    """The disk for temporary files in a folder is full or cannot be written."""
    return OutputUnusable(
        f"{folder} cannot hold a temporary file ({error.strerror}): ",
        Remedy.FREE_SPACE,
        " or choose another output folder.",
    )
