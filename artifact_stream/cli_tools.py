"""The commands for what a run has made: thin functions over the library, registered by `cli`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from artifact_stream.cli_errors import ends_in_a_sentence
from artifact_stream.cli_options import Debug, Output

EXIT_FINDINGS = 1


def serve_command(
    out: Output,
    port: Annotated[
        int | None,
        typer.Option(
            "--port",
            metavar="PORT",
            min=0,
            max=65535,
            help="Port; by default the first free one from 8080 on.",
            show_default=False,
        ),
    ] = None,
    open_browser: Annotated[
        bool, typer.Option("--open", help="Open the report in a web browser.")
    ] = False,
    debug: Debug = False,
) -> None:
    """Show an output in a browser, from a web server that only this machine can reach."""
    with ends_in_a_sentence(interrupted="Interrupted.", debug=debug):
        from artifact_stream.serve import serve

        def tell(url: str) -> None:
            typer.echo(f"Serving {out} at {url} - Ctrl-C stops it.", err=True)
            if open_browser:
                import webbrowser

                webbrowser.open(url)

        serve(out, port, on_ready=tell)
        typer.echo("Stopped.", err=True)


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
        from artifact_stream.progress import format_bytes
        from artifact_stream.zipping import pack

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


def verify_command(
    out: Output,
    json_lines: Annotated[
        bool, typer.Option("--json", help="Print the findings as JSON, one a line.")
    ] = False,
    debug: Debug = False,
) -> None:
    """Check an output against its index: files, sizes, digests, what is missing or foreign."""
    with ends_in_a_sentence(interrupted="Interrupted.", debug=debug):
        from artifact_stream.json_text import encode_json
        from artifact_stream.progress import format_bytes
        from artifact_stream.verification import Verified, verify

        verified = Verified()
        for finding in verify(out, verified):
            if json_lines:
                typer.echo(encode_json(finding))
            else:
                typer.echo(f"{finding.slug} {finding.url}: {finding.message}")
        typer.echo(
            f"{out}: {verified.files:,} files, {format_bytes(verified.content_bytes)}, "
            f"{verified.digests:,} of them compared with a digest: {_findings(verified.findings)}.",
            err=True,
        )
        if verified.findings:
            raise typer.Exit(EXIT_FINDINGS)


def _findings(count: int) -> str:
    if not count:
        return "all as it was written"
    return f"{count:,} finding{'' if count == 1 else 's'}"


COMMANDS: dict[str, Callable[..., None]] = {
    "serve": serve_command,
    "pack": pack_command,
    "verify": verify_command,
}
"""All of them by name."""
