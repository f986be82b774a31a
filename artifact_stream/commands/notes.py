"""Notes for people on stderr: how what they typed was understood."""

from __future__ import annotations

import typer


def note(text: str) -> None:
    """Print a note.

    Args:
        text: A phrase without a full stop; what a terminal would act on is not printed, since a
            file's name may hold anything.
    """
    shown = "".join(character if character.isprintable() else "?" for character in text)
    typer.echo(f"note: {shown}.", err=True)
