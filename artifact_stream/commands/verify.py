"""`artifact-stream verify`: an output against its index."""

from __future__ import annotations

from typing import Annotated

import typer

from artifact_stream.commands.ending import EXIT_FINDINGS, ends_in_a_sentence
from artifact_stream.commands.options import Debug, Output
from artifact_stream.commands.signals import signals_ask
from artifact_stream.errors import escaped
from artifact_stream.stop import StopRequest


def verify_command(
    out: Output,
    json_lines: Annotated[
        bool, typer.Option("--json", help="Print the findings as JSON, one a line.")
    ] = False,
    debug: Debug = False,
) -> None:
    """Check an output against its index: files, sizes, digests, what is missing or foreign."""
    stop_request = StopRequest()
    with (
        ends_in_a_sentence(
            "verify", interrupted="Interrupted.", debug=debug, stop_request=stop_request
        ),
        signals_ask(stop_request),
    ):
        from artifact_stream.commands.wording import finding_text
        from artifact_stream.json_text import encode_json
        from artifact_stream.tools.verify.outputs import Verified, verify
        from artifact_stream.units import format_bytes

        verified = Verified()
        for finding in verify(out, verified):
            message = finding_text(finding)
            if json_lines:
                shown = {"slug": finding.slug, "url": finding.url, "message": message}
                typer.echo(encode_json({**shown, "line": finding.line}))
            else:
                typer.echo(escaped(f"{finding.slug} {finding.url}: {message}"))
        typer.echo(
            f"{escaped(out)}: {verified.files:,} files, {format_bytes(verified.content_bytes)}, "
            f"{verified.digests:,} of them compared with a digest: {_findings(verified.findings)}.",
            err=True,
        )
        if verified.findings:
            raise typer.Exit(EXIT_FINDINGS)


def _findings(count: int) -> str:
    if not count:
        return "all as it was written"
    return f"{count:,} finding{'' if count == 1 else 's'}"
