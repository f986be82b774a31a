"""How every command ends: one sentence on stderr and an exit code, never a traceback."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from artifact_stream.commands.wording import sentence
from artifact_stream.errors import ArtifactStreamError, OutputUnusable, escaped
from artifact_stream.stop import Interrupted, StopRequest

if TYPE_CHECKING:
    from artifact_stream.output.summary import RunSummary

EXIT_STRICT = 1
EXIT_FINDINGS = 1
EXIT_DEFECT = 70
EXIT_INTERRUPTED = 130
_EXIT_SIGNAL = 128


@contextmanager
def ends_in_a_sentence(
    command: str, *, interrupted: str, debug: bool, stop_request: StopRequest | None = None
) -> Iterator[None]:
    """Turn whatever ends a command early into a sentence and an exit code.

    Args:
        command: The name of the command, whose options an error names.
        interrupted: What to say after Ctrl-C.
        debug: Show the traceback too.
        stop_request: Tells by which signal a command was interrupted.
    """
    try:
        yield
    except ArtifactStreamError as error:
        stop(sentence(error, command), error.exit_code, debug=debug)
    except (KeyboardInterrupt, Interrupted):
        number = None if stop_request is None else stop_request.signal_number
        code = EXIT_INTERRUPTED if number is None else _EXIT_SIGNAL + number
        stop(interrupted, code, debug=debug)
    except (typer.Exit, typer.Abort, BrokenPipeError):  # the last: `| head`, as Typer ends it
        raise
    except Exception as error:  # noqa: BLE001 - the user gets a sentence, --debug the traceback
        message = f"A defect of artifact-stream: {type(error).__name__}: {error}. Please report it "
        stop(message + "with what --debug prints.", EXIT_DEFECT, debug=debug)


@contextmanager
def ends_in_a_sentence_of_the_app() -> Iterator[None]:
    """The same for what no command has caught: stdout that does not take a help text, say."""
    try:
        yield
    except ArtifactStreamError as error:
        typer.echo(f"error: {error}", err=True)
        sys.exit(error.exit_code)


def stop(message: str, exit_code: int, *, debug: bool) -> None:
    """End with one sentence on stderr; to be called while the error is handled."""
    if debug:
        import traceback

        traceback.print_exc()
    typer.echo(f"error: {escaped(message)}", err=True)
    raise typer.Exit(exit_code)


def finish(summary: RunSummary, *, json_summary: bool, strict: bool) -> None:
    """End a command that has come to its end: print the summary, find the exit code.

    Args:
        summary: What was done.
        json_summary: Print it on stdout.
        strict: Exit with `EXIT_STRICT` if any problem was recorded.

    Raises:
        OutputUnusable: Stdout does not take the summary.
    """
    if json_summary:
        try:
            sys.stdout.buffer.writelines(summary.json_chunks())
            sys.stdout.buffer.flush()
        except (OutputUnusable, OSError) as error:
            cause = error.__cause__ if isinstance(error, OutputUnusable) else error
            reason = getattr(cause, "strerror", None) or cause
            raise OutputUnusable(
                f"Stdout cannot be written ({reason}): read the output's summary.json, which holds "
                "the same."
            ) from error
    if strict and summary.counts.problem_count:
        raise typer.Exit(EXIT_STRICT)
