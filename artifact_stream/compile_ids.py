"""Compile ids: which compilation an entry belongs to, and how that is written.

Three forms of one thing.  The *key* is what intermediate files hold in ``compile_id`` and what
the directory index is grouped by: ``0_0_0``, or ``!1_0_0_0`` under compiled autograd, with ``-``
for a part that the log does not give.  The *display name* is what PyTorch prints: ``[0/0]``,
``[0/0_1]`` for the second attempt, ``[!1/0/0]``.  The *folder* is the key made safe as a file
name; see `artifact_stream.names`.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable
from functools import lru_cache

UNKNOWN = "unknown"
"""Key of entries that were logged outside any compilation."""

GLOBAL = "__global__"
"""Key of what belongs to a whole trace: dump files."""

_LIKE_GLOBAL = re.compile(f"_*{GLOBAL}")

_KEY = re.compile(
    r"(?:!(?P<autograd>\d+|-)_)?(?P<frame>\d+|-)_(?P<compile>\d+|-)(?:_(?P<attempt>\d+|-))?"
)


def key_from_parts(
    autograd_id: object, frame_id: object, frame_compile_id: object, attempt: object
) -> str | None:
    """The key for the four fields of a raw log's envelope, each a number or None.

    A frame compile id without an attempt means attempt 0.  Returns None where no field is given.
    """
    if autograd_id is None and frame_id is None and frame_compile_id is None:
        return None
    if attempt is None and frame_compile_id is not None:
        attempt = 0
    parts = ["-" if part is None else str(part) for part in (frame_id, frame_compile_id, attempt)]
    prefix = "" if autograd_id is None else f"!{autograd_id}_"
    return prefix + "_".join(parts)


def key_from_text(text: str) -> str:
    """The key for what an intermediate file holds in ``compile_id``: the text as it stands.

    ``__global__`` is ours: a text that is that gets one more ``_``, and so does one that would
    be taken for it then.
    """
    return f"_{text}" if _LIKE_GLOBAL.fullmatch(text) else text


@lru_cache(maxsize=256)
def display_name(key: str) -> str:
    """``[0/0]`` for ``0_0_0``; a key of no such form is shown as it is."""
    match = _KEY.fullmatch(key)
    if match is None:
        return key
    autograd, frame, compile_, attempt = match.group("autograd", "frame", "compile", "attempt")
    prefix = "" if autograd is None else f"!{autograd}/"
    suffix = "" if attempt in (None, "0", "-") else f"_{attempt}"
    return f"[{prefix}{frame}/{compile_}{suffix}]"


class CompileIdFilter:
    """Answers whether a compile id was asked for.

    Args:
        patterns: What a user may write for a compile id: its display name with or without
            brackets (``0/0``, ``[0/0_1]``) or its key (``0_0_0``), with ``*`` and ``?`` as in a
            shell (``0/*`` is frame 0).  Empty: every compile id passes.
    """

    def __init__(self, patterns: Iterable[str] = ()) -> None:
        stripped = [pattern.strip().removeprefix("[").removesuffix("]") for pattern in patterns]
        self._patterns = [re.compile(fnmatch.translate(_escape_sets(text))) for text in stripped]

    def passes(self, key: str | None) -> bool:
        """True if an entry with this key (None: no compile id) is wanted."""
        if not self._patterns:
            return True
        key = UNKNOWN if key is None else key
        shown = display_name(key).removeprefix("[").removesuffix("]")
        return any(p.fullmatch(key) or p.fullmatch(shown) for p in self._patterns)


def _escape_sets(pattern: str) -> str:
    # A shell's [sets] would collide with the brackets of display names.
    return pattern.replace("[", "[[]")
