"""`artifact-stream serve`: an output in a browser."""

from __future__ import annotations

from typing import Annotated

import typer

from artifact_stream.commands.ending import ends_in_a_sentence
from artifact_stream.commands.options import Debug, Output


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
    with ends_in_a_sentence("serve", interrupted="Interrupted.", debug=debug):
        from artifact_stream.output.lock import is_being_changed
        from artifact_stream.tools.serve import serve

        def tell(url: str) -> None:
            typer.echo(f"Serving {out} at {url} - Ctrl-C stops it.", err=True)
            if is_being_changed(out):
                typer.echo(
                    f"warning: {out} is being written by another run or unpack: what is shown is "
                    "not complete.",
                    err=True,
                )
            if open_browser:
                import webbrowser

                webbrowser.open(url)

        serve(out, port, on_ready=tell)
        typer.echo("Stopped.", err=True)
