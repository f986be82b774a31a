"""The output folder as a whole: whether it may be used, how it is marked as ours and cleared.

``format.json`` is the first file a run writes: it says that this program made the folder, which
formats it holds, and in which folders its traces are.  ``--overwrite`` removes what the index of
such a folder lists, and the run's own files, and nothing else.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import suppress

import msgspec

from artifact_stream._version import __version__
from artifact_stream.disk.directories import Directory
from artifact_stream.disk.staged_files import output_error, output_errors, write_own_file
from artifact_stream.errors import Argument, OutputUnusable, Remedy
from artifact_stream.index.lines import decode_entry, iter_lines, listed_paths, unpacked_paths
from artifact_stream.layout import (
    ASSETS_FOLDER,
    COMPILE_DIRECTORY_FILE,
    DIRECTORY_FILE,
    DISCARDED_PREFIX,
    DUMP_FILE_FOLDER,
    FORMAT_FILE,
    FORMAT_VERSIONS,
    GENERATOR,
    INDEX_PAGE,
    OUTPUT_VERSION,
    OWN_NAMES,
    PACKS_FOLDER,
    PART_SUFFIX,
    PENDING_FILE,
    REPORT_FOLDER,
    RUN_FILE,
    STAGING_FOLDER,
    SUMMARY_FILE,
    UNPACKING_FILE,
    is_report_file,
)
from artifact_stream.output.marker import Marker, marker_text, read_marker
from artifact_stream.output.packs import is_pack
from artifact_stream.output.pending import pending_paths
from artifact_stream.web.files import ASSETS, package_file


class OutputFolder:
    """The folder that a run writes to.

    Args:
        path: The folder; it need not exist.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.may_hold_others_files = False

    def check(self, *, overwrite: bool) -> None:
        """Make sure, before anything is read or written, that the folder may be used.

        Raises:
            OutputUnusable: It is no folder, or it is not empty and may not be overwritten.
        """
        if not self.content():
            return
        if not overwrite:
            if os.path.lexists(os.path.join(self.path, STAGING_FOLDER, RUN_FILE)):
                raise OutputUnusable(
                    f"{self.path} holds a run that was interrupted: ",
                    Remedy.RESUME,
                    ", or ",
                    Remedy.START_AGAIN,
                    ".",
                )
            raise OutputUnusable(
                f"{self.path} is not empty: ",
                Remedy.OTHER_FOLDER,
                ", or ",
                Remedy.REPLACE,
                " what an earlier run made there.",
            )
        if self.marker() is None:
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
            names = os.listdir(self.path)
        except FileNotFoundError:
            return []
        except OSError as error:
            raise OutputUnusable(
                f"{self.path} cannot be used as the output folder ({error.strerror}): name another."
            ) from error
        return [] if names == [f"{FORMAT_FILE}{PART_SUFFIX}"] else names

    def holds_an_index(self, marker: Marker) -> bool:
        """True if a run has begun with a trace."""
        return any(
            os.path.lexists(os.path.join(self.path, folder, DIRECTORY_FILE))
            for folder in (self._inside(trace) for trace in marker.traces)
            if folder is not None
        )

    def prepare(self, traces: Sequence[str], *, lazy: bool = False) -> None:
        """Remove what an earlier run made, make the folder, mark it and add CSS and scripts.

        Args:
            traces: Folders of the traces, relative; ``.`` for a single trace.
            lazy: Graphs and code go to packs.

        Raises:
            OutputUnusable: The folder cannot be written.
        """
        with output_errors(self.path):
            os.makedirs(self.path, exist_ok=True)
            self._remove_earlier_run()
            self.may_hold_others_files = bool({*self.content()} - {FORMAT_FILE})
        self.mark_run(traces, lazy=lazy)
        self.write_assets()

    def mark_run(self, traces: Sequence[str], *, lazy: bool) -> None:
        """Write ``format.json`` for a run of this version.

        Raises:
            OutputUnusable: It cannot be written.
        """
        marker = Marker(
            GENERATOR,
            __version__,
            OUTPUT_VERSION,
            FORMAT_VERSIONS,
            list(traces),
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
            Directory.below(self.path, folder, made=True).close()
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

    def _remove_earlier_run(self) -> None:
        marker = self.marker()
        if marker is None:
            return
        # First what says that there is something to go on with, or nothing left to do.
        self._remove_file(f"{STAGING_FOLDER}/{RUN_FILE}")
        self._remove_file(SUMMARY_FILE)
        for trace in marker.traces:
            folder = self._inside(trace)
            if folder is not None:
                self._remove_trace(folder)
                if marker.lazy:
                    self.remove_packs(trace)
        self.remove_staging(".")
        for name in marker.assets:
            self._remove_file(f"{ASSETS_FOLDER}/{name}")
            self._remove_file(f"{ASSETS_FOLDER}/{name}{PART_SUFFIX}")
        self._remove_folder(ASSETS_FOLDER)
        self._remove_report(".")
        for name in (INDEX_PAGE, SUMMARY_FILE):
            self._remove_file(f"{name}{PART_SUFFIX}")
            self._remove_file(name)
        # The marker stays until another takes its place: the folder is ours whenever we are killed.

    def _remove_trace(self, folder: str) -> None:
        """Remove what the index of one trace lists, then the run's own files."""
        index = os.path.join(self.path, folder, DIRECTORY_FILE)
        staging = os.path.join(self.path, folder, STAGING_FOLDER)
        unpacking = os.path.exists(os.path.join(staging, UNPACKING_FILE))
        for path in self._listed_paths(index, folder, unpacking=unpacking):
            self._remove_file(path)
        with suppress(FileNotFoundError, NotADirectoryError):
            for name in os.listdir(staging):
                if name.startswith(DISCARDED_PREFIX):
                    discarded = os.path.join(staging, name)
                    for path in self._listed_paths(discarded, folder, unpacking=False):
                        self._remove_file(path)
                        self._remove_folder(os.path.dirname(path))
        with suppress(OSError):  # Whatever it is, it names nothing.
            for pending in pending_paths(os.path.join(staging, PENDING_FILE)):
                self._remove_file(f"{folder}/{pending}")
                self._remove_folder(f"{folder}/{os.path.dirname(pending)}")
        self.clear_staging(folder)
        self._remove_folder(f"{folder}/{STAGING_FOLDER}")
        for path in self._listed_paths(index, folder, unpacking=unpacking):
            self._remove_folder(os.path.dirname(path))
        self._remove_report(folder)
        own_folders = {ASSETS_FOLDER, STAGING_FOLDER, PACKS_FOLDER, REPORT_FOLDER, DUMP_FILE_FOLDER}
        kept = own_folders | {FORMAT_FILE}
        for name in OWN_NAMES - kept:
            self._remove_file(f"{folder}/{name}")
            self._remove_file(f"{folder}/{name}{PART_SUFFIX}")
        if folder != ".":
            self._remove_folder(folder)

    def remove_lists(self, folder: str) -> None:
        """Remove what is made of the index of a trace, or of those of all: it is made anew.

        Args:
            folder: The trace's, or ``.`` for the output folder.

        Raises:
            OutputUnusable: The disk cannot be written.
        """
        for name in (INDEX_PAGE, COMPILE_DIRECTORY_FILE):
            self._remove_file(f"{folder}/{name}")
            self._remove_file(f"{folder}/{name}{PART_SUFFIX}")
        self._remove_report(folder)

    def remove_staging(self, folder: str) -> None:
        """Remove the staging folder of a trace that is complete.

        Raises:
            OutputUnusable: The disk cannot be written.
        """
        self.clear_staging(folder)
        self._remove_folder(f"{folder}/{STAGING_FOLDER}")

    def _remove_report(self, folder: str) -> None:
        """Remove what the report pages load, and nothing else that is in its folder."""
        path = self._inside(f"{folder}/{REPORT_FOLDER}/x")
        if path is None:
            return
        with suppress(FileNotFoundError, NotADirectoryError):
            for name in os.listdir(os.path.join(self.path, os.path.dirname(path))):
                if is_report_file(name):
                    self._remove_file(f"{folder}/{REPORT_FOLDER}/{name}")
        self._remove_folder(f"{folder}/{REPORT_FOLDER}")

    def clear_staging(self, folder: str, keep: str = "") -> None:
        """Remove what a killed run has left in the staging folder of a trace, but one file.

        Raises:
            OutputUnusable: The disk cannot be written.
        """
        with suppress(FileNotFoundError, NotADirectoryError):
            for name in os.listdir(os.path.join(self.path, folder, STAGING_FOLDER)):
                if name != keep:
                    self._remove_file(f"{folder}/{STAGING_FOLDER}/{name}")

    def remove_packs(self, trace: str) -> None:
        """Remove the packs of a trace, and nothing else that is in their folder.

        Raises:
            OutputUnusable: The disk cannot be written.
        """
        inside = self._inside(f"{trace}/{PACKS_FOLDER}/x")
        if inside is None:
            return
        folder = os.path.dirname(inside)
        with suppress(FileNotFoundError, NotADirectoryError):
            for name in os.listdir(os.path.join(self.path, folder)):
                if is_pack(os.path.join(self.path, folder, name)):
                    self._remove_file(f"{folder}/{name}")
        self._remove_folder(folder)
        if trace != ".":
            self._remove_folder(trace)

    def _listed_paths(self, index: str, folder: str, *, unpacking: bool) -> Iterator[str]:
        """The files that a trace's index lists, relative to the output folder; packs aside.

        Args:
            index: The index.
            folder: The trace's folder.
            unpacking: Files that payloads in packs become may be there already.
        """
        try:
            if not stat.S_ISREG(os.lstat(index).st_mode):
                return
        except OSError:
            return
        with suppress(ValueError):  # What is behind a line that no run wrote is nobody's.
            for _, line in iter_lines(index):
                with suppress(msgspec.MsgspecError, ValueError):
                    entry = decode_entry(line)
                    if entry.lazy_loader is None:
                        paths = listed_paths(entry)
                    else:
                        paths = iter(unpacked_paths(entry) if unpacking else ())
                    for path in paths:
                        yield f"{folder}/{path}"

    def _inside(self, relative: str) -> str | None:
        """The path, if it leads to a place inside the folder without passing a link; else None.

        The index may have been edited, or links planted, since the run that made it.
        """
        parts = [part for part in relative.replace("\\", "/").split("/") if part not in ("", ".")]
        if ".." in parts or os.path.isabs(relative) or "\0" in relative or ":" in relative:
            return None
        walked = self.path
        for part in parts[:-1]:
            walked = os.path.join(walked, part)
            try:
                if not stat.S_ISDIR(os.lstat(walked).st_mode):
                    return None
            except OSError:
                return None
        return "/".join(parts) or "."

    def _remove_file(self, relative: str) -> None:
        path = self._inside(relative)
        if path is None:
            return
        try:
            with self._folder_of(path) as folder:
                folder.remove(os.path.basename(path))
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            pass
        except OSError as error:
            # Some systems say "not permitted" of a folder.
            if not os.path.isdir(os.path.join(self.path, path)):
                raise output_error(self.path, error) from error

    def _remove_folder(self, relative: str) -> None:
        """Remove a folder if nothing is in it."""
        path = self._inside(relative)
        if path is not None and path != ".":
            with suppress(OSError), self._folder_of(path) as folder:
                folder.remove_folder(os.path.basename(path))

    def _folder_of(self, relative: str) -> Directory:
        """The folder that holds something, reached through no link."""
        return Directory.below(self.path, os.path.join(self.path, os.path.dirname(relative)))
