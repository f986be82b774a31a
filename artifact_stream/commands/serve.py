"""`artifact-stream serve`: an output in a browser."""

from __future__ import annotations

from typing import Annotated

import typer

from artifact_stream.commands.browser import open_in_browser
from artifact_stream.commands.ending import ends_in_a_sentence
from artifact_stream.commands.options import Debug, Output
from artifact_stream.commands.signals import signals_ask
from artifact_stream.errors import escaped
from artifact_stream.stop import StopRequest


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
    host: Annotated[
        str,
        typer.Option(
            "--host",
            metavar="ADDRESS",
            help="Address to listen at; by default 127.0.0.1, which only this machine reaches.",
            show_default=False,
        ),
    ] = "127.0.0.1",
    allow_hosts: Annotated[
        list[str] | None,
        typer.Option(
            "--allow-host",
            metavar="NAME",
            help="A further host name that requests may give. May be repeated.",
            show_default=False,
        ),
    ] = None,
    open_browser: Annotated[
        bool, typer.Option("--open", help="Open the report in a web browser.")
    ] = False,
    debug: Debug = False,
) -> None:
    """Show an output in a browser, from a web server that only this machine can reach."""
    stop_request = StopRequest()
    with (
        ends_in_a_sentence(
            "serve", interrupted="Interrupted.", debug=debug, stop_request=stop_request
        ),
        signals_ask(stop_request),
    ):
        from artifact_stream.output.lock import is_being_changed
        from artifact_stream.tools.serve.hosts import LOOPBACK_NAMES
        from artifact_stream.tools.serve.server import serve

        def tell(url: str) -> None:
            typer.echo(f"Serving {escaped(out)} at {url} - Ctrl-C stops it.", err=True)
            if host not in LOOPBACK_NAMES:
                warn(f"whoever reaches {escaped(host)} can read all of it.")
            if is_being_changed(out):
                warn(
                    f"{escaped(out)} is being written by another run or unpack: what is shown is "
                    "not complete."
                )
            if open_browser:
                open_in_browser(url)

        def warn(trouble: str) -> None:
            typer.echo(f"warning: {trouble}", err=True)

        serve(
            out,
            port,
            host=host,
            allow_hosts=allow_hosts or (),
            on_ready=tell,
            on_trouble=warn,
            stop_request=stop_request,
        )
        typer.echo("Stopped.", err=True)
