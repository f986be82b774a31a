"""Which command is meant: `run` where a path stands in its place; wrong usage is one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer

# Typer's exceptions of wrong usage have no public name.
from typer._click.exceptions import MissingParameter, UsageError
from typer.core import TyperGroup

from artifact_stream.commands.registry import LoadedCommands
from artifact_stream.errors import escaped

EXIT_USAGE = 2

SHORT_HELP = """\
Turns torch.compile traces into files and pages you can open.

  artifact-stream trace.log                        a log, into artifact_stream_out/
  artifact-stream run traces/ out/ --open          a folder, then show the report
  zcat trace.log.gz | artifact-stream run - out/   what is piped in

`artifact-stream --help` lists the commands, `artifact-stream run --help` the options.
"""

_OTHERS_WORDS = {
    "build": "run",
    "check": "verify",
    "extract": "run",
    "open": "serve",
    "parse": "run",
    "report": "run",
    "show": "serve",
    "tlparse": "run",
    "view": "serve",
}
"""What commands like ours are called elsewhere."""


class Commands(TyperGroup):
    """The commands, of which `run` need not be named."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.commands = LoadedCommands(self.rich_markup_mode)

    def make_context(self, *arguments: Any, **settings: Any) -> Any:
        """As Typer's; wrong usage ends in a sentence."""
        with _wrong_usage_is_a_sentence():
            return super().make_context(*arguments, **settings)

    def invoke(self, ctx: Any) -> Any:
        """As Typer's; wrong usage ends in a sentence."""
        with _wrong_usage_is_a_sentence():
            return super().invoke(ctx)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """As Typer's, with the command that is meant in front."""
        if not args and not ctx.resilient_parsing:
            typer.echo(SHORT_HELP, err=True, nl=False)
            raise typer.Exit(EXIT_USAGE)
        return super().parse_args(ctx, self._with_command(ctx, args))

    def _with_command(self, ctx: Any, args: list[str]) -> list[str]:
        """The arguments, with `run` in front where a path or an option of it stands there."""
        first = args[0] if args else ""
        own = {name for parameter in self.get_params(ctx) for name in parameter.opts}
        if not first or first in self.commands or first.partition("=")[0] in own:
            return args
        from artifact_stream.commands.arguments import is_path_like, is_there

        if first == "help" and not is_there(first):
            return [*args[1:2], "--help"]
        if first == "version" and not is_there(first):
            return ["--version"]
        if first.startswith("-") and first != "-":
            command = next((word for word in args if not word.startswith("-")), "")
            if first.partition("=")[0] not in self._options_of(command) or is_there(command):
                return ["run", *args]
            if ctx.resilient_parsing:  # For completion, which says nothing.
                return args
            raise UsageError(
                f"Options stand behind the command: artifact-stream {command} {first} ...", ctx
            )
        if first == "-" or is_there(first) or is_path_like(first):
            return ["run", *args]
        if ctx.resilient_parsing:
            return args
        raise UsageError(self._unknown(first), ctx)

    def _options_of(self, command: str) -> set[str]:
        """The options of a command, with their dashes; none if there is no such command."""
        parameters = self.commands[command].params if command in self.commands else []
        return {name for each in parameters for name in (*each.opts, *each.secondary_opts)}

    def _unknown(self, word: str) -> str:
        from difflib import get_close_matches

        names = [name for name, command in self.commands.items() if not command.hidden]
        close = get_close_matches(word.lower(), names, 1) or [_OTHERS_WORDS.get(word.lower(), "")]
        guess = f"did you mean `{close[0]}`? The" if close[0] else "the"
        return (
            f"`{word}` is no command, and no file or folder has this name: {guess} commands are "
            f"{', '.join(names[:-1])} and {names[-1]}."
        )


@contextmanager
def _wrong_usage_is_a_sentence() -> Iterator[None]:
    try:
        yield
    except UsageError as error:
        typer.echo(f"error: {escaped(_sentence(error))}", err=True)
        raise typer.Exit(EXIT_USAGE) from error


def _sentence(error: UsageError) -> str:
    """What is wrong, and where the right usage is to be found."""
    command = "artifact-stream"
    if error.ctx is not None and error.ctx.parent is not None:
        command += f" {error.ctx.info_name}"
    parameter: Any = error.param if isinstance(error, MissingParameter) else None
    if parameter is not None and parameter.metavar and parameter.help:
        said = f"{parameter.metavar} is missing: {parameter.help[0].lower()}{parameter.help[1:]}"
    else:
        said = error.format_message().strip()
    if not said.endswith(("?", ".")):
        said += "."
    return f"{said} See `{command} --help`."
