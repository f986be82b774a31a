"""Stacks: as torch logs them in metadata, and as Python prints them in a traceback."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from artifact_stream.facts.fact import MAX_FRAMES, Frame, cut

_PRINTED = re.compile(
    r'^ +File "(?P<file>[^"\n]+)", line (?P<line>\d{1,9})(?:, in (?P<function>.+))?'
    r"(?:\n    (?P<code>[^ \n].*))?",
    re.MULTILINE,
)
_NOT_THE_USERS = re.compile(
    r"[/\\](?:torch|site-packages|dist-packages|python\d[.\d]*)[/\\]"
    r"|^<(?:frozen |string>|eval_with_key>)"
)


def is_users(file: str) -> bool:
    """True for a file that is neither torch's nor another library's, as far as its path tells."""
    return not _NOT_THE_USERS.search(file)


def printed_frames(text: str) -> Iterator[Frame]:
    """The frames in the text of a traceback, in their order."""
    for match in _PRINTED.finditer(text):
        function, code = match["function"], match["code"]
        yield Frame(
            cut(match["file"]),
            int(match["line"]),
            None if function is None else cut(function),
            None if code is None else cut(code),
        )


def logged_frames(stack: Any) -> tuple[Frame, ...]:
    """The frames of a stack in metadata, in which a file may be a number of the string table.

    ``[{"line": 12, "name": "forward", "filename": 3, "loc": "return self.fc(x)"}, ...]``, the
    innermost last.  What is no such thing has no frames.
    """
    if not isinstance(stack, list):
        return ()
    frames = []
    for item in stack[-MAX_FRAMES:]:
        if not isinstance(item, dict):
            continue
        file, line = item.get("filename"), item.get("line")
        function, code = item.get("name"), item.get("loc")
        frames.append(
            Frame(
                file if _is_number(file) else cut(file) if isinstance(file, str) else None,
                line if _is_number(line) else None,
                cut(function) if isinstance(function, str) else None,
                cut(code) if isinstance(code, str) and code else None,
            )
        )
    return tuple(frames)


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and -1 < value < 1 << 53
