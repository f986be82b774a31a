"""Naming on stderr what a run passed over, whatever is shown of its progress."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import typer

from artifact_stream.errors import escaped
from artifact_stream.layout import SUMMARY_FILE

if TYPE_CHECKING:
    from artifact_stream.output.summary import RunSummary

MAX_NAMED = 20
"""So many are named."""


def name_passed_over(summary: RunSummary) -> None:
    """Say which files and folders were passed over, and why; of very many the first ones.

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
