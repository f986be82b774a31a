"""The command line: which commands there are; each has a file of its own in ``commands/``.

Data goes to stdout (only ``--json`` prints there), everything for people to stderr.
"""

from __future__ import annotations

from typing import Annotated

import typer

from artifact_stream._version import __version__
from artifact_stream.commands import explain, run, serve, unpack, verify
from artifact_stream.commands import zip as zip_
from artifact_stream.commands.group import Commands
from artifact_stream.commands.tlparse import TakesTlparseOptions

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


app.command("run", cls=TakesTlparseOptions, epilog=run.EPILOG)(run.run_command)
app.command("explain", epilog=explain.EPILOG)(explain.explain_command)
app.command("unpack", epilog=unpack.EPILOG)(unpack.unpack_command)
app.command("serve")(serve.serve_command)
app.command("zip")(zip_.zip_command)
app.command("pack", hidden=True)(zip_.pack_command)  # its name before it was `zip`
app.command("verify")(verify.verify_command)
