"""What a worker process runs: tasks come in on its stdin, answers go out on its stdout.

It ends when its stdin does, so that no worker outlives a run that was killed.
"""

from __future__ import annotations

import os
import sys

from artifact_stream.disk.directories import Directory
from artifact_stream.disk.staged_files import output_errors, write_all
from artifact_stream.errors import ArtifactStreamError
from artifact_stream.rendering.perform import perform
from artifact_stream.workers.memory import peak_memory_bytes
from artifact_stream.workers.messages import (
    LENGTH_BYTES,
    Answer,
    Batch,
    Farewell,
    Ready,
    Trouble,
    decode_batch,
    encode_message,
)

_INPUT, _OUTPUT = 0, 1


def main() -> None:
    """Work until there is no more to do."""
    if sys.platform == "win32":
        import msvcrt

        msvcrt.setmode(_INPUT, os.O_BINARY)
        msvcrt.setmode(_OUTPUT, os.O_BINARY)
    write_all(_OUTPUT, encode_message(Ready()))
    worker = _Worker()
    while length := _read(LENGTH_BYTES):
        batch = decode_batch(_read(int.from_bytes(length, "little")))
        try:
            worker.work(batch)
        except ArtifactStreamError as error:
            write_all(_OUTPUT, encode_message(Trouble.of(error)))
    write_all(_OUTPUT, encode_message(Farewell(peak_memory_bytes())))
    os._exit(0)  # Nothing is left to be done, and tearing down the interpreter takes a while.


class _Worker:
    def __init__(self) -> None:
        self._place: tuple[bytes, list[str]] | None = None
        self._staging: Directory | None = None

    def work(self, batch: Batch) -> None:
        """Do the tasks of a batch.

        Raises:
            OutputUnusable: The disk cannot be written.
            InputUnusable: The source cannot be read any more.
        """
        staging = self._staging_folder(batch)
        for task in batch.tasks:
            write_all(_OUTPUT, encode_message(Answer(perform(task, None, staging))))

    def _staging_folder(self, batch: Batch) -> Directory:
        place = (batch.out, batch.folders)
        if self._staging is None or place != self._place:
            if self._staging is not None:
                self._staging.close()
                self._staging = None
            out = os.fsdecode(batch.out)
            with output_errors(out):
                self._staging = Directory.reached(out, batch.folders)
            self._place = place
        return self._staging


def _read(size: int) -> bytes:
    """So many bytes from stdin; none if it has ended, perhaps inside a message."""
    pieces = []
    while size:
        piece = os.read(_INPUT, size)
        if not piece:
            return b""
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)
