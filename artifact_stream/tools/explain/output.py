"""Explaining an output that a run has made."""

from __future__ import annotations

from collections.abc import Iterator

from artifact_stream.errors import OutputUnusable, Remedy
from artifact_stream.layout import COMPILE_IDS_FILE, FINDINGS_FILE
from artifact_stream.output.reader import Output, open_output
from artifact_stream.tools.explain.text import explanation


def explained(out: str, title: str) -> Iterator[str]:
    """The lines of the page for an output.

    Args:
        out: The output folder.
        title: What it is called.

    Raises:
        OutputUnusable: It is none, was made by an earlier version, or has been damaged.
    """
    output = open_output(out)
    compile_ids = (lambda: output.open(COMPILE_IDS_FILE)) if output.is_single else None
    try:
        yield from explanation(title, lambda: output.open(FINDINGS_FILE), compile_ids)
    except FileNotFoundError as error:
        raise _made_earlier(output) from error
    except (OSError, ValueError) as error:
        raise OutputUnusable(
            f"{out}/{FINDINGS_FILE} cannot be read ({error}): ", Remedy.START_AGAIN, "."
        ) from error


def findings_text(out: str) -> Iterator[bytes]:
    """``findings.json`` of an output, in pieces.

    Raises:
        OutputUnusable: As for `explained`.
    """
    output = open_output(out)
    try:
        with output.open(FINDINGS_FILE) as file:
            while chunk := file.read(1 << 20):
                yield chunk
    except FileNotFoundError as error:
        raise _made_earlier(output) from error
    except OSError as error:
        raise OutputUnusable(
            f"{out}/{FINDINGS_FILE} cannot be read ({error}): ", Remedy.START_AGAIN, "."
        ) from error


def _made_earlier(output: Output) -> OutputUnusable:
    return OutputUnusable(
        f"{output.path} has no {FINDINGS_FILE}, as it was made by an earlier version: ",
        Remedy.START_AGAIN,
        ".",
    )
