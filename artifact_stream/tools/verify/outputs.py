"""Checking an output folder against its index: is all there that was written, and nothing else?

What the index lists and what the folder holds are sorted on disk and read side by side, so memory
does not grow with either.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, groupby
from typing import BinaryIO
from urllib.parse import quote, unquote_to_bytes

from artifact_stream._version import __version__
from artifact_stream.disk.digests import new_digest, parts_of
from artifact_stream.disk.external_sort import LineSorter
from artifact_stream.disk.scratch import scratch_folder
from artifact_stream.errors import OutputUnusable, Remedy
from artifact_stream.index.lines import BrokenLine, IndexEntry, ListedFile, listed_files
from artifact_stream.layout import (
    DIRECTORY_FILE,
    FORMAT_FILE,
    PART_SUFFIX,
    RUN_FILE,
    STAGING_FOLDER,
    SUMMARY_FILE,
    TraceFolder,
)
from artifact_stream.output.lock import ChangeWatch, is_being_changed
from artifact_stream.output.reader import Output, open_output
from artifact_stream.resume.record import read_record
from artifact_stream.resume.recovery import left_paths
from artifact_stream.tools.verify.finding import Finding
from artifact_stream.tools.verify.packs import PackCheck
from artifact_stream.tools.verify.pages import check_pages
from artifact_stream.tools.verify.totals import SaidOfTraces, TraceTotals, check_trace
from artifact_stream.urls import path_of_url, url_of

MAX_DEPTH = 16
"""Folders are looked into so deep; a run makes three levels."""

_READ_BYTES = 256 << 10
_LINES_NAMED = 5
"""So many of the lines that list one file are named; there may be any number."""
_OWN, _LISTED, _LEFT = b"own", b"listed", b"left"


@dataclass(slots=True)
class Verified:
    """What has been looked at.

    Attributes:
        files: Files that are listed and there.
        content_bytes: Their size.
        digests: How many of them have been compared with a digest.
        findings: How many findings there were.
    """

    files: int = 0
    content_bytes: int = 0
    digests: int = 0
    findings: int = 0


def verify(out: str, verified: Verified | None = None) -> Iterator[Finding]:
    """Compare a folder that a run has made with its index.

    Args:
        out: The folder.
        verified: Counts to keep up to date.

    Yields:
        Whatever is not as the run left it; nothing if all is well.

    Raises:
        OutputUnusable: The folder was not made by a run, or cannot be read.
    """
    output = open_output(out)
    verified = verified if verified is not None else Verified()
    try:
        with scratch_folder() as scratch:
            changing, watch = is_being_changed(out), ChangeWatch(out)
            interrupted = changing or read_record(out) is not None or _had_not_begun(output)
            checks: list[Iterator[Finding]] = []
            if changing:
                checks.append(iter([_being_changed("another run or unpack is writing it")]))
            elif interrupted:
                checks.append(iter([_INTERRUPTED]))
            verification = _Verification(output, scratch, verified, interrupted=interrupted)
            checks.append(verification.findings())
            if not interrupted:
                checks.append(check_pages(output, scratch))
            if not changing:
                checks.append(_changed_meanwhile(watch))
            for finding in chain.from_iterable(checks):
                verified.findings += 1
                yield finding
    except OSError as error:
        raise OutputUnusable(
            f"{out} cannot be verified ({error.filename or out}: {error.strerror or error}): check "
            "its permissions, and the space for temporary files."
        ) from error


_INTERRUPTED = Finding(
    "interrupted_run",
    f"{STAGING_FOLDER}/{RUN_FILE}",
    "the run was interrupted or killed",
    remedy=Remedy.RESUME,
)


def _being_changed(message: str) -> Finding:
    return Finding("being_changed", FORMAT_FILE, f"{message}: verify it again once that has ended")


def _changed_meanwhile(watch: ChangeWatch) -> Iterator[Finding]:
    """The finding for a change that began after the first look at the folder."""
    if watch.has_changed():
        yield _being_changed("another run or unpack has changed it meanwhile")


def _had_not_begun(output: Output) -> bool:
    """True if a run was stopped before it had taken an entry: nothing tells of any."""
    paths = (SUMMARY_FILE, *(folder.path(DIRECTORY_FILE) for folder in output.traces))
    return all(output.status(path) is None for path in paths)


class _Verification:
    """Compares one output folder with its index.

    Of a run that was interrupted, what it has not come to need not be there; what its index says
    must be true all the same.
    """

    def __init__(
        self, output: Output, scratch: str, verified: Verified, *, interrupted: bool
    ) -> None:
        self._output = output
        self._is_same_version = output.marker.generator_version == __version__
        self._interrupted = interrupted
        self._scratch = scratch
        self._verified = verified
        self._expected = LineSorter(scratch)
        self._present = LineSorter(scratch)
        self._unfinished: frozenset[bytes] = frozenset()

    def findings(self) -> Iterator[Finding]:
        """All findings; to be called once."""
        folders, own = self._output.traces, [*self._output.own_files()]
        for name in self._output.marker.traces:
            if TraceFolder(name) not in folders:
                yield Finding("path_outside", FORMAT_FILE, f"it names the trace {name!a}")
        if self._interrupted:
            for folder in folders:
                for path in left_paths(self._output.path, folder):
                    self._expect_perhaps(folder.path(path))
        for path in own:
            if self._interrupted:
                self._expect_perhaps(path)
            else:
                self._expected.add(b"\t".join((_key(path), _OWN, b"", b"", b"", b"")))
        self._unfinished = frozenset(_key(path + PART_SUFFIX) for path in own)
        totals = {}
        try:
            for folder in folders:
                totals[folder] = TraceTotals()
                yield from self._read_index(folder, totals[folder])
            self._note_present()
            yield from self._compare()
        finally:
            self._expected.close()
            self._present.close()
        said = SaidOfTraces(self._output)
        for folder in () if self._interrupted else folders:
            yield from check_trace(
                self._output,
                folder,
                totals[folder],
                said,
                self._scratch,
                is_same_version=self._is_same_version,
            )

    def _expect_perhaps(self, path: str) -> None:
        """Note what a run has left that was interrupted, or would have made next."""
        self._expected.add(b"\t".join((_key(path), _LEFT, b"", b"", b"", b"")))

    def _read_index(self, folder: TraceFolder, totals: TraceTotals) -> Iterator[Finding]:
        """Note what a trace's index lists, and say which of its lines are none."""
        index = folder.path(DIRECTORY_FILE)
        packs = PackCheck(self._output, folder, may_hold_more=self._interrupted)
        for number, entry, text in self._output.lines(folder):
            if isinstance(entry, BrokenLine):
                totals.broken_lines += 1
                slug = "broken_index_line" if text.endswith(b"\n") else "torn_index_line"
                if self._interrupted and slug == "torn_index_line":
                    continue  # The next run will cut it off.
                yield Finding(slug, url_of(index), f"line {number}: {entry}", number)
                continue
            totals.add(entry)
            for listed in listed_files(entry):
                path = path_of_url(listed.url)
                if path is None:
                    message = f"line {number} lists {listed.url!a}, which is outside the folder"
                    yield Finding("path_outside", url_of(index), message, number)
                    continue
                self._expect(folder.path(path), listed, index, number)
            yield from _check_name(entry, index, number)
            yield from packs.check(entry, index, number)
        yield from packs.finish()
        self._verified.digests += packs.payloads

    def _expect(self, path: str, listed: ListedFile, index: str, number: int) -> None:
        size = b"" if listed.size is None else b"%d" % listed.size
        digest = _printable(listed.digest or "").encode()
        fields = (_key(path), _LISTED, size, digest, _key(index), b"%019d" % number)
        self._expected.add(b"\t".join(fields))

    def _note_present(self) -> None:
        """Note what is in the folder and below."""
        for path, found in self._output.files(MAX_DEPTH):
            kind = b"file" if stat.S_ISREG(found.st_mode) else _kind_of(found.st_mode)
            self._present.add(b"%b\t%b\t%d" % (_key(path), kind, found.st_size))

    def _compare(self) -> Iterator[Finding]:
        """Go through what is listed and what is there side by side."""
        present = _Ahead(self._present.sorted_lines())
        for key, lines in groupby(self._expected.sorted_lines(), _first_field):
            while (ahead := present.key()) is not None and ahead < key:
                yield from self._foreign(present.take())
            there = present.take() if present.key() == key else None
            first_few, count, is_sized = [], 0, False
            for fields in (line.split(b"\t") for line in lines):
                if fields[1] != _LEFT:
                    count += 1
                    is_sized = is_sized or bool(fields[2])
                    if count <= _LINES_NAMED:
                        first_few.append(fields)
            if first_few:
                if count > 1 and is_sized:
                    yield _listed_twice(first_few, count)
                yield from self._compare_file(key, first_few[0], there)
        while present.key() is not None:
            yield from self._foreign(present.take())

    def _foreign(self, fields: list[bytes]) -> Iterator[Finding]:
        """The finding for something that nothing explains."""
        url, kind = fields[0].decode(), fields[1]
        if STAGING_FOLDER in url.split("/") or fields[0] in self._unfinished:
            if not self._interrupted:
                message = "a run that was killed left it"
                yield Finding("leftover", url, message, remedy=Remedy.RESUME_REMOVES)
            return
        what = "a file" if kind == b"file" else kind.decode().replace("_", " ")
        message = f"{what} that no run made, or whose index line is gone"
        yield Finding("foreign_file", url, message)

    def _compare_file(
        self, key: bytes, first: list[bytes], there: list[bytes] | None
    ) -> Iterator[Finding]:
        url = key.decode()
        index, number = first[4].decode(), int(first[5] or 0) or None
        by = "a run writes it" if first[1] == _OWN else f"{index} lists it in line {number}"
        if there is None:
            if url == SUMMARY_FILE:
                message = "the run did not come to its end"
                yield Finding("unfinished_run", url, message, remedy=Remedy.START_AGAIN)
            else:
                yield Finding("missing_file", url, f"it is not there, but {by}", number)
            return
        kind, size = there[1], int(there[2])
        if kind != b"file":
            message = f"there is {kind.decode().replace('_', ' ')}, but {by} as a file"
            yield Finding("not_a_file", url, message, number)
            return
        self._verified.files += 1
        self._verified.content_bytes += size
        if first[2] and int(first[2]) != size:
            message = f"it has {size} bytes, but {index} says {int(first[2])} in line {number}"
            yield Finding("wrong_size", url, message, number)
        elif first[3]:
            yield from self._compare_digest(url, first[3].decode(), index, number)

    def _compare_digest(
        self, url: str, recorded: str, index: str, number: int | None
    ) -> Iterator[Finding]:
        algorithm, expected = parts_of(recorded)
        digest = new_digest(algorithm)
        if digest is None:
            message = f"{index} gives a digest of an unknown kind in line {number}: {recorded[:40]}"
            yield Finding("unknown_digest", url, message, number)
            return
        path = unquote_to_bytes(url).decode("utf-8", "surrogateescape")
        with self._output.open(path) as file:
            for chunk in _chunks(file):
                digest.update(chunk)
        self._verified.digests += 1
        if digest.hexdigest() != expected.lower():
            message = f"its content is not what was written: the {algorithm} in {index}, line "
            message += f"{number}, is another"
            yield Finding("wrong_digest", url, message, number)


def _listed_twice(first_few: list[list[bytes]], count: int) -> Finding:
    """The finding for a file that several lines list, the first few of which are given."""
    key, index, number = first_few[0][0], first_few[0][4].decode(), int(first_few[0][5] or 0)
    lines = ", ".join(str(int(fields[5])) for fields in first_few if fields[5])
    message = f"{index} lists it {count} times, in lines {lines}"
    return Finding("listed_twice", key.decode(), message, number or None)


class _Ahead:
    """Lines with a look at the first field of the next one."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self._lines = lines
        self._next = next(lines, None)

    def key(self) -> bytes | None:
        """The first field of the next line; None at the end."""
        return None if self._next is None else _first_field(self._next)

    def take(self) -> list[bytes]:
        """The next line's fields."""
        assert self._next is not None
        fields = self._next.split(b"\t")
        self._next = next(self._lines, None)
        return fields


def _first_field(line: bytes) -> bytes:
    return line.partition(b"\t")[0]


def _key(path: str) -> bytes:
    """A path as it is compared and shown: percent-encoded, without tabs and line ends."""
    return quote(path.encode("utf-8", "surrogateescape"), safe="/!~*'()").encode()


def _printable(text: str) -> str:
    return "".join(c if c.isascii() and c.isprintable() else "?" for c in text)


def _kind_of(mode: int) -> bytes:
    if stat.S_ISLNK(mode):
        return b"a_symbolic_link"
    return b"a_folder" if stat.S_ISDIR(mode) else b"a_special_file"


def _check_name(entry: IndexEntry, index: str, number: int) -> Iterator[Finding]:
    """A file's name and the end of its URL are the same, unless somebody changed one."""
    if entry.is_link or entry.lazy_loader is not None:
        return
    path = path_of_url(entry.url)
    if path is not None and path.rpartition("/")[2] != entry.name:
        message = f"line {number}: the name {entry.name[:100]!a} is not the end of its URL"
        yield Finding("name_differs", url_of(index), message, number)


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(_READ_BYTES):
        yield chunk
