"""Comparing a trace's index with what was made of it: the index by compile id, and the summary."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import zip_longest
from typing import BinaryIO

from artifact_stream.disk.digests import same_content
from artifact_stream.disk.directories import Directory
from artifact_stream.index.by_compile_id import GroupedDirectory, compile_directory_chunks
from artifact_stream.index.lines import BrokenLine, IndexEntry, listed_files
from artifact_stream.index.reader import Listed, listed_in
from artifact_stream.json_text import loads
from artifact_stream.layout import (
    COMPILE_DIRECTORY_FILE,
    DIGESTED_FILES,
    MAX_LINE_BYTES,
    PROBLEMS_FILE,
    SUMMARY_FILE,
    TraceFolder,
)
from artifact_stream.output.index_file import IndexFile, measured_index
from artifact_stream.output.reader import Output
from artifact_stream.output.summary import MAX_SUMMARY_BYTES, TraceSummary, read_summary_text
from artifact_stream.tools.verify.finding import Finding
from artifact_stream.urls import url_of

_INDEX, _EXPECTED = "index", "expected"
_MOST_DIFFERENCES = 20
"""So many differences of one file are told: one change may shift all that follows."""


@dataclass(slots=True)
class TraceTotals:
    """What the lines of a trace's index add up to."""

    files: int = 0
    links: int = 0
    written_bytes: int = 0
    broken_lines: int = 0
    last_pack: str = ""

    def add(self, entry: IndexEntry) -> None:
        """Count one line."""
        if entry.is_link:
            self.links += 1
            return
        if entry.lazy_loader is not None:
            # A pack counts once; its payloads follow each other.
            pack = entry.url.partition("#")[0]
            self.files += pack != self.last_pack
            self.last_pack = pack
            self.written_bytes += entry.bytes or 0
            return
        for listed in listed_files(entry):
            self.files += 1
            self.written_bytes += listed.size or 0


class SaidOfTraces:
    """What ``summary.json`` says of each trace, read once: of thousands, reading it takes seconds.

    Args:
        output: The output.

    Attributes:
        is_there: False if there is none that can be read.
        traces: By folder; empty if it is no summary.
    """

    def __init__(self, output: Output) -> None:
        self.is_there = True
        self.traces: dict[TraceFolder, TraceSummary] = {}
        try:
            with output.open(SUMMARY_FILE) as file:
                text = file.read(MAX_SUMMARY_BYTES)
            self.traces = {trace.place: trace for trace in read_summary_text(text).traces}
        except OSError:
            self.is_there = False
        except ValueError:
            pass


def check_trace(
    output: Output,
    folder: TraceFolder,
    totals: TraceTotals,
    said: SaidOfTraces,
    scratch: str,
    *,
    is_same_version: bool,
) -> Iterator[Finding]:
    """Compare a trace's index with the files that a run makes of it or beside it.

    Files that are not there have been told already.

    Args:
        output: The output.
        folder: The trace's folder in it.
        totals: What its index adds up to.
        said: What the summary says.
        scratch: An existing folder for temporary files.
        is_same_version: This version has made it, and would make the same again byte for byte.
    """
    yield from _check_compile_directory(output, folder, scratch, is_same_version=is_same_version)
    problems = yield from _check_problems(output, folder)
    yield from _check_summary(output, folder, totals, said, problems)


def _check_compile_directory(
    output: Output, folder: TraceFolder, scratch: str, *, is_same_version: bool
) -> Iterator[Finding]:
    path = folder.path(COMPILE_DIRECTORY_FILE)
    try:
        given = output.open(path)
    except OSError:
        return
    with given, Directory.at(scratch) as made:
        with made.new_file(_INDEX) as good:
            good.writelines(
                text for _, entry, text in output.lines(folder) if not isinstance(entry, BrokenLine)
            )
        index = os.path.join(scratch, _INDEX)
        with GroupedDirectory(index, scratch) as directory, made.new_file(_EXPECTED) as file:
            file.writelines(compile_directory_chunks(directory.groups()))
        with made.open_file(_EXPECTED) as expected:
            messages = [*_differences(given, expected, is_same_version=is_same_version)]
    for message in messages:
        yield Finding("compile_directory_differs", url_of(path), message)


def _differences(given: BinaryIO, expected: BinaryIO, *, is_same_version: bool) -> Iterator[str]:
    """What two files say otherwise; where another version made one, layout and added keys apart."""
    if same_content(given, expected):
        return
    size, expected_size = (os.fstat(file.fileno()).st_size for file in (given, expected))
    if size > 4 * expected_size + (1 << 20):
        yield "it is much longer than the index that it is made of"
        return
    given.seek(0)
    expected.seek(0)
    count = 0
    for message in _first_differences(given, expected):
        yield message
        count += 1
    if is_same_version and not count:
        yield "it says what the index says, and not as a run writes it"


def _first_differences(given: BinaryIO, expected: BinaryIO) -> Iterator[str]:
    import ijson

    count = 0
    try:
        for theirs, ours in zip_longest(listed_in(given), listed_in(expected)):
            if ours is not None and theirs is not None and _agree(theirs, ours):
                continue
            item = ours or theirs
            assert item is not None
            name = str(item.fields.get("name"))[:100]
            what = "lists" if ours is None else "does not list"
            if ours is not None and theirs is not None and theirs.fields.get("name") == name:
                what = "says otherwise about"
            yield f"it {what} {name!a} of {item.compile_id[:100]!a}, unlike the index"
            count += 1
            if count == _MOST_DIFFERENCES:
                yield "and more"
                return
    except ijson.JSONError as error:
        yield f"it is no JSON ({str(error).splitlines()[0] if str(error) else 'broken'})"


def _agree(theirs: Listed, ours: Listed) -> bool:
    return (
        theirs.compile_id == ours.compile_id
        and theirs.display_name == ours.display_name
        and theirs.is_link == ours.is_link
        and all(theirs.fields.get(key) == value for key, value in ours.fields.items())
    )


def _check_problems(output: Output, folder: TraceFolder) -> Generator[Finding, None, int | None]:
    """Look at each line of ``problems.jsonl``; returns how many there are, None without file."""
    path = folder.path(PROBLEMS_FILE)
    try:
        file = output.open(path)
    except OSError:
        return None
    count = 0
    with file:
        while line := file.readline(MAX_LINE_BYTES):
            count += 1
            try:
                usable = line.endswith(b"\n") and isinstance(loads(line), dict)
            except ValueError:
                usable = False
            if not usable:
                yield Finding(
                    "broken_problem_line", url_of(path), f"line {count} is not a problem", count
                )
    return count


def _check_summary(
    output: Output,
    folder: TraceFolder,
    totals: TraceTotals,
    said_of_traces: SaidOfTraces,
    problems: int | None,
) -> Iterator[Finding]:
    """Compare the totals of a trace with what ``summary.json`` says of it."""
    if not said_of_traces.is_there:
        return
    trace = said_of_traces.traces.get(folder)
    if trace is None:
        message = f"it is no summary, or says nothing of the trace in {folder.name!a}"
        yield Finding("summary_differs", SUMMARY_FILE, message)
        return
    counts = trace.counts
    by_type = counts.by_type.values()
    said = {
        "files": (counts.files, totals.files),
        "links": (counts.links, totals.links),
        "written bytes": (counts.written_bytes, totals.written_bytes),
        "written of all types": (sum(each.written for each in by_type), counts.entries_written),
        "written bytes of all types": (
            sum(each.written_bytes for each in by_type),
            counts.written_bytes,
        ),
    }
    yield from _check_indexes(output, trace)
    if problems is not None:
        said["problems"] = (counts.problem_count, problems)
    for what, (theirs, ours) in said.items():
        if theirs != ours:
            message = f"it says {theirs} {what} of the trace in {folder.name!a}, its files say "
            yield Finding("summary_differs", SUMMARY_FILE, f"{message}{ours}")


def _check_indexes(output: Output, trace: TraceSummary) -> Iterator[Finding]:
    """Compare the files of lines with what ``summary.json`` says they were when the run ended."""
    for name in DIGESTED_FILES:
        yield from check_index(output, trace.place.path(name), trace.indexes.get(name))


def check_index(output: Output, path: str, said: IndexFile | None) -> Iterator[Finding]:
    """Compare a file with what ``summary.json`` says of it.

    A file that is not there has been told already.

    Args:
        output: The output.
        path: The file's, in it.
        said: What is said; None if nothing is.
    """
    with suppress(OSError):
        with output.open(path) as file:
            now = measured_index(file)
        if said != now:
            message = f"it is not as the run left it, as {SUMMARY_FILE} says: it was edited or cut"
            yield Finding("index_differs", url_of(path), message)
