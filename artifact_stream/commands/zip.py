"""`artifact-stream zip`: an output as one zip file."""

from __future__ import annotations

from functools import wraps
from typing import Annotated, Any

import typer

from artifact_stream.commands.ending import ends_in_a_sentence
from artifact_stream.commands.options import Debug, Output
from artifact_stream.commands.signals import signals_ask
from artifact_stream.stop import StopRequest


def zip_command(
    out: Output,
    zip_path: Annotated[
        str, typer.Argument(metavar="ZIP", help="Zip file to make.", show_default=False)
    ],
    redact: Annotated[
        bool,
        typer.Option(
            "--redact", help="Replace names of users and of their home folders. Best effort."
        ),
    ] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace a zip file of that name that zip has made.")
    ] = False,
    debug: Debug = False,
) -> None:
    """Make one zip file of an output, to attach it to a bug report."""
    interrupted = f"Interrupted: {zip_path} was not made."
    stop_request = StopRequest()
    with (
        ends_in_a_sentence("zip", interrupted=interrupted, debug=debug, stop_request=stop_request),
        signals_ask(stop_request),
    ):
        from artifact_stream.tools.zip.zip import zip_output
        from artifact_stream.units import format_bytes

        report = zip_output(out, zip_path, redact=redact, overwrite=overwrite)
        typer.echo(
            f"{zip_path}: {report.files:,} files, {format_bytes(report.content_bytes)}, packed "
            f"{format_bytes(report.zip_bytes)}.",
            err=True,
        )
        if report.left_out:
            typer.echo(
                f"warning: {report.left_out:,} files or index lines of the output are missing or "
                f"broken and were left out; artifact-stream verify {out} lists them.",
                err=True,
            )
        if redact:
            typer.echo(
                f"Redacted: {report.replacements:,} places, {report.names:,} different names. "
                "This is a best effort: a name elsewhere in a text is not known to be one.",
                err=True,
            )
        typer.echo(
            "warning: it contains the code of the model that was compiled: look at it before you "
            "give it to others.",
            err=True,
        )


@wraps(zip_command)
def pack_command(*arguments: Any, **options: Any) -> None:
    """The former name of `zip_command`: the same, and a word on the new one."""
    typer.echo("warning: `artifact-stream pack` is called `artifact-stream zip` now.", err=True)
    zip_command(*arguments, **options)
