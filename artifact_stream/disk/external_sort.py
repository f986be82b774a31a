"""Sorting more than memory should hold: numbers, and lines of text."""

from __future__ import annotations

import heapq
import struct
from collections.abc import Iterator
from typing import BinaryIO

from artifact_stream.disk.scratch import scratch_file

Record = tuple[int, int, int, int]

_FORMAT = struct.Struct("<4Q")
_READ_RECORDS = 128
_READ_BYTES = 8 << 10
_LINE_OVERHEAD_BYTES = 41  # of a bytes object and its place in a list


class ExternalSorter:
    """Sorts records of four unsigned 64-bit numbers in bounded memory, with an external merge sort.

    Args:
        folder: Where the file for sorted runs is made, once there is more than one run.
        run_records: How many records are sorted in memory at a time.
    """

    def __init__(self, folder: str, run_records: int = 8192) -> None:
        self._folder = folder
        self._run_records = run_records
        self._run: list[Record] = []
        self._file: BinaryIO | None = None
        self._runs: list[tuple[int, int]] = []  # start and end in the file, in bytes

    def add(self, record: Record) -> None:
        """Take one more record."""
        self._run.append(record)
        if len(self._run) >= self._run_records:
            self._write_run()

    def _write_run(self) -> None:
        if self._file is None:
            self._file = scratch_file(self._folder)
        self._run.sort()
        start = self._file.seek(0, 2)
        for record in self._run:
            self._file.write(_FORMAT.pack(*record))
        self._runs.append((start, self._file.tell()))
        self._run.clear()

    def sorted_records(self) -> Iterator[Record]:
        """All records in ascending order; to be called once, when all have been added."""
        self._run.sort()
        if not self._runs:
            return iter(self._run)
        stored = [self._stored_run(start, end) for start, end in self._runs]
        return heapq.merge(*stored, iter(self._run))

    def _stored_run(self, start: int, end: int) -> Iterator[Record]:
        assert self._file is not None
        while start < end:
            self._file.seek(start)
            data = self._file.read(min(_FORMAT.size * _READ_RECORDS, end - start))
            yield from _FORMAT.iter_unpack(data)
            start += len(data)

    def close(self) -> None:
        """Give the space back."""
        if self._file is not None:
            self._file.close()
            self._file = None


class LineSorter:
    r"""Sorts lines of bytes without ``\n`` in bounded memory, with an external merge sort.

    Args:
        folder: Where the file for sorted runs is made, once there is more than one run.
        run_bytes: How many bytes of lines are sorted in memory at a time.
    """

    def __init__(self, folder: str, run_bytes: int = 4 << 20) -> None:
        self._folder = folder
        self._run_bytes = run_bytes
        self._run: list[bytes] = []
        self._bytes = 0
        self._file: BinaryIO | None = None
        self._runs: list[tuple[int, int]] = []  # start and end in the file, in bytes

    def add(self, line: bytes) -> None:
        """Take one more line."""
        self._run.append(line)
        self._bytes += len(line) + _LINE_OVERHEAD_BYTES
        if self._bytes >= self._run_bytes:
            self._write_run()

    def _write_run(self) -> None:
        if self._file is None:
            self._file = scratch_file(self._folder)
        self._run.sort()
        start = self._file.seek(0, 2)
        self._file.writelines(line + b"\n" for line in self._run)
        self._runs.append((start, self._file.tell()))
        self._run.clear()
        self._bytes = 0

    def sorted_lines(self) -> Iterator[bytes]:
        """All lines in ascending order, repeated ones too; once all have been added."""
        self._run.sort()
        stored = [self._stored_run(start, end) for start, end in self._runs]
        return heapq.merge(*stored, iter(self._run))

    def _stored_run(self, start: int, end: int) -> Iterator[bytes]:
        assert self._file is not None
        rest = b""
        while start < end:
            self._file.seek(start)
            data = self._file.read(min(_READ_BYTES, end - start))
            start += len(data)
            *lines, rest = (rest + data).split(b"\n")
            yield from lines

    def close(self) -> None:
        """Give the space back."""
        if self._file is not None:
            self._file.close()
            self._file = None
