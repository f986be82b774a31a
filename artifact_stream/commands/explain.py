"""`artifact-stream explain`: what a trace tells, as text."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from artifact_stream.commands.ending import ends_in_a_sentence
from artifact_stream.commands.options import Debug
from artifact_stream.commands.signals import signals_ask
from artifact_stream.stop import StopRequest

EPILOG = (
    "Examples:\n\n"
    "`artifact-stream explain trace.log`\n\n"
    "`artifact-stream explain out/ --json`\n\n"
    "`zcat trace.log.gz | artifact-stream explain -`"
)


_MAKES_NO_FILES = "link"
"""The kind of entries of which a run makes none."""


def explain_command(
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE|OUT",
            help="A folder that a run has made; or what a run reads: logs, folders, `-`.",
            show_default=False,
        ),
    ],
    json_findings: Annotated[
        bool, typer.Option("--json", help="Print findings.json on stdout.")
    ] = False,
    debug: Debug = False,
) -> None:
    """Tell what a trace tells: failures, graph breaks, recompilations, where the time went."""
    from artifact_stream.commands.notes import note_that_a_terminal_is_read

    stop_request = StopRequest()
    with (
        ends_in_a_sentence(
            "explain", interrupted="Interrupted.", debug=debug, stop_request=stop_request
        ),
        signals_ask(stop_request),
    ):
        from artifact_stream.commands.arguments import STDIN, named_by
        from artifact_stream.disk.scratch import scratch_folder
        from artifact_stream.options import Options
        from artifact_stream.output.marker import read_marker
        from artifact_stream.pipeline.run import run

        if STDIN in sources:
            note_that_a_terminal_is_read()
        if len(sources) == 1 and read_marker(sources[0]) is not None:
            _print(sources[0], sources[0], json_findings=json_findings)
            return
        with scratch_folder() as scratch:
            named = named_by(sources, scratch)
            title = ", ".join(
                os.path.basename(os.path.normpath(path)) for path in named.sources[:3]
            )
            # A run that makes no files but what is printed of.
            options = Options(only=(_MAKES_NO_FILES,))
            run(named.sources, scratch, options, jobs=1, stop=stop_request)
            _print(scratch, title, json_findings=json_findings)


def _print(out: str, title: str, *, json_findings: bool) -> None:
    from artifact_stream.tools.explain.output import explained, findings_text

    if json_findings:
        for chunk in findings_text(out):
            sys.stdout.buffer.write(chunk)
        sys.stdout.buffer.flush()
        return
    for line in explained(out, title):
        typer.echo(line)
