"""An output in one zip file, to be attached to a bug report, with or without names of people.

Only what a run has made is in it: what the index lists, and the run's own files.  The same
output gives the same zip, byte for byte.  Memory does not grow with the output.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from typing import BinaryIO

from artifact_stream.disk.directories import open_inside
from artifact_stream.disk.external_sort import LineSorter
from artifact_stream.errors import Argument, OutputUnusable, Remedy, WrongUsage
from artifact_stream.index.by_compile_id import GroupedDirectory, compile_directory_chunks
from artifact_stream.layout import (
    ASSETS_FOLDER,
    COMPILE_DIRECTORY_FILE,
    DIRECTORY_FILE,
    INDEX_PAGE,
    PART_SUFFIX,
    PROBLEMS_FILE,
    REPORT_FOLDER,
    STAGING_FOLDER,
    SUMMARY_FILE,
)
from artifact_stream.output.inventory import (
    BrokenLine,
    index_lines,
    joined,
    listed_files,
    own_files,
    trace_folders,
)
from artifact_stream.output.marker import Marker, require_marker
from artifact_stream.output.summary import MAX_SUMMARY_BYTES, read_summary_text
from artifact_stream.report.pages import write_trace_report, write_traces_page
from artifact_stream.report.parts.worth import GRAPH_BREAK, RECOMPILE
from artifact_stream.tools.zip.redacted_index import (
    ChangedFiles,
    Measured,
    RedactedIndex,
    read_summary,
    redacted_path,
)
from artifact_stream.tools.zip.redacted_packs import redacted_pack
from artifact_stream.tools.zip.redaction import Redactor
from artifact_stream.tools.zip.zip_writer import ZipWriter
from artifact_stream.urls import path_of_url

_READ_BYTES = 256 << 10


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
        overwrite: Replace a zip file of that name.

    Raises:
        OutputUnusable: The folder is no output of a run or cannot be read, or the zip cannot be
            written.
        WrongUsage: There is a file of that name, which may not be overwritten.
    """
    marker = require_marker(out)
    _check_target(zip_path, overwrite=overwrite)
    temporary = f"{zip_path}{PART_SUFFIX}"
    try:
        with suppress(FileNotFoundError):
            os.unlink(temporary)
        report = _write_zip(out, marker, temporary, redact=redact)
        _check_target(zip_path, overwrite=overwrite)
        os.replace(temporary, zip_path)
    except OSError as error:
        raise OutputUnusable(
            f"{zip_path} cannot be made of {out} ({error.strerror or error}): check space and "
            "permissions."
        ) from error
    finally:
        with suppress(OSError):
            os.unlink(temporary)
    return report


def _check_target(zip_path: str, *, overwrite: bool) -> None:
    if not os.path.lexists(zip_path):
        return
    if not overwrite:
        raise WrongUsage(f"{zip_path} exists: ", Remedy.OTHER_FILE, ", or ", Remedy.REPLACE, " it.")
    if not os.path.isfile(zip_path) or not _is_zip(zip_path):
        raise WrongUsage(
            f"{zip_path} exists and is not a zip file, so ",
            Argument("overwrite"),
            " leaves it alone: ",
            Remedy.OTHER_FILE,
            ".",
        )


def _is_zip(path: str) -> bool:
    with open(path, "rb") as file:
        return file.read(4) in (b"PK\3\4", b"PK\5\6")


def _write_zip(out: str, marker: Marker, temporary: str, *, redact: bool) -> ZipReport:
    report = ZipReport()
    folder = os.path.dirname(os.path.abspath(temporary))
    with (
        open(temporary, "xb") as file,
        tempfile.TemporaryDirectory(prefix=f"{STAGING_FOLDER}-", dir=folder) as scratch,
        ZipWriter(file, scratch) as archive,
    ):
        zipper_class = _RedactingZipper if redact else _Zipper
        zipper_class(out, marker, archive, scratch, report).write()
        archive.close()
        file.flush()
        report.zip_bytes = os.fstat(file.fileno()).st_size
    return report


class _Zipper:
    """Adds the files of an output to a zip as they are."""

    def __init__(
        self, out: str, marker: Marker, archive: ZipWriter, scratch: str, report: ZipReport
    ) -> None:
        self._out = out
        self._marker = marker
        self._archive = archive
        self._scratch = scratch
        self._report = report

    def write(self) -> None:
        """Add all files, those that the index lists first, each kind in order of its paths."""
        for path in self._listed_paths():
            self._add_file(path, self._add_listed)
        for path in sorted(
            own_files(self._out, self._marker), key=lambda path: (path == SUMMARY_FILE, path)
        ):
            self._add_file(path, self._add_own)

    def _listed_paths(self) -> Iterator[str]:
        """The paths of all listed files, in order, each once."""
        own = frozenset(own_files(self._out, self._marker))
        sorter = LineSorter(self._scratch)
        try:
            for folder in trace_folders(self._marker):
                for _, entry, _ in index_lines(self._out, folder):
                    for listed in () if isinstance(entry, BrokenLine) else listed_files(entry):
                        path = path_of_url(listed.url)
                        if path is None or "\n" in path:
                            self._report.left_out += 1
                        elif joined(folder, path) not in own:
                            sorter.add(joined(folder, path).encode("utf-8", "surrogateescape"))
            for path_bytes, _ in groupby(sorter.sorted_lines()):
                yield path_bytes.decode("utf-8", "surrogateescape")
        finally:
            sorter.close()

    def _add_file(self, path: str, add: Callable[[str, BinaryIO], None]) -> None:
        try:
            file = open_inside(self._out, path)
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
        self._changed = ChangedFiles(self._scratch)
        self._remade = os.path.join(self._scratch, "remade")
        os.mkdir(self._remade)
        try:
            self._index = RedactedIndex(
                self._out, self._redactor, self._changed, self._read_summary()
            )
            self._has_summary = self._index.has_summary
            super().write()
            self._report.left_out += self._index.broken_lines
            self._report.replacements = self._redactor.replacements
            self._report.names = self._redactor.names
        finally:
            self._redactor.close()
            self._changed.close()

    def _read_summary(self) -> dict[str, object] | None:
        try:
            with open_inside(self._out, SUMMARY_FILE) as file:
                return read_summary(file.read(MAX_SUMMARY_BYTES))
        except OSError:
            return None

    def _add_listed(self, path: str, file: BinaryIO) -> None:
        pack_lines = redacted_pack(path, file, self._redactor, self._changed)
        if pack_lines is not None:
            self._add_redacted(path, pack_lines, sum(map(len, pack_lines)))
            return
        before = self._redactor.replacements
        chunks = self._redactor.redact_chunks(_chunks(file))
        if os.path.basename(path).startswith((GRAPH_BREAK, RECOMPILE)):
            chunks = self._kept(path, chunks)
        measured = Measured(chunks)
        self._add_redacted(path, measured, os.fstat(file.fileno()).st_size)
        if self._redactor.replacements != before:
            self._changed.add(path, measured.size, measured.digest())

    def _add_own(self, path: str, file: BinaryIO) -> None:
        folder, _, name = path.rpartition("/")
        folder = folder or "."
        size = os.fstat(file.fileno()).st_size
        if folder == ASSETS_FOLDER:
            self._add_member(path, _chunks(file), size)
        elif name == DIRECTORY_FILE:
            with tempfile.TemporaryDirectory(dir=self._scratch) as scratch:
                self._add_index(folder, scratch)
        elif name == SUMMARY_FILE:
            text = self._index.summary()
            if text is None:
                self._report.left_out += 1
            else:
                self._add_member(path, (text,), len(text))
                if self._has_summary:
                    self._add_reports(text)
        elif self._is_remade(path):
            pass
        elif name != COMPILE_DIRECTORY_FILE:
            measured = Measured(self._redactor.redact_chunks(_chunks(file)))
            self._add_redacted(path, measured, size)
            if name == PROBLEMS_FILE:
                self._index.note_index(folder, name, measured)
                file.seek(0)
                for _ in self._kept(path, self._redactor.redact_chunks(_chunks(file))):
                    pass

    def _add_index(self, folder: str, scratch: str) -> None:
        """Add a trace's ``directory.jsonl``, and the ``compile_directory.json`` made of it."""
        directory = os.path.join(scratch, DIRECTORY_FILE)
        with open(directory, "wb") as redacted:
            redacted.writelines(
                self._kept(joined(folder, DIRECTORY_FILE), self._index.directory_lines(folder))
            )
        with open(directory, "rb") as redacted:
            size = os.fstat(redacted.fileno()).st_size
            measured = Measured(_chunks(redacted))
            self._add_redacted(joined(folder, DIRECTORY_FILE), measured, size)
            self._index.note_index(folder, DIRECTORY_FILE, measured)
        if not os.path.lexists(os.path.join(self._out, folder, COMPILE_DIRECTORY_FILE)):
            return  # The run was killed before it was made.
        with GroupedDirectory(directory, scratch) as grouped:
            chunks = compile_directory_chunks(grouped.groups())
            self._add_redacted(joined(folder, COMPILE_DIRECTORY_FILE), chunks, size)

    def _kept(self, path: str, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Chunks of a file that the report is made of, which are kept until that is done."""
        copy = os.path.join(self._remade, redacted_path(path, self._redactor))
        os.makedirs(os.path.dirname(copy), exist_ok=True)
        with open(copy, "wb") as file:
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
        known = {redacted_path(name, self._redactor) for name in trace_folders(self._marker)}
        for trace in summary.traces:
            if trace.folder not in known:
                continue  # An edited summary leads nowhere outside.
            index = os.path.join(root, trace.folder, DIRECTORY_FILE)
            if not os.path.exists(index):
                continue
            with (
                tempfile.TemporaryDirectory(dir=self._scratch) as scratch,
                GroupedDirectory(index, scratch) as grouped,
            ):
                folder = os.path.normpath(os.path.join(root, trace.folder))
                write_trace_report(folder, trace, grouped.groups_by_kind())
        if self._marker.traces != ["."]:
            write_traces_page(root, summary)
        for path in sorted(set(_files_below(root)) - before):
            with open(os.path.join(root, path), "rb") as file:
                self._add_member(path, _chunks(file), os.fstat(file.fileno()).st_size)

    def _add_redacted(self, path: str, chunks: Iterable[bytes], expected_bytes: int) -> None:
        self._add_member(redacted_path(path, self._redactor), chunks, expected_bytes)


def _files_below(root: str) -> Iterator[str]:
    for folder, _, names in os.walk(root):
        for name in names:
            yield os.path.relpath(os.path.join(folder, name), root).replace(os.sep, "/")


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(_READ_BYTES):
        yield chunk
