"""The output folder as a whole: whether it may be used, and how it is marked as ours.

``format.json`` is the first file a run writes: it says that this program made the folder, which
formats it holds, and in which folders its traces are.  ``--overwrite`` removes what the index of
such a folder lists, and the run's own files, and nothing else (`Removal`).
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from artifact_stream._version import __version__
from artifact_stream.disk.directories import Directory, status_inside
from artifact_stream.disk.staged_files import output_errors, write_own_file
from artifact_stream.errors import Argument, OutputUnusable, Remedy
from artifact_stream.layout import (
    ASSETS_FOLDER,
    DIRECTORY_FILE,
    FORMAT_FILE,
    FORMAT_VERSIONS,
    GENERATOR,
    OUTPUT_VERSION,
    PART_SUFFIX,
    RUN_FILE,
    STAGING_FOLDER,
    TraceFolder,
)
from artifact_stream.output.marker import Marker, folders_in, marker_text, read_marker
from artifact_stream.output.removal import Removal
from artifact_stream.web.files import ASSETS, package_file


class OutputFolder:
    """The folder that a run writes to.

    Args:
        path: The folder; it need not exist.

    Attributes:
        removal: Removes what a run has made there.
        may_hold_others_files: Files that no run made may be there; known once it is prepared.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.removal = Removal(path)
        self.may_hold_others_files = False

    def check(self, *, overwrite: bool) -> None:
        """Make sure, before anything is read or written, that the folder may be used.

        Raises:
            OutputUnusable: It is no folder, or it is not empty and may not be overwritten.
        """
        if not self.content():
            return
        is_ours = self.marker() is not None
        if not overwrite:
            if self.holds(f"{STAGING_FOLDER}/{RUN_FILE}"):
                raise OutputUnusable(
                    f"{self.path} holds a run that was interrupted: ",
                    Remedy.RESUME,
                    ", or ",
                    Remedy.START_AGAIN,
                    ".",
                )
            if not is_ours:
                raise OutputUnusable(
                    f"{self.path} is not empty and was not made by artifact-stream: ",
                    Remedy.OTHER_FOLDER,
                    ".",
                )
            raise OutputUnusable(
                f"{self.path} is not empty: ",
                Remedy.OTHER_FOLDER,
                ", or ",
                Remedy.REPLACE,
                " what an earlier run made there.",
            )
        if not is_ours:
            raise OutputUnusable(
                f"{self.path} is not empty and was not made by artifact-stream, so ",
                Argument("overwrite"),
                " leaves it alone: ",
                Remedy.OTHER_FOLDER,
                ".",
            )

    def content(self) -> list[str]:
        """What the folder holds; nothing, if it is not there or a run was killed as it began.

        Raises:
            OutputUnusable: It is no folder.
        """
        try:
            with Directory.at(self.path) as folder:
                names = folder.names()
        except FileNotFoundError:
            return []
        except OSError as error:
            raise OutputUnusable(
                f"{self.path} cannot be used as the output folder ({error.strerror}): name another."
            ) from error
        return [] if names == [f"{FORMAT_FILE}{PART_SUFFIX}"] else names

    def holds_an_index(self, marker: Marker) -> bool:
        """True if a run has begun with a trace."""
        return any(self.holds(folder.path(DIRECTORY_FILE)) for folder in folders_in(marker))

    def holds(self, path: str) -> bool:
        """True if anything is at a path relative to the folder, and no link leads there.

        Raises:
            OutputUnusable: That cannot be told.
        """
        with output_errors(self.path):
            return status_inside(self.path, path) is not None

    def prepare(self, traces: Sequence[TraceFolder], *, lazy: bool = False) -> None:
        """Remove what an earlier run made, make the folder, mark it and add CSS and scripts.

        Args:
            traces: Folders of the traces.
            lazy: Graphs and code go to packs.

        Raises:
            OutputUnusable: The folder cannot be written.
        """
        with output_errors(self.path):
            Directory.made_at(self.path).close()
            marker = self.marker()
            if marker is not None:
                self.removal.remove_run(marker)
        self.may_hold_others_files = bool({*self.content()} - {FORMAT_FILE})
        self.mark_run(traces, lazy=lazy)
        self.write_assets()

    def mark_run(self, traces: Sequence[TraceFolder], *, lazy: bool) -> None:
        """Write ``format.json`` for a run of this version.

        Raises:
            OutputUnusable: It cannot be written.
        """
        marker = Marker(
            GENERATOR,
            __version__,
            OUTPUT_VERSION,
            FORMAT_VERSIONS,
            [folder.name for folder in traces],
            list(ASSETS),
            lazy,
        )
        self.mark(marker)

    def write_assets(self) -> None:
        """Add CSS and scripts.

        Raises:
            OutputUnusable: The folder cannot be written.
        """
        folder = os.path.join(self.path, ASSETS_FOLDER)
        with output_errors(self.path):
            Directory.reached(self.path, [ASSETS_FOLDER], made=True).close()
        for name in ASSETS:
            content = iter((package_file("assets", name),))
            write_own_file(os.path.join(folder, name), content, out=self.path)

    def mark(self, marker: Marker) -> None:
        """Write ``format.json``.

        Raises:
            OutputUnusable: It cannot be written.
        """
        write_own_file(os.path.join(self.path, FORMAT_FILE), iter((marker_text(marker),)))

    def marker(self) -> Marker | None:
        """The marker of an earlier run; None if the folder holds none."""
        return read_marker(self.path)
