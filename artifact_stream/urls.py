"""URLs: of files below the output folder, and those that a trace holds."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

# A browser strips white space and control characters before it looks for the scheme, so a URL
# that holds any is not taken for what it seems to be.
_WEB_URL = re.compile(r"https?://[^\s\x00-\x1f\x7f]+", re.IGNORECASE)

# Surrogates that stand for no byte of a file's name.
_NO_BYTES = re.compile("[\ud800-\udc7f\udd00-\udfff]")


def url_of(path: str) -> str:
    """A relative path with ``/`` as a URL: percent-encoded, never taken for a scheme."""
    try:
        encoded = path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        encoded = path.encode("utf-8", "surrogatepass")  # No file's, but an edited index has it.
    return quote(encoded, safe="/!~*'()")


def is_web_url(url: str) -> bool:
    """True for what may be a live link: ``http`` and ``https``, nothing that runs a script."""
    return _WEB_URL.fullmatch(url) is not None


def path_of_url(url: str) -> str | None:
    """The path that a URL in an index means, relative to the trace's folder; None if it is none.

    A query or a fragment is left out: a path's own ``?`` and ``#`` are percent-encoded.
    """
    path = unquote(url.partition("#")[0].partition("?")[0], errors="surrogateescape")
    return path if is_inside(path) else None


def is_inside(path: str) -> bool:
    """True if a relative path with ``/`` leads to a place below the folder, on any system."""
    return not _NO_BYTES.search(path) and all(
        part not in ("", ".", "..") and not any(character in part for character in "\\:\0")
        for part in path.split("/")
    )
