"""An output in one zip file, to be attached to a bug report, with or without names of people.

Only what a run has made is in it: what the index lists, and the run's own files.  The same
output gives the same zip, byte for byte.  Memory does not grow with the output.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import BinaryIO

from artifact_stream.disk.directories import Directory, open_inside
from artifact_stream.disk.external_sort import LineSorter
from artifact_stream.disk.scratch import scratch_folder, scratch_folder_beside
from artifact_stream.disk.staged_files import WholeFile
from artifact_stream.errors import Argument, OutputUnusable, Remedy, WrongUsage
from artifact_stream.index.by_compile_id import GroupedDirectory, compile_directory_chunks
from artifact_stream.index.lines import listed_files
from artifact_stream.layout import (
    ASSETS_FOLDER,
    COMPILE_DIRECTORY_FILE,
    DIGESTED_FILES,
    DIRECTORY_FILE,
    FORMAT_FILE,
    INDEX_PAGE,
    REPORT_FOLDER,
    ROOT,
    STAGING_FOLDER,
    SUMMARY_FILE,
    TraceFolder,
    name_of,
)
from artifact_stream.output.lock import ChangeWatch, check_not_being_changed
from artifact_stream.output.reader import Output, open_output
from artifact_stream.output.summary import MAX_SUMMARY_BYTES, read_summary_text
from artifact_stream.report.pages import write_trace_report, write_traces_page
from artifact_stream.tools.zip.redacted_index import (
    ChangedFiles,
    Measured,
    RedactedIndex,
    read_summary,
)
from artifact_stream.tools.zip.redacted_names import RedactedNames, redacted_marker, with_link
from artifact_stream.tools.zip.redacted_packs import redacted_pack
from artifact_stream.tools.zip.redaction import Redactor
from artifact_stream.tools.zip.zip_writer import ZipWriter, is_ours
from artifact_stream.urls import path_of_url

_READ_BYTES = 256 << 10
_MAX_DEPTH = 16
"""Of folders in what is made for the zip; a run makes three levels."""


@dataclass(slots=True)
class ZipReport:
    """What a zip file has become.

    Attributes:
        files: How many files.
        content_bytes: How long they are.
        zip_bytes: How long the zip is.
        left_out: Files that belong to the output and are not there, or are links, and lines of an
            index that are not entries.
        replacements: How many places have been redacted.
        names: How many different names were in them.
    """

    files: int = 0
    content_bytes: int = 0
    zip_bytes: int = 0
    left_out: int = 0
    replacements: int = 0
    names: int = 0


def zip_output(
    out: str, zip_path: str, *, redact: bool = False, overwrite: bool = False
) -> ZipReport:
    """Make a zip file of an output folder; the file appears when it is complete.

    Args:
        out: The folder, which a run has made.
        zip_path: The zip file to make.
        redact: Replace names of people, see `artifact_stream.tools.zip.redaction`.
        overwrite: Replace a zip file of that name that this function has made.

    Raises:
        OutputUnusable: The folder is no output of a run, cannot be read or is being changed by
            another command, or the zip cannot be written.
        WrongUsage: There is a file of that name, which may not be overwritten.
    """
    output = open_output(out)
    check_not_being_changed(out)
    watch = ChangeWatch(out)
    _check_target(zip_path, overwrite=overwrite)
    report = ZipReport()
    try:
        folder, name = os.path.split(os.path.abspath(zip_path))
        with (
            Directory.at(folder) as target,
            scratch_folder_beside(folder, f"{STAGING_FOLDER}-") as scratch,
            WholeFile(scratch, name_of(name), target) as whole,
        ):
            with ZipWriter(whole.file, scratch.path) as archive:
                zipper_class = _RedactingZipper if redact else _Zipper
                zipper_class(output, archive, scratch.path, report).write()
                archive.close()
            report.zip_bytes = whole.file.tell()
            if watch.has_changed():
                raise OutputUnusable(
                    f"{out} was changed by another run or unpack while {zip_path} was made of it: "
                    "make it again once that has ended."
                )
            _check_target(zip_path, overwrite=overwrite)
    except OSError as error:
        raise OutputUnusable(
            f"{zip_path} cannot be made of {out} ({error.strerror or error}): check space and "
            "permissions."
        ) from error
    return report


def _check_target(zip_path: str, *, overwrite: bool) -> None:
    if not os.path.lexists(zip_path):
        return
    if not overwrite:
        raise WrongUsage(f"{zip_path} exists: ", Remedy.OTHER_FILE, ", or ", Remedy.REPLACE, " it.")
    if not os.path.isfile(zip_path) or not _is_ours(zip_path):
        raise WrongUsage(
            f"{zip_path} exists and is no zip file that artifact-stream has made, so ",
            Argument("overwrite"),
            " leaves it alone: ",
            Remedy.OTHER_FILE,
            ".",
        )


def _is_ours(path: str) -> bool:
    with open(path, "rb") as file:
        return is_ours(file)


class _Zipper:
    """Adds the files of an output to a zip as they are."""

    def __init__(self, output: Output, archive: ZipWriter, scratch: str, report: ZipReport) -> None:
        self._output = output
        self._archive = archive
        self._scratch = scratch
        self._report = report

    def write(self) -> None:
        """Add all files, those that the index lists first, each kind in order of its paths."""
        for path in self._listed_paths():
            self._add_file(path, self._add_listed)
        own = self._output.own_files()
        for path in sorted(own, key=lambda path: (path == SUMMARY_FILE, path)):
            self._add_file(path, self._add_own)

    def _listed_paths(self) -> Iterator[str]:
        """The paths of all listed files, in order, each once."""
        own = frozenset(self._output.own_files())
        sorter = LineSorter(self._scratch)
        try:
            for folder in self._output.traces:
                for entry in self._output.entries(folder):
                    for listed in listed_files(entry):
                        path = path_of_url(listed.url)
                        if path is None or "\n" in path:
                            self._report.left_out += 1
                        elif folder.path(path) not in own:
                            sorter.add(folder.path(path).encode("utf-8", "surrogateescape"))
            for path_bytes, _ in groupby(sorter.sorted_lines()):
                yield path_bytes.decode("utf-8", "surrogateescape")
        finally:
            sorter.close()

    def _add_file(self, path: str, add: Callable[[str, BinaryIO], None]) -> None:
        try:
            file = self._output.open(path)
        except OSError:
            self._report.left_out += 1
            return
        with file:
            add(path, file)

    def _add_listed(self, path: str, file: BinaryIO) -> None:
        self._add_member(path, _chunks(file), os.fstat(file.fileno()).st_size)

    def _add_own(self, path: str, file: BinaryIO) -> None:
        self._add_listed(path, file)

    def _add_member(self, path: str, chunks: Iterable[bytes], expected_bytes: int) -> None:
        self._report.content_bytes += self._archive.add(path, chunks, expected_bytes)
        self._report.files += 1


class _RedactingZipper(_Zipper):
    """Adds the files of an output to a zip without names of people."""

    def write(self) -> None:
        """See `_Zipper.write`; the index comes last, when it is known what files have become."""
        self._redactor = Redactor(self._scratch)
        self._names = RedactedNames(self._redactor, self._scratch)
        self._changed = ChangedFiles(self._scratch)
        self._remade = os.path.join(self._scratch, "remade")
        Directory.made_at(self._remade).close()
        try:
            self._index = RedactedIndex(
                self._output, self._redactor, self._names, self._changed, self._read_summary()
            )
            self._has_summary = self._index.has_summary
            super().write()
            self._report.left_out += self._index.broken_lines
            self._report.replacements = self._redactor.replacements
            self._report.names = self._redactor.names
        finally:
            self._redactor.close()
            self._names.close()
            self._changed.close()

    def _read_summary(self) -> dict[str, object] | None:
        try:
            with self._output.open(SUMMARY_FILE) as file:
                return read_summary(file.read(MAX_SUMMARY_BYTES))
        except OSError:
            return None

    def _add_listed(self, path: str, file: BinaryIO) -> None:
        pack_lines = redacted_pack(path, file, self._redactor, self._changed)
        if pack_lines is not None:
            self._add_redacted(path, pack_lines, sum(map(len, pack_lines)))
            return
        link = self._names.text_link(path)
        before = self._redactor.replacements
        chunks = self._redactor.redact_chunks(_chunks(file))
        measured = Measured(with_link(chunks, link))
        self._add_redacted(path, measured, os.fstat(file.fileno()).st_size)
        if self._redactor.replacements != before or link is not None:
            self._changed.add(path, measured.size, measured.digest())

    def _add_own(self, path: str, file: BinaryIO) -> None:
        folder_name, _, name = path.rpartition("/")
        folder = TraceFolder(folder_name) if folder_name else ROOT
        size = os.fstat(file.fileno()).st_size
        if folder_name == ASSETS_FOLDER:
            self._add_member(path, _chunks(file), size)
        elif name == DIRECTORY_FILE:
            with scratch_folder(self._scratch) as scratch:
                self._add_index(folder, scratch)
        elif name == SUMMARY_FILE:
            text = self._index.summary()
            if text is None:
                self._report.left_out += 1
            else:
                self._add_member(path, (text,), len(text))
                if self._has_summary:
                    self._add_reports(text)
        elif path == FORMAT_FILE:
            redacted = self._redactor.redact(file.read(size))
            text = redacted_marker(self._output.marker.traces, redacted, self._names)
            self._add_redacted(path, (text,), len(text))
        elif name != COMPILE_DIRECTORY_FILE and not self._is_remade(path):
            measured = Measured(self._redactor.redact_chunks(_chunks(file)))
            self._add_redacted(path, measured, size)
            if name in DIGESTED_FILES:
                self._index.note_index(folder, name, measured)
                file.seek(0)
                for _ in self._kept(path, self._redactor.redact_chunks(_chunks(file))):
                    pass

    def _add_index(self, folder: TraceFolder, scratch: str) -> None:
        """Add a trace's ``directory.jsonl``, and the ``compile_directory.json`` made of it."""
        directory = os.path.join(scratch, DIRECTORY_FILE)
        path = folder.path(DIRECTORY_FILE)
        with Directory.at(scratch) as made, made.new_file(DIRECTORY_FILE) as redacted:
            redacted.writelines(self._kept(path, self._index.directory_lines(folder)))
        with open_inside(scratch, DIRECTORY_FILE) as redacted:
            size = os.fstat(redacted.fileno()).st_size
            measured = Measured(_chunks(redacted))
            self._add_redacted(path, measured, size)
            self._index.note_index(folder, DIRECTORY_FILE, measured)
        if self._output.status(folder.path(COMPILE_DIRECTORY_FILE)) is None:
            return  # The run was killed before it was made.
        with GroupedDirectory(directory, scratch) as grouped:
            chunks = compile_directory_chunks(grouped.groups())
            self._add_redacted(folder.path(COMPILE_DIRECTORY_FILE), chunks, size)

    def _kept(self, path: str, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Chunks of a file that the report is made of, which are kept until that is done."""
        *folders, name = self._names.path(path).split("/")
        with (
            Directory.reached(self._remade, folders, made=True) as folder,
            folder.new_file(name) as file,
        ):
            for chunk in chunks:
                file.write(chunk)
                yield chunk

    def _is_remade(self, path: str) -> bool:
        """True for what a report consists of: it has sizes and totals of the redacted files."""
        folder, _, name = path.rpartition("/")
        return self._has_summary and (
            name == INDEX_PAGE or folder.rpartition("/")[2] == REPORT_FOLDER
        )

    def _add_reports(self, summary_text: bytes) -> None:
        """Make the report pages of the redacted output, and add them."""
        summary = read_summary_text(summary_text)
        root = self._remade
        before = frozenset(_files_below(root))
        known = {self._names.path(folder.name) for folder in self._output.traces}
        for trace in summary.traces:
            if trace.folder not in known:
                continue  # An edited summary leads nowhere outside.
            folder = trace.place.below(root)
            if trace.place.path(DIRECTORY_FILE) not in before:
                continue
            with (
                scratch_folder(self._scratch) as scratch,
                GroupedDirectory(os.path.join(folder, DIRECTORY_FILE), scratch) as grouped,
            ):
                write_trace_report(folder, trace, grouped.groups_by_kind())
        if not self._output.is_single:
            write_traces_page(root, summary)
        for path in sorted(set(_files_below(root)) - before):
            with open_inside(root, path) as file:
                self._add_member(path, _chunks(file), os.fstat(file.fileno()).st_size)

    def _add_redacted(self, path: str, chunks: Iterable[bytes], expected_bytes: int) -> None:
        self._add_member(self._names.path(path), chunks, expected_bytes)


def _files_below(root: str) -> Iterator[str]:
    with Directory.at(root) as folder:
        for path, _ in folder.files_below(_MAX_DEPTH):
            yield path


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(_READ_BYTES):
        yield chunk
