"""Notes for people on stderr: how what they typed was understood."""

from __future__ import annotations

import sys

import typer

from artifact_stream.errors import escaped


def note(text: str) -> None:
    """Print a note.

    Args:
        text: A phrase without a full stop.
    """
    typer.echo(f"note: {escaped(text)}.", err=True)


def note_that_a_terminal_is_read() -> None:
    """Say what is waited for, where stdin is a terminal: nothing would move without it."""
    if sys.stdin is not None and sys.stdin.isatty():
        note("waiting for a trace to be typed or pasted; Ctrl-D on a line of its own ends it")
