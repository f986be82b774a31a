"""Unpacking: a lazy output becomes, byte for byte, what a run without ``lazy`` would have made.

For each trace, in the order of its index, files are made of what is in the packs, and a new index
is written in the staging folder.  It takes the old one's place in one step; packs are removed when
everything else is done.  So whenever it is killed the index tells the truth, nothing is lost, and
doing it again finishes it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from artifact_stream._version import __version__
from artifact_stream.disk.digests import md5_in
from artifact_stream.disk.directories import Directory
from artifact_stream.disk.name_limit import max_name_bytes_below
from artifact_stream.disk.staged_files import output_errors
from artifact_stream.errors import InputUnusable, OutputUnusable, Remedy
from artifact_stream.framing.payloads import JsonText
from artifact_stream.handlers.base import PYTHON, Content
from artifact_stream.index.lines import IndexEntry, decode_entry, lines_of, unpacked_paths
from artifact_stream.json_text import encode_json
from artifact_stream.layout import (
    DIRECTORY_FILE,
    FORMAT_FILE,
    FORMAT_VERSIONS,
    PACKS_FOLDER,
    STAGING_FOLDER,
    SUMMARY_FILE,
    TEXT_SUFFIX,
    UNPACKING_FILE,
    TraceFolder,
)
from artifact_stream.output.counts import (
    MAX_TYPE_CHARS,
    MORE_TYPES,
    TraceCounts,
    TypeCounts,
)
from artifact_stream.output.folder import OutputFolder
from artifact_stream.output.lock import held
from artifact_stream.output.marker import Marker
from artifact_stream.output.packs import PackDamaged, PackReader
from artifact_stream.output.reader import Output
from artifact_stream.output.summary import RunSummary, TraceSummary, read_summary, write_summary
from artifact_stream.pipeline.ordered import OrderedWork
from artifact_stream.pipeline.planning import make_page_task
from artifact_stream.pipeline.processes import workers
from artifact_stream.pipeline.progress import RunProgress
from artifact_stream.rendering.task import Outcome, Rendered, RenderTask
from artifact_stream.report.pages import write_traces_page
from artifact_stream.report.write import write_lists
from artifact_stream.resume.record import read_record
from artifact_stream.urls import is_inside, url_of
from artifact_stream.web.files import ASSETS
from artifact_stream.workers.job import Pool
from artifact_stream.workers.pool import check_jobs
from artifact_stream.writers import ArtifactWriter

_STAGED_INDEX = "new-index"
_MAX_WAITING_LINE = 16 << 10
"""An index line that is longer is published before the next one is read."""


def unpack(out: str, *, jobs: int | None = None, progress: RunProgress | None = None) -> RunSummary:
    """Turn a lazy output into what the same run without ``lazy`` would have written.

    Args:
        out: The output folder of a run with ``lazy``.
        jobs: How many processes do the work, as in `run`.
        progress: Counters to keep up to date: the bytes read are those of packs.

    Returns:
        The new content of ``summary.json``, with the run's times and memory.

    Raises:
        WrongUsage: `jobs` is less than 1.
        OutputUnusable: The folder is no finished lazy output, another command changes it, or it
            cannot be written.
        InputUnusable: A pack is missing or damaged; nothing has been removed.
    """
    check_jobs(jobs)
    progress = progress or RunProgress()
    folder = OutputFolder(out)
    _marker_of(folder)
    with held(out):
        return _unpack(folder, jobs, progress)


def _unpack(folder: OutputFolder, jobs: int | None, progress: RunProgress) -> RunSummary:
    """Unpack a folder that nobody else changes."""
    out = folder.path
    marker = _marker_of(folder)
    if read_record(out) is not None:
        raise OutputUnusable(
            f"{out} holds a run that was interrupted: ", Remedy.RESUME, ", then unpack it."
        )
    output = Output(out, marker)
    summary = _summary_of(output)
    if len(output.traces) < len(marker.traces):
        raise OutputUnusable(f"{out} was edited: its traces are not in folders of its own.")
    for place in output.traces:
        _check_trace(output, place)
    progress.total_bytes = sum(_packs_bytes(output, place) for place in output.traces)
    progress.traces_total = len(marker.traces)
    _unpack_all(folder, output, summary, jobs, progress)
    return summary


def _unpack_all(
    folder: OutputFolder,
    output: Output,
    summary: RunSummary,
    jobs: int | None,
    progress: RunProgress,
) -> None:
    folder.write_assets()
    with workers(jobs, progress) as pool:
        for counted in summary.traces:
            progress.trace = counted.folder
            folder.removal.clear_staging(counted.place, keep=UNPACKING_FILE)
            _TraceUnpacking(output, counted, progress, pool).run()
            progress.traces_done += 1
        # The frames of the packs too.
        progress.read.stored_bytes = progress.total_bytes or 0
    _finish(folder, output, summary)


def _marker_of(folder: OutputFolder) -> Marker:
    marker = folder.marker()
    if marker is None:
        raise OutputUnusable(
            f"{folder.path} was not made by artifact-stream: ", Remedy.LAZY_OUTPUT, "."
        )
    if not marker.lazy:
        raise OutputUnusable(
            f"{folder.path} is no lazy output, so there is nothing to unpack: it has its files."
        )
    if marker.formats.get(f"{PACKS_FOLDER}/") != FORMAT_VERSIONS[f"{PACKS_FOLDER}/"]:
        raise OutputUnusable(
            f"{folder.path} was made by artifact-stream {marker.generator_version}, whose packs "
            "have another format: unpack it with that version."
        )
    return marker


def _summary_of(output: Output) -> RunSummary:
    """What the run did, of each trace in the order of the marker."""
    try:
        summary = read_summary(output.path)
    except (OSError, ValueError) as error:
        raise OutputUnusable(
            f"{output.path} has no usable {SUMMARY_FILE}, because the run that made it did not "
            "finish: ",
            Remedy.START_AGAIN,
            ".",
        ) from error
    if [trace.folder for trace in summary.traces] != output.marker.traces:
        raise OutputUnusable(
            f"{output.path} was edited, since {FORMAT_FILE} and {SUMMARY_FILE} tell of different "
            "traces: ",
            Remedy.START_AGAIN,
            ".",
        )
    return summary


def _check_trace(output: Output, place: TraceFolder) -> None:
    """Make sure, before anything is written, that every file can get its name."""
    root = place.below(output.path)
    longest = max_name_bytes_below(root)
    begun = output.status(place.path(f"{STAGING_FOLDER}/{UNPACKING_FILE}")) is not None
    for _, entry in _index_of(output, place):
        if entry.lazy_loader is None:
            continue
        if not is_inside(entry.name) or "/" in entry.name:
            raise OutputUnusable(
                f"{os.path.join(root, DIRECTORY_FILE)} was edited: {entry.name[:100]!r} is no "
                "file name; ",
                Remedy.START_AGAIN,
                ".",
            )
        for path in () if begun else unpacked_paths(entry, longest):
            if output.status(place.path(path)) is not None:
                raise OutputUnusable(
                    f"{os.path.join(root, path)} is in the way and was not made by this run: move "
                    "it elsewhere, then unpack again."
                )


def _index_of(output: Output, place: TraceFolder) -> Iterator[tuple[bytes, IndexEntry]]:
    """The lines of a trace's index; one that is torn at its end is left out."""
    path = place.path(DIRECTORY_FILE)
    try:
        with output.open(path) as index:
            for _, line in lines_of(index):
                yield line, decode_entry(line)
    except (OSError, ValueError) as error:
        raise OutputUnusable(
            f"{os.path.join(output.path, path)} cannot be read ({error}): ",
            Remedy.START_AGAIN,
            ".",
        ) from error


def _packs_bytes(output: Output, place: TraceFolder) -> int:
    try:
        with Directory.reached(output.path, [*place.names, PACKS_FOLDER]) as packs:
            return sum(found.st_size for _, found in packs.entries())
    except OSError:
        return 0


def _finish(folder: OutputFolder, output: Output, summary: RunSummary) -> None:
    """Write what tells of the whole run, then remove the packs."""
    _add_written(summary)
    summary.options = msgspec.structs.replace(summary.options, lazy=False)
    if not output.is_single:
        write_traces_page(folder.path, summary)
    write_summary(folder.path, summary)
    if hasattr(os, "sync"):
        os.sync()  # What the packs hold must be on the disk before they go.
    for place in output.traces:
        folder.removal.remove_packs(place)
    marker = output.marker
    old_assets = [name for name in marker.assets if name not in ASSETS]
    folder.mark(
        msgspec.structs.replace(
            marker,
            generator_version=__version__,
            formats=FORMAT_VERSIONS,
            assets=[*ASSETS, *old_assets],
            lazy=False,
        )
    )


def _clear_written(counts: TraceCounts) -> None:
    """Forget how much was written; what was read and became of it stays."""
    counts.files = counts.written_bytes = 0
    for by_type in counts.by_type.values():
        by_type.written_bytes = 0


def _count_written(counts: TraceCounts, entry_type: str, written_bytes: int) -> None:
    """Count bytes of a type, under the name under which the run has counted it."""
    name = entry_type[:MAX_TYPE_CHARS]
    by_type = counts.by_type
    counted = by_type.get(name) or by_type.setdefault(MORE_TYPES, TypeCounts())
    counted.written_bytes += written_bytes


def _add_written(summary: RunSummary) -> None:
    """Make the counts of the run the sum of those of its traces again."""
    _clear_written(summary.counts)
    for trace in summary.traces:
        summary.counts.files += trace.counts.files
        summary.counts.written_bytes += trace.counts.written_bytes
        for name, by_type in trace.counts.by_type.items():
            _count_written(summary.counts, name, by_type.written_bytes)


class _Line(msgspec.Struct):
    """A line of the old index that is one of the new one, too.

    Attributes:
        entry: What it says.
        text: The line.
    """

    entry: IndexEntry
    text: bytes


class _Unpacked(msgspec.Struct):
    """An entry of which a file is made.

    Attributes:
        entry: What the old index says of it.
        task: How the file is made of its payload.
    """

    entry: IndexEntry
    task: RenderTask


class _TraceUnpacking:
    """Unpacks one trace.

    Memory: what `OrderedWork` holds.

    Args:
        output: The output.
        trace: What became of the trace; what was written is counted again.
        progress: Counters to keep up to date.
        pool: Workers; None to do all in this process.
    """

    def __init__(
        self, output: Output, trace: TraceSummary, progress: RunProgress, pool: Pool | None
    ) -> None:
        self._trace = trace
        self._progress = progress
        self._output = output
        self._writer = ArtifactWriter(output.path, trace.place)
        self._root = self._writer.root
        self._packs = PackReader(output.opener(trace.place))
        self._work: OrderedWork[_Line, _Unpacked] = OrderedWork(
            pool, self._writer.staging, self._publish, self._publish_unpacked
        )
        if pool is not None:
            pool.work_in(output.path, trace.place.staging)
        self._tasks = 0
        self._index: BinaryIO

    def run(self) -> None:
        """Make the files, the new index, and what is made of that.

        Raises:
            OutputUnusable: The disk cannot be written.
            InputUnusable: A pack is missing or damaged.
        """
        staging = self._writer.staging
        _clear_written(self._trace.counts)
        with output_errors(self._root):
            if not staging.holds(UNPACKING_FILE):
                os.close(staging.create(UNPACKING_FILE))
            with os.fdopen(staging.create(_STAGED_INDEX), "wb") as self._index:
                try:
                    self._read()
                finally:
                    self._packs.close()
                self._work.finish()
            staging.move(_STAGED_INDEX, self._writer.root_folder, DIRECTORY_FILE)
            staging.remove(UNPACKING_FILE)
        write_lists(self._root, self._writer.staging_folder, self._trace)
        self._writer.close()

    def _read(self) -> None:
        for text, entry in _index_of(self._output, self._trace.place):
            self._progress.entries_taken += 1
            if entry.lazy_loader is None:
                self._work.add(_Line(entry, text))
            else:
                task = self._task(entry)
                self._work.submit(_Unpacked(entry, task), task, None)
            if len(text) > _MAX_WAITING_LINE:
                self._work.finish()

    def _task(self, entry: IndexEntry) -> RenderTask:
        try:
            payload = JsonText(self._packs.read(entry.url))
        except PackDamaged as error:
            raise self._damaged(entry, str(error)) from error
        self._progress.read.stored_bytes += len(payload.text) + 2
        self._tasks += 1
        # Where the index has it, the file's digest is made of it again.
        md5 = md5_in(entry.digest) if isinstance(entry.digest, str) else None
        is_page = entry.name.endswith(Content.CODE_PAGE.value)
        task = RenderTask(self._tasks, Content.CODE_PAGE if is_page else Content.TEXT, payload, md5)
        if is_page:
            stem = entry.name.removesuffix(Content.CODE_PAGE.value)
            assets_url = f"../{self._trace.place.assets_url}"
            language = entry.language if isinstance(entry.language, str) else PYTHON
            make_page_task(task, stem, entry.compile_id, entry.type, assets_url, language=language)
        return task

    def _publish_unpacked(self, unpacked: _Unpacked, rendered: Rendered) -> None:
        entry = unpacked.entry
        self._keep(entry, unpacked.task, rendered)
        self._publish(_Line(entry, encode_json(entry) + b"\n"))

    def _publish(self, line: _Line) -> None:
        entry = line.entry
        self._index.write(line.text)
        if entry.bytes is not None:
            counts, written_bytes = self._trace.counts, entry.bytes
            counts.files += 1
            if isinstance(entry.text_bytes, int):
                counts.files += 1
                written_bytes += entry.text_bytes
            counts.written_bytes += written_bytes
            _count_written(counts, entry.type, written_bytes)

    def _keep(self, entry: IndexEntry, task: RenderTask, rendered: Rendered) -> None:
        """Give a rendered file its name and make the index line that of a file."""
        if rendered.outcome is not Outcome.STAGED:
            raise self._damaged(entry, rendered.message.rstrip("."))
        if entry.digest != (rendered.text_digest or rendered.digest):
            raise self._damaged(entry, "its payload is not the one that was logged")
        path, *text_paths = unpacked_paths(entry, self._writer.max_name_bytes)
        files = [(task.staged_text_name, text_path) for text_path in text_paths]
        self._writer.publish([*files, (task.staged_name, path)])
        entry.lazy_loader, entry.url = None, url_of(path)
        entry.bytes, entry.digest = rendered.bytes, rendered.digest
        if rendered.text_digest is not None:
            stem = path.removesuffix(Content.CODE_PAGE.value)
            entry.text_url, entry.text_bytes = url_of(stem + TEXT_SUFFIX), rendered.text_bytes
            entry.text_digest = rendered.text_digest

    def _damaged(self, entry: IndexEntry, reason: str) -> InputUnusable:
        return InputUnusable(
            f"{self._root} cannot be unpacked at {entry.url[:200]}: {reason}; no pack was "
            "removed, ",
            Remedy.LAZY_AGAIN,
            ".",
        )
