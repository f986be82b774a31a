"""From the files of one trace to its entries, in order.

Intermediate files are merged by timestamp, ties in the order of the files, so that entries come
in the order in which they were logged: then repeats of a name get the same numbers as from the
raw log that the files were made of.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator

from artifact_stream.entries import Entry
from artifact_stream.errors import InputUnusable, Problem, WindowTooLarge
from artifact_stream.framing.detect import HEAD_BYTES, Format, detect_format
from artifact_stream.framing.jsonl import JsonlFramer
from artifact_stream.framing.passed_over import PassedOver
from artifact_stream.framing.raw_log import RawLogFramer
from artifact_stream.framing.scratch import Scratch
from artifact_stream.sources import SourceFile, TraceSource, describe_content
from artifact_stream.streams import MAX_EXPANSION, PeekedStream, ReadCounter, open_stream


class TraceReader:
    """Opens the files of one trace and yields their entries.

    Memory: what the framers hold, a window for each file.

    Args:
        trace: Its files.
        counter: Counts what is read.
        max_expansion: How many times as long compressed data may become; 0 for any number.

    Raises:
        InputUnusable: A file cannot be opened, or a pipe holds nothing that can be read.
    """

    def __init__(
        self, trace: TraceSource, counter: ReadCounter, *, max_expansion: int = MAX_EXPANSION
    ) -> None:
        self._files = trace.files
        self._max_expansion = max_expansion
        self._streams: list[PeekedStream] = []
        self._formats: list[Format] = []
        self._scratches: list[Scratch] = []
        try:
            for file in trace.files:
                self._open(file, counter)
        except BaseException:
            self.close()
            raise

    def _open(self, file: SourceFile, counter: ReadCounter) -> None:
        stream = PeekedStream(open_stream(file.path, counter, self._max_expansion), HEAD_BYTES)
        self._streams.append(stream)
        detected = detect_format(stream.head)
        if detected is None:
            if isinstance(stream.damage, WindowTooLarge):
                raise InputUnusable(f"{file.label} cannot be read: {stream.damage}.")
            raise InputUnusable(
                f"{file.label} holds {describe_content(stream.head)}: expected a raw TORCH_TRACE "
                "log or intermediate JSONL, plain, gzip or zstd."
            )
        self._formats.append(detected)

    def entries(self, passed_over: PassedOver, scratch_folder: str) -> Iterator[Entry | Problem]:
        """All entries, and a problem for whatever is none.

        A payload is read before the next item is taken.

        Args:
            passed_over: Entry types to count and not to yield.
            scratch_folder: An existing folder for what must be kept on disk meanwhile.

        Raises:
            InputUnusable: A file cannot be read any more.
        """
        parts = []
        for file, stream, detected in zip(self._files, self._streams, self._formats, strict=True):
            framer_class = RawLogFramer if detected is Format.RAW_LOG else JsonlFramer
            scratch = Scratch(scratch_folder)
            self._scratches.append(scratch)
            framer = framer_class(stream, file.label, passed_over, scratch)
            parts.append(_with_damage(iter(framer), stream, file.label))
        if len(parts) == 1:
            yield from parts[0]
        else:
            timed = [_with_time(part, index) for index, part in enumerate(parts)]
            for _, _, item in heapq.merge(*timed, key=lambda timed: timed[:2]):
                yield item

    def close(self) -> None:
        """Let go of the files."""
        for stream in self._streams:
            stream.close()
        for scratch in self._scratches:
            scratch.close()


def _with_damage(
    items: Iterator[Entry | Problem], stream: PeekedStream, label: str
) -> Iterator[Entry | Problem]:
    """The items of a file and, if its compressed data is damaged, a problem that says so."""
    line, offset_bytes = 0, 0
    for item in items:
        line, offset_bytes = item.line, item.offset_bytes
        yield item
    if stream.damage is not None:
        message = f"Nothing behind this entry could be read: {stream.damage}."
        yield Problem(stream.damage.slug, message, label, line, offset_bytes, "")


def _with_time(
    items: Iterator[Entry | Problem], index: int
) -> Iterator[tuple[str, int, Entry | Problem]]:
    """Each item with the latest timestamp up to it, so that every file is in order by itself."""
    latest = ""
    for item in items:
        if isinstance(item, Entry) and item.timestamp is not None:
            latest = max(latest, item.timestamp)
        yield latest, index, item
