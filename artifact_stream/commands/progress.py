"""Showing how far a run has come, and at its end what it did; for people, on stderr.

The monitor polls the run's counters from a thread of its own: the work never waits for the
screen.  On a terminal it is a bar.  Elsewhere (log files, CI) it is plain lines without control
codes: one at the start, one every few seconds, one at the end.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self, TextIO

from artifact_stream.errors import escaped
from artifact_stream.layout import INDEX_PAGE, PROBLEMS_FILE
from artifact_stream.output.counts import FACT_KINDS, FindingCounts, known_kinds
from artifact_stream.units import format_bytes, format_rate
from artifact_stream.workers.start import PROGRESS_THREAD

if TYPE_CHECKING:
    from artifact_stream.output.summary import RunSummary
    from artifact_stream.pipeline.progress import RunProgress

_BAR_SECONDS = 0.1


class ProgressMonitor:
    """Shows a run's counters while its `with` block runs.

    Args:
        counters: What the run keeps up to date.
        mode: ``auto``, ``bar``, ``plain`` or ``none``.
        interval_seconds: Time between plain lines.
        stream: Where it is shown; stderr by default.
    """

    def __init__(
        self,
        counters: RunProgress,
        mode: str,
        interval_seconds: float,
        stream: TextIO | None = None,
    ) -> None:
        self._counters = counters
        self._stream = sys.stderr if stream is None else stream
        if mode == "auto":
            capable = self._stream.isatty() and os.environ.get("TERM") != "dumb"
            mode = "bar" if capable else "plain"
        self._mode = mode
        self._interval_seconds = interval_seconds
        self._started = time.monotonic()
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        if self._mode != "none":
            show = self._show_bar if self._mode == "bar" else self._show_lines
            thread = threading.Thread(target=show, name=PROGRESS_THREAD, daemon=True)
            with suppress(RuntimeError):  # No more can be started; the work needs none.
                thread.start()
                self._thread = thread
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._ended.set()
        if self._thread is not None:
            self._thread.join()
        if self._mode == "plain" and kind is None and not self._counters.was_complete:
            how = "interrupted" if self._counters.interrupted else "done"
            self._print_line(f"{how}: {self._state()}")

    def _show_lines(self) -> None:
        # The sizes are known a moment later, when the sources have been found.
        while not self._counters.traces_total:
            if self._ended.wait(0.005):
                break
        if self._counters.traces_total:
            self._print_line("reading " + self._what())
        while not self._ended.wait(self._interval_seconds):
            self._print_line(self._state())

    def _print_line(self, text: str) -> None:
        print(f"artifact-stream: {text}", file=self._stream, flush=True)

    def _what(self) -> str:
        counters = self._counters
        traces = f"{counters.traces_total} trace{'s' if counters.traces_total != 1 else ''}"
        if counters.total_bytes is None:
            return f"{traces} from a pipe"
        return f"{traces}, {format_bytes(counters.total_bytes)}"

    def _state(self) -> str:
        """How far the run has come, in one line."""
        counters = self._counters
        seconds = time.monotonic() - self._started
        done, total = counters.read.stored_bytes, counters.total_bytes
        parts = [f"{format_bytes(done)}"]
        if total:
            parts = [
                f"{min(100, 100 * done // total)}%, {format_bytes(done)} of {format_bytes(total)}"
            ]
        if counters.traces_total > 1:
            parts.append(f"{counters.traces_done} of {counters.traces_total} traces")
        parts.append(_entries(counters.entries))
        if seconds > 0:
            parts.append(format_rate(done / seconds))
        if total and 0 < done < total:
            parts.append(f"{format_seconds(seconds * (total - done) / done)} left")
        return ", ".join(parts)

    def _show_bar(self) -> None:
        from rich.progress import (
            BarColumn,
            Progress,
            ProgressColumn,
            SpinnerColumn,
            Task,
            TextColumn,
            TimeRemainingColumn,
        )
        from rich.table import Column
        from rich.text import Text

        class ReadColumn(ProgressColumn):
            """How much has been read; Rich's own counts its speed in other units."""

            def render(self, task: Task) -> Text:
                return Text(_part_of(task.completed, task.total), style="progress.download")

        class RateColumn(ProgressColumn):
            """How fast it is read."""

            def render(self, task: Task) -> Text:
                rate = task.finished_speed or task.speed
                return Text("?" if rate is None else format_rate(rate), style="progress.data.speed")

        with Progress(
            SpinnerColumn(),
            TextColumn("{task.fields[trace]}", markup=False),
            BarColumn(),
            ReadColumn(Column(no_wrap=True)),  # a unit on a line of its own is not read
            TextColumn("{task.fields[entries]}", markup=False),
            RateColumn(Column(no_wrap=True)),
            TimeRemainingColumn(),
            console=self._console(),
            transient=True,
            auto_refresh=False,  # It would start a thread of its own.
        ) as bar:
            task = bar.add_task("", total=None, trace="", entries="")
            while True:
                ended = self._ended.wait(_BAR_SECONDS)
                counters = self._counters
                bar.update(
                    task,
                    completed=counters.read.stored_bytes,
                    total=counters.total_bytes,
                    trace=_shown_name(counters.trace),
                    entries=_entries(counters.entries),
                    refresh=True,
                )
                if ended:
                    return

    def _console(self) -> Any:
        from rich.console import Console

        # A bar on something that is no terminal was asked for by name.
        forced = None if self._stream.isatty() else True
        return Console(file=self._stream, force_terminal=forced, highlight=False)

    def print_summary(self, summary: RunSummary, *, unpacked: bool = False) -> None:
        """Show the closing table, unless nothing is to be shown; after unpacking a shorter one."""
        if self._mode == "none":
            return
        rows = _summary_rows(summary)
        if unpacked:
            rows = [row for row in rows if row[0] in ("entries", "files", "written", "open")]
        width = max(len(name) for name, _ in rows) + 2
        if self._mode == "plain":
            for name, value in rows:
                print(f"{name:{width}}{value}", file=self._stream, flush=True)
            return
        from rich.text import Text

        console = self._console()
        for name, value in rows:
            console.print(Text.assemble((f"{name:{width}}", "dim"), value), soft_wrap=True)


def _entries(count: int) -> str:
    return f"{count:,} {'entry' if count == 1 else 'entries'}"


def _shown_name(name: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in name)[:30]


def _summary_rows(summary: RunSummary) -> list[tuple[str, str]]:
    counts = summary.counts
    rows = [
        *_fact_rows(summary),
        ("entries", f"{counts.entries_read:,} read, {counts.entries_written:,} written"),
        ("files", f"{counts.files:,} and {counts.links:,} links"),
        ("read", format_bytes(summary.source_bytes)),
        ("written", format_bytes(counts.written_bytes)),
        ("told", _total_of(counts.told)),
        ("skipped", _total_of(counts.skipped)),
        ("problems", _total_of(counts.problems)),
        ("speed", f"{format_rate(summary.bytes_per_second)} in {summary.wall_seconds:.2f} s"),
    ]
    if summary.peak_memory_bytes is not None:
        rows.append(("peak memory", format_bytes(summary.peak_memory_bytes)))
    rows += [
        ("note", f"{note.message} ({note.count:,})") for _, note in sorted(counts.notes.items())
    ]
    rows.append(("open", os.path.join(summary.out, INDEX_PAGE)))
    if counts.problem_count:
        names = [PROBLEMS_FILE]
        if len(summary.traces) > 1:
            names = [os.path.join(t.folder, names[0]) for t in summary.traces if t.counts.problems]
        shown = ", ".join(os.path.join(summary.out, name) for name in names[:3])
        rows.append(("see also", shown + (", ..." if len(names) > 3 else "")))
    return [(name, escaped(value)) for name, value in rows]


def _total_of(counts: dict[str, int]) -> str:
    """A sum and what it is the sum of."""
    of = ", ".join(f"{name} {count:,}" for name, count in sorted(counts.items()))
    return f"{sum(counts.values()):,}" + (f" ({of})" if of else "")


def _fact_rows(summary: RunSummary) -> list[tuple[str, str]]:
    """What the traces tell of; that there is none of something only where it would be told."""
    facts = summary.counts.facts
    if not summary.options.facts:
        return []
    known = known_kinds(trace.counts.facts for trace in summary.traces)
    rows = []
    for kind, name in zip(FACT_KINDS, ("failures", "graph breaks", "recompilations"), strict=True):
        knows_all = known[kind]
        found = facts.found.get(kind, 0)
        unknown = "others are not known" if found else "not known"
        told = f"{found:,}" if found or knows_all else ""
        rows.append(
            (name, ", ".join(part for part in (told, "" if knows_all else unknown) if part))
        )
    findings = summary.counts.findings
    if findings.compilations:
        rows.append(("compilations", _compilations(findings)))
    return rows


def _compilations(findings: FindingCounts) -> str:
    functions = f"{findings.frames:,} {'function' if findings.frames == 1 else 'functions'}"
    backward = f", backwards {findings.backward_seconds:.2f} s" if findings.backward_seconds else ""
    return f"{findings.compilations:,} of {functions} in {findings.compile_seconds:.2f} s{backward}"


def _part_of(done: float, total: float | None) -> str:
    """``1.2/5.8 MiB``, as short as it can be said."""
    if total is None:
        return format_bytes(done)
    whole = format_bytes(total)
    unit = whole[whole.rindex(" ") :]
    return f"{format_bytes(done).removesuffix(unit)}/{whole}"


def format_seconds(seconds: float) -> str:
    """A duration as people write it: ``42 s``, ``3 min``."""
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
