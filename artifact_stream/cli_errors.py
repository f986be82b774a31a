"""How every command ends: one sentence on stderr and an exit code, never a traceback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from artifact_stream.errors import ArtifactStreamError

EXIT_DEFECT = 70
EXIT_INTERRUPTED = 130


@contextmanager
def ends_in_a_sentence(*, interrupted: str, debug: bool) -> Iterator[None]:
    """Turn whatever ends a command early into a sentence and an exit code.

    Args:
        interrupted: What to say after Ctrl-C.
        debug: Show the traceback too.
    """
    try:
        yield
    except ArtifactStreamError as error:
        stop(str(error), error.exit_code, debug=debug)
    except KeyboardInterrupt:
        stop(interrupted, EXIT_INTERRUPTED, debug=debug)
    except (typer.Exit, typer.Abort, BrokenPipeError):  # the last: `| head`, as Typer ends it
        raise
    except Exception as error:  # noqa: BLE001 - the user gets a sentence, --debug the traceback
        message = f"A defect of artifact-stream: {type(error).__name__}: {error}. Please report it "
        stop(message + "with what --debug prints.", EXIT_DEFECT, debug=debug)


def stop(message: str, exit_code: int, *, debug: bool) -> None:
    """End with one sentence on stderr; to be called while the error is handled."""
    if debug:
        import traceback

        traceback.print_exc()
    typer.echo(f"error: {message}", err=True)
    raise typer.Exit(exit_code)
