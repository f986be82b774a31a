"""From the files of one trace to its entries, in order.

Intermediate files are merged by timestamp, ties in the order of the files, so that entries come
in the order in which they were logged: then repeats of a name get the same numbers as from the
raw log that the files were made of.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from itertools import chain

import msgspec

from artifact_stream.entries import Entry
from artifact_stream.errors import InputUnusable, Problem, Remedy, SourceDamaged, WindowTooLarge
from artifact_stream.framing.beginning import Beginning, TextStream, find_beginning
from artifact_stream.framing.detect import HEAD_BYTES, detect_format
from artifact_stream.framing.formats import Format
from artifact_stream.framing.framer import Framer
from artifact_stream.framing.jsonl import JsonlFramer
from artifact_stream.framing.passed_over import PassedOver
from artifact_stream.framing.raw_log import RawLogFramer
from artifact_stream.framing.scratch import Scratch
from artifact_stream.framing.source_notes import notes_of
from artifact_stream.options import MAX_EXPANSION
from artifact_stream.sources.opening import open_source
from artifact_stream.sources.own_files import IS_PART_OF_OUTPUT, is_index
from artifact_stream.sources.paths import is_device
from artifact_stream.sources.position import FilePosition
from artifact_stream.sources.probe import EXPECTED, container_in, describe_content
from artifact_stream.sources.report_files import ReportFiles
from artifact_stream.sources.trace import SourceFile, TraceSource
from artifact_stream.streams.opening import PeekedStream
from artifact_stream.streams.stored_file import ReadCounter
from artifact_stream.streams.waiting import Waiting

_START = Beginning(Format.JSONL, 0, 1)
"""Where the list of entries of a tlparse report begins."""


class TraceReader:
    """Opens the files of one trace and yields their entries.

    Memory: what the framers hold, a window for each file.

    Args:
        trace: Its files.
        counter: Counts what is read.
        max_expansion: How many times as long compressed data may become; 0 for any number.
        reads_whole_heads: Wait until a pipe has given `HEAD_BYTES`, to be compared with what it
            began with before; else only until its format is told.
        waiting: Waits for pipes; None where nothing else is to be done.
        opened: What comes of its only file, a pipe, where that has been opened.

    Attributes:
        waiting: That, or one of its own.

    Raises:
        InputUnusable: A file cannot be opened, or a pipe holds nothing that can be read.
    """

    def __init__(
        self,
        trace: TraceSource,
        counter: ReadCounter,
        *,
        max_expansion: int = MAX_EXPANSION,
        reads_whole_heads: bool = False,
        waiting: Waiting | None = None,
        opened: PeekedStream | None = None,
    ) -> None:
        self.waiting = waiting or Waiting()
        self._reads_whole_heads = reads_whole_heads
        self._files = () if trace.is_unusable else trace.files
        self._problems = trace.problems
        self._tells_problems = False
        self._opened = opened
        self._counter = counter
        self._max_expansion = max_expansion
        self._streams: list[PeekedStream] = []
        self._peeked_bytes: list[int] = []  # as stored
        self._texts: list[TextStream] = []
        self._beginnings: list[Beginning] = []
        self._framers: list[Framer] = []
        self._scratches: list[Scratch] = []
        self._reports: list[ReportFiles] = []
        self._positions = [FilePosition() for _ in self._files]
        try:
            for file in self._files:
                self._open(file, counter)
        except BaseException:
            self.close()
            raise

    def _open(self, file: SourceFile, counter: ReadCounter) -> None:
        before = counter.stored_bytes
        stream = self._opened
        if stream is None:
            try:
                given = open_source(file, counter, self._max_expansion, self.waiting)
            except SourceDamaged as damage:
                raise InputUnusable(f"{file.label} cannot be read: ", *damage.said, ".") from damage
            is_enough = None if self._reads_whole_heads else tells_format
            stream = PeekedStream(given, HEAD_BYTES, is_enough)
        self._streams.append(stream)
        if file.stored_bytes is None and container_in(stream.stream, stream.head) is not None:
            raise InputUnusable(
                f"{file.label} is a container, and not the first pipe: save it as a file, or read "
                "it alone."
            )
        text = TextStream(stream)
        limit = HEAD_BYTES if file.stored_bytes is None and is_device(file.path) else None
        beginning = _START if file.report is not None else find_beginning(text, limit)
        self._peeked_bytes.append(counter.stored_bytes - before)
        if beginning is None:
            if isinstance(stream.damage, WindowTooLarge):
                raise InputUnusable(f"{file.label} cannot be read: ", *stream.damage.said, ".")
            raise InputUnusable(f"{file.label} holds {describe_content(stream.head)}: {EXPECTED}.")
        if is_index(stream.head):
            raise InputUnusable(f"{file.label} {IS_PART_OF_OUTPUT}.")
        self._texts.append(text)
        self._beginnings.append(beginning)

    @property
    def heads(self) -> list[bytes]:
        """What each file begins with, decompressed: up to `HEAD_BYTES`."""
        return [stream.head for stream in self._streams]

    @property
    def last_may_be_cut(self) -> bool:
        """True if nothing but the end of a file tells where its last entry ends."""
        return any(beginning.format is Format.RAW_LOG for beginning in self._beginnings)

    @property
    def notes(self) -> dict[str, str]:
        """What is to be told of how the files are written as far as they have been read.

        A sentence for each slug.
        """
        found: dict[str, str] = {}
        for text, beginning, framer in zip(
            self._texts, self._beginnings, self._framers, strict=False
        ):
            found |= notes_of(text, beginning, framer)
        return found

    @property
    def keeps_place(self) -> bool:
        """False where lines of several writers are mixed, which are read from their start alone."""
        return all(framer.can_go_on for framer in self._framers)

    def positions(self) -> list[FilePosition] | None:
        """From where each file is to be read by another reader that yields the same items again.

        The item that has been yielded last is the first of these.  None if it cannot be, as it
        stands on a line with the item before it.  `PassedOver` has counted what is before it and
        nothing else.
        """
        if self._tells_problems or not self.keeps_place:
            return None
        if not all(position.begins_line for position in self._positions):
            return None
        return [msgspec.structs.replace(position) for position in self._positions]

    def entries(
        self,
        passed_over: PassedOver,
        scratch_folder: str,
        start: Sequence[FilePosition] | None = None,
    ) -> Iterator[Entry | Problem]:
        """All entries, and a problem for whatever is none.

        A payload is read before the next item is taken.

        Args:
            passed_over: Entry types to count and not to yield.
            scratch_folder: An existing folder for what must be kept on disk meanwhile.
            start: What another reader's `positions` has told; None for all.

        Raises:
            InputUnusable: A file cannot be read any more, or ends before its position.
        """
        if start is not None:
            self._positions = [msgspec.structs.replace(position) for position in start]
        else:
            self._tells_problems = True
            yield from self._problems
            self._tells_problems = False
        parts = []
        for index, (file, text) in enumerate(zip(self._files, self._texts, strict=True)):
            framer = self._framer(index, passed_over, scratch_folder)
            self._framers.append(framer)
            items = self._items(index, framer, is_resumed=start is not None)
            position = self._positions[index]
            if not position.is_at_end:
                parts.append(_with_damage(items, text, file.label, position))
        if len(self._files) == 1:
            yield from chain(*parts)
        else:
            reading = [position for position in self._positions if not position.is_at_end]
            timed = [
                _with_time(part, position, index)
                for index, (part, position) in enumerate(zip(parts, reading, strict=True))
            ]
            for _, _, item in heapq.merge(*timed, key=lambda timed: timed[:2]):
                yield item

    def _framer(self, index: int, passed_over: PassedOver, scratch_folder: str) -> Framer:
        """What reads a file, from its beginning on."""
        file, text, beginning = self._files[index], self._texts[index], self._beginnings[index]
        scratch = Scratch(scratch_folder)
        self._scratches.append(scratch)
        framer: Framer
        if file.report is not None:
            from artifact_stream.framing.tlparse import TlparseFramer  # Few sources are reports.

            report = ReportFiles(file.report, scratch_folder, self._max_expansion)
            self._reports.append(report)
            framer = TlparseFramer(text, file.label, passed_over, scratch, report.open)
        elif beginning.format is Format.JSONL:
            framer = JsonlFramer(text, file.label, passed_over, scratch)
        elif beginning.prefix is not None:
            from artifact_stream.framing.prefixed_log import PrefixedLogFramer  # Few have one.

            framer = PrefixedLogFramer(text, file.label, passed_over, scratch, beginning.prefix)
        else:
            framer = RawLogFramer(text, file.label, passed_over, scratch)
        framer.start_at(beginning.offset_bytes, beginning.line)
        return framer

    def _items(self, index: int, framer: Framer, *, is_resumed: bool) -> Iterator[Entry | Problem]:
        """What a file gives from its position on, with a problem for a start that was lost."""
        beginning, position = self._beginnings[index], self._positions[index]
        items, lost = iter(framer), beginning.lost
        is_at_start = not is_resumed or (
            lost is not None and position.offset_bytes <= lost.offset_bytes
        )
        if is_at_start and lost is not None:
            items = chain((lost.problem(self._files[index].label),), items)
        if is_resumed:
            if position.offset_bytes > beginning.offset_bytes:
                framer.start_at(position.offset_bytes, position.line)
            self._skip(index)
        return items

    def _skip(self, index: int) -> None:
        """Have a file read from its position on; one that has been read to its end is counted."""
        file, position = self._files[index], self._positions[index]
        if position.is_at_end:
            stored_bytes = file.stored_bytes or self._peeked_bytes[index]
            self._counter.stored_bytes += stored_bytes - self._peeked_bytes[index]
        elif not self._texts[index].skip_to(
            max(position.offset_bytes, self._beginnings[index].offset_bytes)
        ):
            raise InputUnusable(
                f"{file.label} is shorter than what was read of it before: restore it, or ",
                Remedy.START_AGAIN,
                ".",
            )

    def close(self) -> None:
        """Let go of the files."""
        for stream in self._streams:
            stream.close()
        for scratch in self._scratches:
            scratch.close()
        for report in self._reports:
            report.close()


def tells_format(lines: bytes) -> bool:
    """True if a format is told by some lines."""
    return detect_format(lines) is not None


def _with_damage(
    items: Iterator[Entry | Problem], stream: TextStream, label: str, position: FilePosition
) -> Iterator[Entry | Problem]:
    """The items of a file and, if its compressed data is damaged, a problem that says so.

    `position` is kept up to date.
    """
    line, offset_bytes = 0, -1
    for item in items:
        position.begins_line = item.offset_bytes != offset_bytes
        position.line, position.offset_bytes = item.line, item.offset_bytes
        line, offset_bytes = item.line, item.offset_bytes
        yield item
    position.begins_line = False
    if stream.damage is not None:
        message = f"Nothing behind this entry could be read: {stream.damage}."
        yield Problem(stream.damage.slug, message, label, line, max(0, offset_bytes), "")
    position.begins_line = position.is_at_end = True


def _with_time(
    items: Iterator[Entry | Problem], position: FilePosition, index: int
) -> Iterator[tuple[str, int, Entry | Problem]]:
    """Each item with the latest timestamp up to it, so that every file is in order by itself."""
    for item in items:
        if isinstance(item, Entry) and item.timestamp is not None:
            position.latest = max(position.latest, item.timestamp)
        yield position.latest, index, item
