"""Naming on stderr what a run passed over, whatever is shown of its progress."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import typer

from artifact_stream.errors import escaped
from artifact_stream.layout import PROBLEMS_FILE, SUMMARY_FILE

if TYPE_CHECKING:
    from artifact_stream.output.summary import RunSummary, TraceSummary

MAX_NAMED = 20
"""So many are named."""

_CUT_SHORT = ("source_damaged", "window_too_large", "expands_too_much")
"""Problems behind which nothing of a source was read."""


def name_passed_over(summary: RunSummary) -> None:
    """Say which files and folders were passed over, and why, and which were not read to their end.

    Of very many the first ones are named.

    Args:
        summary: Of the run.
    """
    named = summary.passed_over[:MAX_NAMED]
    for file in named:
        typer.echo(f"passed over: {escaped(file.path)} {escaped(file.why)}", err=True)
    more = summary.passed_over_count - len(named)
    if more:
        path = os.path.join(summary.out, SUMMARY_FILE)
        typer.echo(f"passed over: {more:,} more, see {path}", err=True)
    cut_short = list(_not_read_to_the_end(summary))
    for trace in cut_short[:MAX_NAMED]:
        path = os.path.normpath(os.path.join(summary.out, trace.folder, PROBLEMS_FILE))
        sources = ", ".join(trace.sources)
        typer.echo(f"not read to its end: {escaped(sources)}, see {escaped(path)}", err=True)
    if len(cut_short) > MAX_NAMED:
        typer.echo(f"not read to their ends: {len(cut_short) - MAX_NAMED:,} more", err=True)


def _not_read_to_the_end(summary: RunSummary) -> Iterator[TraceSummary]:
    """The traces with a source of which only the beginning could be read."""
    passed_over = {file.path: file.slug for file in summary.passed_over}
    for trace in summary.traces:
        for source in trace.sources:
            passed_over.pop(source, None)
    # What has no place among the traces is told in the first one of which something was read.
    elsewhere = [slug for slug in passed_over.values() if slug in _CUT_SHORT]
    named = {file.path for file in summary.passed_over}
    for trace in summary.traces:
        if named.isdisjoint(trace.sources):
            count = sum(trace.counts.problems.get(slug, 0) for slug in _CUT_SHORT)
            if count > len(elsewhere):
                yield trace
            elsewhere = []
