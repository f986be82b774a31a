"""Opening a page in the browser, where there is one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import quote

import typer

_STDOUT, _STDERR = 1, 2


def open_in_browser(url: str) -> None:
    """Open a page in the user's browser; say its URL in any case.

    Args:
        url: Of the page.
    """
    import webbrowser

    try:
        with _stdout_kept_for_data():
            is_open = webbrowser.open(url)
    except (webbrowser.Error, OSError):
        is_open = False
    said = f"opened {url}" if is_open else f"no browser could be opened here: the page is {url}"
    typer.echo(said, err=True)


@contextmanager
def _stdout_kept_for_data() -> Iterator[None]:
    """Stderr in the place of stdout: browsers write to it, and keep it open after this command."""
    try:
        kept = os.dup(_STDOUT)
    except OSError:  # It is closed.
        yield
        return
    try:
        with suppress(OSError):
            os.dup2(_STDERR, _STDOUT)
        yield
    finally:
        os.dup2(kept, _STDOUT)
        os.close(kept)


def file_url(path: str) -> str:
    """The URL of a file.

    Args:
        path: Relative to the working folder, or absolute; bytes that are no text are escaped.
    """
    absolute = os.fsencode(os.path.abspath(path))
    if os.sep == "\\":
        absolute = b"/" + absolute.replace(b"\\", b"/")
    return "file://" + quote(absolute, safe="/:")
