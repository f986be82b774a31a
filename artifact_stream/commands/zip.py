"""`artifact-stream pack`: an output as one zip file."""

from __future__ import annotations

from typing import Annotated

import typer

from artifact_stream.commands.ending import ends_in_a_sentence
from artifact_stream.commands.options import Debug, Output


def pack_command(
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
        bool, typer.Option("--overwrite", help="Replace a zip file of that name.")
    ] = False,
    debug: Debug = False,
) -> None:
    """Pack an output into one zip file, to attach it to a bug report."""
    with ends_in_a_sentence(interrupted=f"Interrupted: {zip_path} was not made.", debug=debug):
        from artifact_stream.commands.progress import format_bytes
        from artifact_stream.tools.zip.zip import pack

        report = pack(out, zip_path, redact=redact, overwrite=overwrite)
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
