"""Which commands there are: the one place where they are listed; each is a file beside this.

A command is loaded when it is asked for: one does not wait for the others.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

COMMANDS = ("run", "explain", "unpack", "serve", "zip", "verify")
"""In the order of the help; each is the function ``NAME_command`` of ``commands/NAME.py``."""

HIDDEN = {"pack": "zip"}
"""Earlier names: those of the files that hold the functions."""


class LoadedCommands(dict[str, Any]):
    """The commands by name; what is listed is made of its function when it is asked for.

    Args:
        rich_markup_mode: How the app has help texts set.
    """

    def __init__(self, rich_markup_mode: Any) -> None:
        super().__init__(dict.fromkeys((*COMMANDS, *HIDDEN)))
        self._markup = rich_markup_mode

    def __getitem__(self, name: str) -> Any:
        command = super().__getitem__(name)
        if command is None:
            command = self._made(name)
            self[name] = command
        return command

    def get(self, name: str, default: Any = None) -> Any:
        """As of any dict."""
        if name not in self:
            return default
        return self[name]

    def values(self) -> Any:
        """As of any dict; all are loaded."""
        return [self[name] for name in self]

    def items(self) -> Any:
        """As of any dict; all are loaded."""
        return [(name, self[name]) for name in self]

    def _made(self, name: str) -> Any:
        import typer.main
        from typer.models import CommandInfo

        module = import_module(f"artifact_stream.commands.{HIDDEN.get(name, name)}")
        info = CommandInfo(
            name,
            cls=getattr(module, "COMMAND_CLASS", None) if name not in HIDDEN else None,
            callback=getattr(module, f"{name}_command"),
            epilog=getattr(module, "EPILOG", None) if name not in HIDDEN else None,
            hidden=name in HIDDEN,
        )
        return typer.main.get_command_from_info(
            info, pretty_exceptions_short=False, rich_markup_mode=self._markup
        )
