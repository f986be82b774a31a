"""`artifact-stream unpack`: files of what `run --lazy` has kept in packs."""

from __future__ import annotations

from typing import Annotated

import typer

from artifact_stream.commands.ending import ends_in_a_sentence, finish
from artifact_stream.commands.options import (
    Debug,
    Jobs,
    JsonSummary,
    Progress,
    ProgressInterval,
    ProgressMode,
)

EPILOG = "Example:\n\n`artifact-stream unpack out/`"


def unpack_command(
    out: Annotated[
        str,
        typer.Argument(metavar="OUT", help="What `run --lazy` has written.", show_default=False),
    ],
    jobs: Jobs = None,
    progress: Progress = ProgressMode.auto,
    progress_interval: ProgressInterval = 10.0,
    json_summary: JsonSummary = False,
    debug: Debug = False,
) -> None:
    """Make files of what a run with --lazy has kept in packs: the same as without --lazy."""
    from artifact_stream.commands.progress import ProgressMonitor
    from artifact_stream.pipeline.progress import RunProgress
    from artifact_stream.tools.unpack import unpack

    interrupted = f"Interrupted: nothing of {out} is lost; unpack it again to finish."
    with ends_in_a_sentence("unpack", interrupted=interrupted, debug=debug):
        counters = RunProgress()
        with ProgressMonitor(counters, progress.value, progress_interval) as monitor:
            summary = unpack(out, jobs=jobs, progress=counters)
        monitor.print_summary(summary, unpacked=True)
        finish(summary, json_summary=json_summary, strict=False)
