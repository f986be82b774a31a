"""Arguments and options that several commands of the command line share."""

from __future__ import annotations

import math
from enum import StrEnum
from typing import Annotated

import typer

DEFAULT_OUTPUT = "artifact_stream_out"
"""The output folder, in the working folder, where a command line names none."""


class ProgressMode(StrEnum):
    """How progress is shown."""

    auto = "auto"
    bar = "bar"
    plain = "plain"
    none = "none"


class FindingChoice(StrEnum):
    """What a run may be failed for; ``any`` for all of them."""

    failure = "failure"
    graph_break = "graph_break"
    recompilation = "recompilation"
    cache_bypass = "cache_bypass"
    any = "any"


Output = Annotated[
    str, typer.Argument(metavar="OUT", help="Folder that a run has made.", show_default=False)
]
Jobs = Annotated[
    int | None,
    typer.Option(
        "--jobs",
        "-j",
        metavar="N",
        min=1,
        help="Work in so many processes; by default as many as there are processors.",
        show_default=False,
    ),
]
Progress = Annotated[
    ProgressMode,
    typer.Option("--progress", help="How to show progress: a bar on a terminal, else lines."),
]


def _check_seconds(seconds: float) -> float:
    """Refuse what is no number of seconds, which is never less than the least one."""
    if not math.isfinite(seconds):
        raise typer.BadParameter(f"{seconds} is no number of seconds.")
    return seconds


ProgressInterval = Annotated[
    float,
    typer.Option(
        "--progress-interval",
        metavar="SECONDS",
        min=0.1,
        callback=_check_seconds,
        help="Time between plain lines.",
    ),
]
JsonSummary = Annotated[bool, typer.Option("--json", help="Print summary.json on stdout.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show a traceback on errors.")]
