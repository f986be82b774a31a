"""Removing from an output folder what a run has made, and nothing else.

The index may have been edited, and links planted, since that run: what it lists is removed if it
lies below the folder and is reached through no link; whatever else is there stays.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress

from artifact_stream.disk.directories import Directory, names_inside, open_inside, status_inside
from artifact_stream.disk.name_limit import max_name_bytes_below
from artifact_stream.disk.staged_files import output_errors
from artifact_stream.index.lines import (
    BrokenLine,
    listed_paths,
    numbered_lines,
    unpacked_paths,
)
from artifact_stream.layout import (
    ASSETS_FOLDER,
    CLEARING_FILE,
    COMPILE_DIRECTORY_FILE,
    COMPILE_IDS_FILE,
    DIRECTORY_FILE,
    DISCARDED_PREFIX,
    DUMP_FILE_FOLDER,
    FINDINGS_FILE,
    FORMAT_FILE,
    INDEX_PAGE,
    OWN_NAMES,
    PACKS_FOLDER,
    PART_SUFFIX,
    REPORT_FOLDER,
    ROOT,
    RUN_FILE,
    STAGING_FOLDER,
    SUMMARY_FILE,
    UNPACKING_FILE,
    TraceFolder,
    is_report_file,
)
from artifact_stream.output.marker import Marker, folders_in
from artifact_stream.output.packs import is_pack
from artifact_stream.output.pending import pending_paths
from artifact_stream.urls import is_inside

_OWN_FOLDERS = {ASSETS_FOLDER, STAGING_FOLDER, PACKS_FOLDER, REPORT_FOLDER, DUMP_FILE_FOLDER}


class Removal:
    """Removes what a run has made.

    Args:
        out: The output folder.

    Raises:
        OutputUnusable: In all methods: the disk cannot be read or written.
    """

    def __init__(self, out: str) -> None:
        self._out = out

    def remove_run(self, marker: Marker) -> None:
        """Remove all that a run has made but its marker.

        Args:
            marker: That; it stays until another takes its place, so that the folder is ours
                whenever we are killed.
        """
        with (
            output_errors(self._out),
            Directory.reached(self._out, ROOT.staging, made=True) as staging,
        ):
            os.close(staging.create_fresh(CLEARING_FILE))
        # First what says that there is something to resume, or nothing left to do.
        self._remove_file(f"{STAGING_FOLDER}/{RUN_FILE}")
        self._remove_file(SUMMARY_FILE)
        for folder in folders_in(marker):
            self._remove_trace(folder)
            if marker.lazy:
                self.remove_packs(folder)
        for name in marker.assets:
            self._remove_own(f"{ASSETS_FOLDER}/{name}")
        self._remove_folder([ASSETS_FOLDER])
        self._remove_report(ROOT)
        for name in (FINDINGS_FILE, INDEX_PAGE, SUMMARY_FILE):
            self._remove_own(name)
        self.remove_staging(ROOT)

    def is_under_way(self) -> bool:
        """True if `remove_run` was begun there and was killed before its end."""
        return self._holds(ROOT.staging, CLEARING_FILE)

    def finds(self, marker: Marker, paths: Collection[str]) -> str | None:
        """One of some paths that `remove_run` may remove, if any; nothing is removed.

        Args:
            marker: As for `remove_run`.
            paths: Relative to the output folder, with ``/``.
        """
        if not paths:
            return None
        for path in paths:
            *folders, name = path.split("/")
            if name.removesuffix(PART_SUFFIX) in OWN_NAMES or _OWN_FOLDERS.intersection(folders):
                return path
        for folder in folders_in(marker):
            index = folder.path(DIRECTORY_FILE)
            for listed in self._listed_paths(index, unpacking=True):
                if folder.path(listed) in paths:
                    return folder.path(listed)
            for left in self._left_paths(folder):
                if folder.path(left) in paths:
                    return folder.path(left)
        return None

    def remove_lists(self, folder: TraceFolder) -> None:
        """Remove what is made of the index of a trace, or of those of all: it is made again.

        Args:
            folder: The trace's, or the output folder.
        """
        for name in (INDEX_PAGE, COMPILE_DIRECTORY_FILE, COMPILE_IDS_FILE, FINDINGS_FILE):
            self._remove_own(folder.path(name))
        self._remove_report(folder)

    def remove_staging(self, folder: TraceFolder) -> None:
        """Remove the staging folder of a trace that is complete."""
        self.clear_staging(folder)
        self._remove_folder(folder.staging)

    def clear_staging(self, folder: TraceFolder, keep: str = "") -> None:
        """Remove what a killed run has left in the staging folder of a trace, but one file."""
        self._remove_from(folder.staging, lambda _, name: name != keep)

    def remove_packs(self, folder: TraceFolder) -> None:
        """Remove the packs of a trace, and nothing else that is in their folder."""
        names = [*folder.names, PACKS_FOLDER]
        self._remove_from(names, is_pack)
        self._remove_folder(names)
        self._remove_folders(folder.names)

    def _remove_trace(self, folder: TraceFolder) -> None:
        """Remove what the index of one trace lists, then the run's own files."""
        unpacking = self._holds(folder.staging, UNPACKING_FILE)
        index = folder.path(DIRECTORY_FILE)
        for path in self._listed_paths(index, unpacking=unpacking):
            self._remove_file(folder.path(path))
        for path in self._left_paths(folder):
            self._remove_file(folder.path(path))
            self._remove_folder_of(folder.path(path))
        self.clear_staging(folder, keep=CLEARING_FILE)
        self._remove_folder(folder.staging)
        for path in self._listed_paths(index, unpacking=unpacking):
            self._remove_folder_of(folder.path(path))
        self._remove_report(folder)
        for name in OWN_NAMES - _OWN_FOLDERS - {FORMAT_FILE}:
            self._remove_own(folder.path(name))
        self._remove_folders(folder.names)

    def _left_paths(self, folder: TraceFolder) -> Iterator[str]:
        """What was made before a kill and the index of a trace does not list."""
        staging = TraceFolder("/".join(folder.staging))
        with output_errors(self._out):
            names = names_inside(self._out, folder.staging)
        for name in names:
            if name.startswith(DISCARDED_PREFIX):
                yield from self._listed_paths(staging.path(name), unpacking=False)
        with suppress(OSError), Directory.reached(self._out, folder.staging) as opened:
            yield from list(pending_paths(opened))  # Whatever else it is, it names nothing.

    def _listed_paths(self, index: str, *, unpacking: bool) -> Iterator[str]:
        """The files that an index lists, relative to the trace's folder; packs aside.

        What is behind a line that has no end is nobody's.

        Args:
            index: Its path.
            unpacking: Files that payloads in packs become may be there already.
        """
        with output_errors(self._out):
            try:
                file = open_inside(self._out, index)
            except PermissionError:
                raise
            except OSError:
                return
        longest = max_name_bytes_below(self._out) if unpacking else 0
        with file:
            for _, entry, text in numbered_lines(file):
                if not text.endswith(b"\n"):
                    return
                if isinstance(entry, BrokenLine):
                    continue
                if entry.lazy_loader is None:
                    yield from listed_paths(entry)
                elif unpacking:
                    yield from unpacked_paths(entry, longest)

    def _remove_report(self, folder: TraceFolder) -> None:
        """Remove what the report pages load, and nothing else that is in its folder."""
        names = [*folder.names, REPORT_FOLDER]
        self._remove_from(names, lambda _, name: is_report_file(name))
        self._remove_folder(names)

    def _remove_own(self, path: str) -> None:
        """Remove a file of the run's own, complete or not."""
        self._remove_file(f"{path}{PART_SUFFIX}")
        self._remove_file(path)

    def _remove_file(self, path: str) -> None:
        if is_inside(path):
            *folders, name = path.split("/")
            with (
                output_errors(self._out),
                suppress(FileNotFoundError, NotADirectoryError),
                Directory.reached(self._out, folders) as folder,
            ):
                folder.remove_file(name)

    def _remove_from(self, names: Sequence[str], is_ours: Callable[[Directory, str], bool]) -> None:
        """Remove files of a folder, if there is one."""
        with (
            output_errors(self._out),
            suppress(FileNotFoundError, NotADirectoryError),
            Directory.reached(self._out, names) as folder,
        ):
            for name in folder.names():
                if is_ours(folder, name):
                    folder.remove_file(name)

    def _remove_folder_of(self, path: str) -> None:
        """Remove the folder that a file was in, if nothing else is."""
        if is_inside(path):
            self._remove_folder(path.split("/")[:-1])

    def _remove_folder(self, names: Sequence[str]) -> None:
        """Remove a folder if nothing is in it; never the output folder itself."""
        if names:
            *folders, name = names
            with suppress(OSError), Directory.reached(self._out, folders) as folder:
                folder.remove_folder(name)

    def _remove_folders(self, names: Sequence[str]) -> None:
        """Remove a trace's folder and those that lead to it, as far as nothing is in them."""
        for depth in range(len(names), 0, -1):
            self._remove_folder(names[:depth])

    def _holds(self, folders: Sequence[str], name: str) -> bool:
        with output_errors(self._out):
            return status_inside(self._out, "/".join((*folders, name))) is not None


def remove_listed(root: Directory, path: str) -> None:
    """Remove a file that an index line or a note has named, and its folder if that is empty.

    Whatever is no file in a folder of the trace is left alone, and no link is followed.

    Args:
        root: The trace's folder.
        path: Relative to it, with ``/``.

    Raises:
        OSError: It cannot be removed.
    """
    folder_name, _, name = path.partition("/")
    if not is_inside(path) or not name or "/" in name:
        return
    with suppress(FileNotFoundError, NotADirectoryError):
        with root.folder(folder_name) as folder:
            folder.remove_file(name)
        with suppress(OSError):
            root.remove_folder(folder_name)
