"""The command line: its options; the commands are listed in ``commands/registry.py``.

Data goes to stdout (only ``--json`` prints there), everything for people to stderr.
"""

from __future__ import annotations

from typing import Annotated

import typer

from artifact_stream._version import __version__
from artifact_stream.commands.group import Commands

app = typer.Typer(
    name="artifact-stream",
    cls=Commands,
    help="Turn torch.compile traces into files and pages you can open: in one pass, with memory "
    "that stays flat.\n\nA path in the place of COMMAND is run: `artifact-stream trace.log`.",
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"artifact-stream {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            "-V",
            callback=_print_version,
            is_eager=True,
            help="Print the version and exit.",
        ),
    ] = False,
) -> None:
    """Turn torch.compile traces into files and pages you can open."""
