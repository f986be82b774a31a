"""The files of a tlparse report, in a folder or a container, opened by their paths in it.

What a report says is hostile: a path leads to a file of the report, through no link, or to nothing.
"""

from __future__ import annotations

import os
from contextlib import suppress

from artifact_stream.disk.directories import open_inside
from artifact_stream.disk.spilling_map import SpillingMap
from artifact_stream.errors import SourceDamaged
from artifact_stream.options import MAX_EXPANSION
from artifact_stream.sources.containers import ReportPlace
from artifact_stream.streams.byte_stream import ByteStream
from artifact_stream.streams.opening import PlainStream
from artifact_stream.streams.stored_file import ReadCounter, StoredFile
from artifact_stream.urls import is_inside


class ReportFiles:
    """Opens the files of a report.

    Memory: does not grow with their number; where they are in a container is kept on disk.

    Args:
        place: Where the report is.
        scratch_folder: An existing folder for temporary files.
        max_expansion: See `open_stream`.
    """

    def __init__(
        self, place: ReportPlace, scratch_folder: str, max_expansion: int = MAX_EXPANSION
    ) -> None:
        self._place = place
        self._max_expansion = max_expansion
        self._places: SpillingMap | None = None
        container = place.container
        if container is not None:
            self._places = places = SpillingMap(scratch_folder)
            with suppress(SourceDamaged):
                for member in container.members():
                    if member.name.startswith(place.prefix):
                        name = member.name[len(place.prefix) :]
                        places.set(f"{name}\0place", member.place)
                        places.set(f"{name}\0size", member.size)

    def open(self, path: str) -> ByteStream | None:
        """A file by its path in the report; None if there is none.

        Raises:
            SourceDamaged: It is damaged.
        """
        if not is_inside(path):
            return None
        counter = ReadCounter()
        if self._places is None:
            assert self._place.folder is not None
            try:
                file = open_inside(self._place.folder, path)
            except OSError:
                return None
            stored = StoredFile(file, os.path.join(self._place.folder, path), counter)
            return PlainStream(stored)
        container = self._place.container
        place, size = self._places.get(f"{path}\0place"), self._places.get(f"{path}\0size")
        if container is None or place is None or size is None:
            return None
        member = container.member_at(self._place.prefix + path, place, size)
        if container.refusal(member) is not None:
            return None
        return PlainStream(container.stored(member, counter, self._max_expansion))

    def close(self) -> None:
        """Let go of what is kept on disk."""
        if self._places is not None:
            self._places.close()
