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

_MAX_KEY_CHARS = 200
"""A longer key is of no form that is known, and too long to be held for the next time."""

_KEY = re.compile(
    r"(?:!(?P<autograd>\d+|-)_)?(?P<frame>\d+|-)_(?P<compile>\d+|-)(?:_(?P<attempt>\d+|-))?"
)

_SHOWN = re.compile(
    r"\[?(?:!(?P<autograd>\d+|-)/)?(?P<frame>\d+|-)/(?P<compile>\d+|-)(?:_(?P<attempt>\d+))?\]?"
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


def display_name(key: str) -> str:
    """``[0/0]`` for ``0_0_0``; a key of no such form is shown as it is."""
    return _display_name(key) if len(key) <= _MAX_KEY_CHARS else key


@lru_cache(maxsize=256)
def _display_name(key: str) -> str:
    match = _KEY.fullmatch(key)
    if match is None:
        return key
    autograd, frame, compile_, attempt = match.group("autograd", "frame", "compile", "attempt")
    prefix = "" if autograd is None else f"!{autograd}/"
    suffix = "" if attempt in (None, "0", "-") else f"_{attempt}"
    return f"[{prefix}{frame}/{compile_}{suffix}]"


def without_attempt(key: str) -> str:
    """What the attempts of one compilation have in common: ``0_0`` for ``0_0_1``."""
    match = _KEY.fullmatch(key)
    return key if match is None or match["attempt"] is None else key.rpartition("_")[0]


def attempt_of(key: str) -> int:
    """Which attempt of a compilation a key names, from 0."""
    match = _KEY.fullmatch(key)
    attempt = None if match is None else match["attempt"]
    return int(attempt[:9]) if attempt is not None and attempt != "-" else 0


def frame_of(key: str) -> str:
    """What the compilations of one function have in common: ``0`` for ``0_1_0``."""
    match = _KEY.fullmatch(key)
    if match is None:
        return key
    autograd = match["autograd"]
    return match["frame"] if autograd is None else f"!{autograd}_{match['frame']}"


def names_a_frame(key: str) -> bool:
    """False for what belongs to compiled autograd as a whole: ``!0_-_-``."""
    match = _KEY.fullmatch(key)
    return match is None or match["frame"] != "-"


def is_recompiled(key: str) -> bool:
    """True if a compilation of the same function came before: ``0_1_0``."""
    match = _KEY.fullmatch(key)
    return match is not None and match["compile"] not in ("0", "-")


def key_of_display_name(shown: str | None) -> str | None:
    """``0_0_1`` for ``0/0_1`` or ``[0/0_1]``, as metrics say it; None for what is no such thing."""
    match = _SHOWN.fullmatch(shown or "")
    if match is None:
        return None
    autograd, frame, compile_, attempt = match.group("autograd", "frame", "compile", "attempt")
    prefix = "" if autograd is None else f"!{autograd}_"
    return f"{prefix}{frame}_{compile_}_{attempt or 0}"


class CompileIdFilter:
    """Answers whether a compile id was asked for.

    Args:
        patterns: What a user may write for a compile id: its display name with or without
            brackets (``0/0``, ``[0/0_1]``) or its key (``0_0_0``), with ``*`` and ``?`` as in a
            shell (``0/*`` is frame 0).  Empty: every compile id passes.
    """

    def __init__(self, patterns: Iterable[str] = ()) -> None:
        self._patterns = {pattern: _regex_of(pattern) for pattern in patterns}

    def passes(self, key: str | None) -> bool:
        """True if an entry with this key (None: no compile id) is wanted."""
        return not self._patterns or bool(self.matching(key))

    def matching(self, key: str | None) -> list[str]:
        """The patterns, as given, that match a key (None: no compile id)."""
        key = UNKNOWN if key is None else key
        shown = display_name(key).removeprefix("[").removesuffix("]")
        return [
            pattern
            for pattern, regex in self._patterns.items()
            if regex.fullmatch(key) or regex.fullmatch(shown)
        ]


def _regex_of(pattern: str) -> re.Pattern[str]:
    stripped = pattern.strip().removeprefix("[").removesuffix("]")
    return re.compile(fnmatch.translate(_escape_sets(stripped)))


def _escape_sets(pattern: str) -> str:
    # A shell's [sets] would collide with the brackets of display names.
    return pattern.replace("[", "[[]")
