"""What a run reads: the traces that were found, and the readers that open them in their turn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from artifact_stream.errors import InputUnusable, Problem
from artifact_stream.output.missing import MAX_PASSED_OVER, PassedOverFile
from artifact_stream.output.summary import RunSummary
from artifact_stream.sources.find import find_traces
from artifact_stream.sources.found import Found
from artifact_stream.sources.heads import UNREADABLE
from artifact_stream.sources.left_out import LeftOut
from artifact_stream.sources.pipes import OpenedPipe
from artifact_stream.sources.reader import TraceReader
from artifact_stream.sources.trace import TraceSource
from artifact_stream.streams.stored_file import ReadCounter
from artifact_stream.streams.waiting import Waiting


class Inputs:
    """The traces of a run.

    Args:
        sources: As given.
        out: The output folder.
        max_expansion: How many times as long compressed data may become; 0 for any number.
        counter: Counts what is read of them.
        waiting: Waits for pipes.

    Attributes:
        traces: In the order of the report.

    Raises:
        InputUnusable: A source does not exist, or there is no trace.
        OutputUnusable: A container has to be unpacked, and there is no room.
    """

    def __init__(
        self,
        sources: Sequence[str],
        out: str,
        max_expansion: int,
        counter: ReadCounter,
        waiting: Waiting,
    ) -> None:
        self._sources = sources
        self._out = out
        self._max_expansion = max_expansion
        self._counter = counter
        self._waiting = waiting
        self._reads_whole_heads = False
        self._readers: dict[str, TraceReader] = {}
        self.traces: Found = find_traces(sources, out, max_expansion)

    def open_first_pipe(self, *, reads_whole_heads: bool) -> None:
        """Open the first pipe: only then is it known what it holds.

        Any other one is opened when its turn comes: whoever writes to it may write to the first
        one before.

        Args:
            reads_whole_heads: See `TraceReader`.

        Raises:
            InputUnusable: It holds nothing that can be read.
            OutputUnusable: It is a container, and there is no room for it.
        """
        self._reads_whole_heads = reads_whole_heads
        trace = next((trace for trace in self.traces if trace.stored_bytes is None), None)
        if trace is None:
            return
        pipe = OpenedPipe(
            trace.files[0],
            self._counter,
            self._max_expansion,
            waiting=self._waiting,
            reads_whole_head=reads_whole_heads,
        )
        container = pipe.container(self._out)
        if container is None:
            self._readers[trace.name] = self._reader(trace, pipe)
            return
        self.traces.close()
        piped = {trace.files[0].path: container}
        self.traces = find_traces(self._sources, self._out, self._max_expansion, piped)

    def _reader(self, trace: TraceSource, pipe: OpenedPipe | None = None) -> TraceReader:
        return TraceReader(
            trace,
            self._counter,
            max_expansion=self._max_expansion,
            reads_whole_heads=self._reads_whole_heads,
            waiting=self._waiting,
            opened=None if pipe is None else pipe.stream,
        )

    @property
    def heads(self) -> dict[str, list[bytes]]:
        """What the pipe that is open begins with, decompressed, by the name of its trace."""
        return {name: reader.heads for name, reader in self._readers.items()}

    @property
    def total_bytes(self) -> int | None:
        """The size of all as stored, None if that of one is not known."""
        sizes = [trace.stored_bytes for trace in self.traces]
        return None if None in sizes else sum(size for size in sizes if size is not None)

    def in_reading_order(self) -> Iterator[TraceSource]:
        """See `Found.in_reading_order`."""
        return self.traces.in_reading_order()

    def reader_of(self, trace: TraceSource) -> tuple[TraceSource, TraceReader]:
        """A reader for a trace; where there are others, one that cannot be read is told of.

        Returns:
            The trace, with a problem if it turned out to be unusable, and its reader.

        Raises:
            InputUnusable: It cannot be read, and there is no other.
            Interrupted: A stop was asked for while a pipe was waited for.
        """
        opened = self._readers.pop(trace.name, None)
        if opened is not None:
            return trace, opened
        try:
            return trace, self._reader(trace)
        except InputUnusable as error:
            if len(self.traces) == 1:
                raise
            label = trace.files[0].label
            why = str(error).removeprefix(f"{label} ")
            why = why.removeprefix(f"{trace.files[0].path} ").rstrip(".")
            self.traces.left_out.append(LeftOut(label, UNREADABLE, why))
            problem = Problem(UNREADABLE, str(error), label, 0, 0, "")
            problems = (*trace.problems, problem)
            trace = msgspec.structs.replace(trace, problems=problems, is_unusable=True)
            return trace, self._reader(trace)

    def tell(self, summary: RunSummary) -> None:
        """Have a summary name what was passed over, and its traces stand in the report's order."""
        order = {trace.name: number for number, trace in enumerate(self.traces)}
        summary.traces.sort(key=lambda trace: order.get(trace.folder, 0))
        left_out = self.traces.left_out
        summary.passed_over_count = len(left_out)
        summary.passed_over = [
            PassedOverFile(each.path, each.slug, each.why) for each in left_out[:MAX_PASSED_OVER]
        ]

    def close(self) -> None:
        """Let go of all that is open."""
        for reader in self._readers.values():
            reader.close()
        self.traces.close()
