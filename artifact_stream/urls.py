"""URLs: of files below the output folder, and those that a trace holds."""

from __future__ import annotations

import re
from urllib.parse import quote

# A browser strips white space and control characters before it looks for the scheme, so a URL
# that holds any is not taken for what it seems to be.
_WEB_URL = re.compile(r"https?://[^\s\x00-\x1f\x7f]+", re.IGNORECASE)


def url_of(path: str) -> str:
    """A relative path with ``/`` as a URL: percent-encoded, never taken for a scheme."""
    return quote(path, safe="/!~*'()")


def is_web_url(url: str) -> bool:
    """True for what may be a live link: ``http`` and ``https``, nothing that runs a script."""
    return _WEB_URL.fullmatch(url) is not None
