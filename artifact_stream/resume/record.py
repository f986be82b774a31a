"""What a run notes of itself in ``OUT/.artifact-stream/`` as long as it has not come to its end.

``run.json`` says what it was asked for and what its sources were like, ``finished.jsonl`` has a
line for each trace that is complete.  Both are gone when the run has ended; where they are, it was
killed or interrupted, and can be resumed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import msgspec

from artifact_stream._version import __version__
from artifact_stream.disk.appender import JsonlAppender
from artifact_stream.disk.directories import Directory
from artifact_stream.disk.staged_files import output_errors, replace_file
from artifact_stream.index.lines import lines_of
from artifact_stream.json_text import encode_json, loads
from artifact_stream.layout import FINISHED_FILE, GENERATOR, ROOT, RUN_FILE, RUN_VERSION
from artifact_stream.options import Options
from artifact_stream.output.summary import TraceSummary
from artifact_stream.rendering.json.format import format_json
from artifact_stream.sources.identity import TraceIdentity

_MAX_BYTES = 8 << 20  # it names every file


class RunRecord(msgspec.Struct):
    """The content of ``run.json``.

    Attributes:
        sources: The sources as given.
        options: What shapes the output.
        traces: What the files of each trace were like.
        may_hold_others_files: Files that no run made may be in the output folder.
        generator: `GENERATOR`.
        generator_version: Version of the package.
        format_version: `RUN_VERSION`.
    """

    sources: list[str]
    options: Options
    traces: list[TraceIdentity]
    may_hold_others_files: bool = False
    generator: str = GENERATOR
    generator_version: str = __version__
    format_version: int = RUN_VERSION


class FinishedTrace(msgspec.Struct):
    """A line of ``finished.jsonl``.

    Attributes:
        summary: What became of the trace.
        stored_bytes: How much of its files was read, as stored.
    """

    summary: TraceSummary
    stored_bytes: int


def read_record(out: str) -> RunRecord | None:
    """The record of a run that has not come to its end; None if there is none that can be read."""
    try:
        staging = Directory.reached(out, ROOT.staging)
    except OSError:
        return None
    try:
        with staging.open_file(RUN_FILE) as file:
            return msgspec.convert(loads(file.read(_MAX_BYTES)), RunRecord)
    except (OSError, ValueError, msgspec.MsgspecError, RecursionError):
        return None
    finally:
        staging.close()


class RunNotes:
    """Keeps the record of a run that is being made.

    Args:
        out: The output folder, which exists and is held (`artifact_stream.output.lock`).

    Raises:
        OutputUnusable: The folder cannot be written.
    """

    def __init__(self, out: str) -> None:
        self._out = out
        with output_errors(out):
            self._staging = Directory.reached(out, ROOT.staging, made=True)

    def write(self, record: RunRecord) -> None:
        """Make or replace ``run.json``; without it nothing can be resumed."""
        # Not by msgspec, which refuses what stands for a path that is no UTF-8.
        text = format_json(encode_json(record)) + b"\n"
        with output_errors(self._out):
            replace_file(self._staging, RUN_FILE, text)

    def finished(self) -> Iterator[FinishedTrace]:
        """The traces that are complete, up to a line that is none; what is behind is removed."""
        whole_bytes = 0
        with output_errors(self._out), suppress(FileNotFoundError):
            with (
                self._staging.open_file(FINISHED_FILE) as file,
                suppress(ValueError, msgspec.MsgspecError),
            ):
                for offset, line in lines_of(file):
                    finished = msgspec.convert(loads(line), FinishedTrace)
                    whole_bytes = offset + len(line)
                    yield finished
            with JsonlAppender(self._staging, FINISHED_FILE, whole_bytes) as lines:
                lines.cut()

    def add_finished(self, finished: FinishedTrace) -> None:
        """Note that a trace is complete."""
        with output_errors(self._out):
            size = self._staging.regular_size(FINISHED_FILE) or 0
        with JsonlAppender(self._staging, FINISHED_FILE, size) as lines:
            lines.add(finished)

    def forget_finished(self) -> None:
        """Take it that no trace is complete."""
        with output_errors(self._out), suppress(FileNotFoundError):
            self._staging.remove(FINISHED_FILE)

    def end(self) -> None:
        """The run has come to its end: there is nothing to resume any more.

        What else is in the staging folder is for the caller to remove.
        """
        with output_errors(self._out), suppress(FileNotFoundError):
            self._staging.remove(RUN_FILE)
        self.close()

    def close(self) -> None:
        """Let go of the folder."""
        self._staging.close()
