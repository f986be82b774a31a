"""Comparing a trace's index with what was made of it: the index by compile id, and the summary."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import msgspec

from artifact_stream.disk.digests import same_content
from artifact_stream.disk.directories import open_inside
from artifact_stream.index.by_compile_id import GroupedDirectory, compile_directory_chunks
from artifact_stream.index.lines import IndexEntry
from artifact_stream.index.reader import Listed, read_compile_directory
from artifact_stream.json_text import loads
from artifact_stream.layout import (
    COMPILE_DIRECTORY_FILE,
    INDEX_FILES,
    MAX_LINE_BYTES,
    PROBLEMS_FILE,
    SUMMARY_FILE,
)
from artifact_stream.output.inventory import BrokenLine, index_lines, joined, listed_files
from artifact_stream.output.summary import MAX_SUMMARY_BYTES, measured_index
from artifact_stream.tools.verify.finding import Finding
from artifact_stream.urls import url_of

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


def check_trace(
    out: str, folder: str, totals: TraceTotals, scratch: str, *, is_same_version: bool
) -> Iterator[Finding]:
    """Compare a trace's index with the files that a run makes of it or beside it.

    Files that are not there have been told already.

    Args:
        out: The output folder.
        folder: The trace's, relative to it.
        totals: What its index adds up to.
        scratch: An existing folder for temporary files.
        is_same_version: This version has made it, and would make the same again byte for byte.
    """
    yield from _check_compile_directory(out, folder, scratch, is_same_version=is_same_version)
    problems = yield from _check_problems(out, folder)
    yield from _check_summary(out, folder, totals, problems)


def _check_compile_directory(
    out: str, folder: str, scratch: str, *, is_same_version: bool
) -> Iterator[Finding]:
    path = joined(folder, COMPILE_DIRECTORY_FILE)
    expected, index = os.path.join(scratch, "expected"), os.path.join(scratch, "index")
    try:
        file = open_inside(out, path)
    except OSError:
        return
    with file, open(index, "wb") as good:
        good.writelines(
            text for _, entry, text in index_lines(out, folder) if not isinstance(entry, BrokenLine)
        )
    with GroupedDirectory(index, scratch) as directory, open(expected, "wb") as made:
        made.writelines(compile_directory_chunks(directory.groups()))
    given = os.path.join(out, path)
    if _same_content(given, expected):
        return
    if os.path.getsize(given) > 4 * os.path.getsize(expected) + (1 << 20):
        message = "it is much longer than the index that it is made of"
        yield Finding("compile_directory_differs", url_of(path), message)
        return
    messages = [*_differences(given, expected)]
    if is_same_version and not messages:
        messages = ["it says what the index says, and not as a run writes it"]
    for message in messages:
        yield Finding("compile_directory_differs", url_of(path), message)


def _same_content(first: str, second: str) -> bool:
    with open(first, "rb") as one, open(second, "rb") as other:
        return same_content(one, other)


def _differences(given: str, expected: str) -> Iterator[str]:
    """The first differences in what two files say; layout and added keys are none."""
    import ijson

    count = 0
    try:
        pairs = zip_longest(read_compile_directory(given), read_compile_directory(expected))
        for theirs, ours in pairs:
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
    except (ijson.JSONError, UnicodeDecodeError) as error:
        yield f"it is no JSON ({str(error).splitlines()[0] if str(error) else 'broken'})"


def _agree(theirs: Listed, ours: Listed) -> bool:
    return (
        theirs.compile_id == ours.compile_id
        and theirs.display_name == ours.display_name
        and theirs.is_link == ours.is_link
        and all(theirs.fields.get(key) == value for key, value in ours.fields.items())
    )


def _check_problems(out: str, folder: str) -> Generator[Finding, None, int | None]:
    """Look at each line of ``problems.jsonl``; returns how many there are, None without file."""
    path = joined(folder, PROBLEMS_FILE)
    try:
        file = open_inside(out, path)
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
    out: str, folder: str, totals: TraceTotals, problems: int | None
) -> Iterator[Finding]:
    """Compare the totals of a trace with what ``summary.json`` says of it."""
    try:
        with open_inside(out, SUMMARY_FILE) as file:
            summary: Any = loads(file.read(MAX_SUMMARY_BYTES))
        trace = next(trace for trace in summary["traces"] if trace["folder"] == folder)
        said = {
            "files": (trace["files"], totals.files),
            "links": (trace["links"], totals.links),
            "written bytes": (trace["written_bytes"], totals.written_bytes),
        }
        types = trace["types"].values()
        for key in ("written", "written_bytes"):
            by_type = sum(counts[key] for counts in types)
            of_all = trace["entries"]["written"] if key == "written" else trace[key]
            said[f"{key.replace('_', ' ')} of all types"] = (by_type, of_all)
        said_problems = sum(trace["problems"].values())
    except OSError:
        return
    except (ValueError, KeyError, TypeError, AttributeError, StopIteration):
        message = f"it is no summary, or says nothing of the trace in {folder!a}"
        yield Finding("summary_differs", SUMMARY_FILE, message)
        return
    yield from _check_indexes(out, folder, trace.get("indexes"))
    if problems is not None:
        said["problems"] = (said_problems, problems)
    for what, (theirs, ours) in said.items():
        if theirs != ours:
            message = f"it says {theirs} {what} of the trace in {folder!a}, its files say {ours}"
            yield Finding("summary_differs", SUMMARY_FILE, message)


def _check_indexes(out: str, folder: str, recorded: Any) -> Iterator[Finding]:
    """Compare the files of lines with what ``summary.json`` says they were when the run ended."""
    for name in INDEX_FILES if isinstance(recorded, dict) else ():
        path = joined(folder, name)
        try:
            with open_inside(out, path) as file:
                now = measured_index(file)
        except OSError:
            continue
        if recorded.get(name) != msgspec.to_builtins(now):
            message = f"it is not as the run left it, as {SUMMARY_FILE} says: it was edited or cut"
            yield Finding("index_differs", url_of(path), message)
