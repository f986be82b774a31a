"""Reading an output that is there: its traces, their entries, what those say.

Whoever gave us the output may have edited its index and planted links: everything is opened by
`Output.open`, which follows none and leads nowhere outside.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO, Self

from artifact_stream.disk.directories import Directory, names_inside, open_inside, status_inside
from artifact_stream.entries import CHUNK_BYTES
from artifact_stream.index.lines import BrokenLine, IndexEntry, numbered_lines
from artifact_stream.json_text import decode_string
from artifact_stream.layout import (
    ASSETS_FOLDER,
    COMPILE_IDS_FILE,
    DIRECTORY_FILE,
    FACTS_FILE,
    FINDINGS_FILE,
    OUTPUT_FILES,
    REPORT_FOLDER,
    ROOT,
    TRACE_FILES,
    TraceFolder,
    is_report_file,
)
from artifact_stream.output.marker import Marker, folders_in, require_marker
from artifact_stream.output.packs import PackReader
from artifact_stream.urls import is_inside, path_of_url

_ADDED_FILES = (COMPILE_IDS_FILE, FACTS_FILE, FINDINGS_FILE)
"""What the first versions did not make."""


class Output:
    """An output folder that a run has made.

    Args:
        path: The folder.
        marker: What marks it as such.

    Attributes:
        traces: Where its traces are, without those that an edited marker names outside of it.
    """

    def __init__(self, path: str, marker: Marker) -> None:
        self.path = path
        self.marker = marker
        self.traces = folders_in(marker)

    @property
    def is_single(self) -> bool:
        """True if the folder is that of one trace, false if it has folders of traces."""
        return [TraceFolder(name) for name in self.marker.traces] == [ROOT]

    def open(self, path: str) -> BinaryIO:
        """Open a regular file for reading, through no link.

        Args:
            path: Relative to the folder, with ``/``.

        Raises:
            OSError: It is not there, is something else, or cannot be read.
        """
        return open_inside(self.path, path)

    def opener(self, folder: TraceFolder) -> Callable[[str], BinaryIO]:
        """As `open`, for paths relative to a trace's folder."""
        return lambda path: open_inside(self.path, folder.path(path))

    def status(self, path: str) -> os.stat_result | None:
        """What is at a path as for `open`, be it a link; None if nothing is.

        Raises:
            OSError: It cannot be looked at.
        """
        return status_inside(self.path, path)

    def names(self, folders: Iterable[str]) -> list[str]:
        """What a folder holds, in order; nothing if there is none, or a link.

        Args:
            folders: Names, each of a folder in the one before; none for the output folder.

        Raises:
            OSError: It cannot be read.
        """
        return names_inside(self.path, folders)

    def files(self, max_depth: int) -> Iterator[tuple[str, os.stat_result]]:
        """All that is there, see `Directory.files_below`.

        Raises:
            OSError: A folder cannot be read.
        """
        with Directory.at(self.path) as folder:
            yield from folder.files_below(max_depth)

    def own_files(self) -> Iterator[str]:
        """What a run writes beside the files that its index lists, relative to the folder.

        Of what the report pages load, that is what is there: one file for 1,000 artifacts or so.

        Raises:
            OSError: A folder cannot be read.
        """
        yield from filter(self._is_made, OUTPUT_FILES)
        for name in self.marker.assets:
            if is_inside(name):
                yield f"{ASSETS_FOLDER}/{name}"
        for folder in self.traces:
            for name in filter(self._is_made, TRACE_FILES):
                if not folder.is_root or name not in OUTPUT_FILES:
                    yield folder.path(name)
            yield from self.report_files(folder)
        if ROOT not in self.traces:
            yield from self.report_files(ROOT)

    def _is_made(self, name: str) -> bool:
        """False for what an earlier version did not make."""
        return name not in _ADDED_FILES or name in self.marker.formats

    def report_files(self, folder: TraceFolder) -> Iterator[str]:
        """What the report pages of a folder load, as far as it is there.

        Raises:
            OSError: The folder cannot be read.
        """
        for name in self.names([*folder.names, REPORT_FOLDER]):
            if is_report_file(name):
                yield folder.path(f"{REPORT_FOLDER}/{name}")

    def lines(self, folder: TraceFolder) -> Iterator[tuple[int, IndexEntry | BrokenLine, bytes]]:
        """The lines of a trace's index, see `numbered_lines`; what is no file has none.

        Raises:
            OSError: It cannot be read.
        """
        try:
            file = self.open(folder.path(DIRECTORY_FILE))
        except PermissionError:
            raise
        except OSError:
            return
        with file:
            yield from numbered_lines(file)

    def entries(self, folder: TraceFolder) -> Iterator[IndexEntry]:
        """What the lines of a trace's index say; broken ones are passed over.

        Raises:
            OSError: It cannot be read.
        """
        for _, entry, _ in self.lines(folder):
            if not isinstance(entry, BrokenLine):
                yield entry

    def payloads(self, folder: TraceFolder) -> Payloads:
        """Reads what the entries of a trace say."""
        return Payloads(self.opener(folder))


class Payloads:
    """Reads what the entries of one trace say, from files or packs alike.

    Fastest in the order of the index.  Memory: a chunk, or one payload of a pack.

    Args:
        open_file: Opens a file, given its path relative to the trace's folder.
    """

    def __init__(self, open_file: Callable[[str], BinaryIO]) -> None:
        self._open_file = open_file
        self._packs = PackReader(open_file)

    def chunks(self, entry: IndexEntry) -> Iterator[bytes]:
        """A payload as the run has written it: of a page the plain code; nothing of a link.

        Raises:
            OSError: Its file cannot be opened or read.
            ValueError: The index names no place for it, or its pack does not hold it
                (`PackDamaged`, `BrokenPayload`).
        """
        if entry.is_link:
            return
        if entry.lazy_loader is not None:
            yield decode_string(self._packs.read(entry.url))
            return
        path = path_of_url(entry.text_url if isinstance(entry.text_url, str) else entry.url)
        if path is None:
            raise ValueError(f"the index names no file: {entry.url[:200]!r}")
        with self._open_file(path) as file:
            while chunk := file.read(CHUNK_BYTES):
                yield chunk

    def close(self) -> None:
        """Let go of the pack that has been read last."""
        self._packs.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_output(path: str) -> Output:
    """The output in a folder.

    Raises:
        OutputUnusable: It was not made by a run, or not by one whose formats are known.
    """
    return Output(path, require_marker(path))
