"""Text from a trace, as pages show it."""

from __future__ import annotations

import re

from artifact_stream.names import INVISIBLE

MAX_SHOWN_CHARS = 2000


_INVISIBLE = re.compile(f"[{INVISIBLE}]")


def printable(text: str) -> str:
    """A text from a trace as it may be shown: what cannot be seen becomes U+FFFD."""
    if text.isascii() and text.isprintable():
        return text
    text = _INVISIBLE.sub("\ufffd", text)
    return "".join(c if c.isprintable() or c == "\t" else "\ufffd" for c in text)


def shortened(text: str, max_chars: int = MAX_SHOWN_CHARS) -> str:
    """The text, or its beginning with an ellipsis."""
    return text if len(text) <= max_chars else f"{text[: max_chars - 1]}\u2026"
