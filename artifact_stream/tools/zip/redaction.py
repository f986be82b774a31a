r"""Replacing the names of people in text: user names and home folders, as a stream.

What is found: the folder behind ``/home/``, ``/Users/`` and ``C:\Users\``, however its separators
are written (JSON's ``\\``, percent-encoded, with the tags of a highlighted page between them);
the same in a file name that was made of a path (``_home_alice_x``); and the user name in the
folders that PyTorch and pytest make (``torchinductor_alice``).  The same name becomes the same
placeholder everywhere.  It is a best effort: a name elsewhere in a text is not known to be one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final
from urllib.parse import unquote_to_bytes

from artifact_stream.disk.spilling_map import SpillingMap

_TAGS: Final = rb'(?:</?span(?: class="[\w-]{1,20}")?>){0,4}'
# As text has it, as JSON in text has it, as a string in that JSON has it; not one of an odd number,
# which begins an escape: "C:\\Users\\\n".
_BACKSLASHES: Final = rb"(?:\\{1,2}|\\{4}|\\{8}|%(?:25)?5[Cc])"
_SLASHES: Final = rb"(?:(?:\\?/){1,4}|%(?:25)?2[Ff]|\\u002[Ff])"
_CHARACTER: Final = (
    rb"(?:[\w+@~-]|[\xc2-\xf4][\x80-\xbf]{1,3}|[\x80-\xff]"
    rb"|%(?:25)?[89A-Fa-f][0-9A-Fa-f]|(?<!\\)\\u(?!00[0-7])[0-9A-Fa-f]{4})"
)
# In a file name that was made of a path, `_` stands for its separators.
_FLATTENED: Final = (
    rb"(?:[0-9A-Za-z-]|[\xc2-\xf4][\x80-\xbf]{1,3}"
    rb"|%(?:25)?[89A-Fa-f][0-9A-Fa-f]|(?<!\\)\\u(?!00[0-7])[0-9A-Fa-f]{4}){1,64}"
)
# A dot is part of a name inside it, but not the one before an ending of ours.
_DOT: Final = rb"\.(?!(?:gz|html|json|jsonl|log|py|txt|zst)(?!\w))"
_NAME: Final = _CHARACTER + rb"(?:(?:" + _DOT + rb")?" + _CHARACTER + rb"){0,63}"
_SPACED_NAME: Final = _CHARACTER + rb"(?:[. ]{0,2}" + _CHARACTER + rb"){0,63}"

# Each begins with a letter or `_`, which is found fast; what stands before is looked at afterwards.
_PATTERN: Final = re.compile(
    # C:\Users\Alice Smith\x: with spaces only where a separator says where the name ends.
    rb"(?<=[\\Cc>])[Uu][Ss][Ee][Rr][Ss]" + _TAGS
    + rb"(?P<separator>" + _BACKSLASHES + rb")(?!\\)" + _TAGS
    + rb"(?:(?P<spaced>" + _SPACED_NAME + rb")(?=" + _TAGS + rb"(?P=separator)(?!\\))"
    + rb"|(?P<windows>" + _NAME + rb"))"
    rb"|(?<=[/Ff>])(?:[Hh][Oo][Mm][Ee][Ss]?|[Uu][Ss][Ee][Rr][Ss])" + _TAGS + _SLASHES + _TAGS
    + rb"(?P<home>" + _NAME + rb")"
    rb"|(?:torchinductor_|pytest-of-)(?P<temporary>" + _NAME + rb")"
    rb"|(?:(?<=[0-9A-Za-z])_|(?<![0-9A-Za-z_]))_(?:home|[Uu]sers)_"
    rb"(?P<flattened>" + _FLATTENED + rb")"
)  # fmt: skip
_BEHIND_SLASH: Final = re.compile(_SLASHES + _TAGS + rb"\Z")
_BEHIND_BACKSLASH: Final = re.compile(rb"(?<!\\)(" + _BACKSLASHES + rb")" + _TAGS + rb"\Z")
_WORDS: Final = (b"home", b"users", b"torchinductor_", b"pytest-of-")
"""One of these is in every text that holds a name, whatever its case."""

KEPT_NAMES: Final = frozenset({"all users", "default", "public", "root", "shared"})
"""Accounts that are on every machine, in lower case: left as they are."""

_LONGEST_MATCH: Final = 4096
_CONTEXT: Final = 256
"""How many bytes before a match are looked at, at the most."""
_ESCAPE: Final = re.compile(rb"\\u([0-9A-Fa-f]{4})")


class Redactor:
    """Replaces names by ``user1``, ``user2``, ... in order of first appearance.

    Memory: a window of the text; the names are in a `SpillingMap`.

    Args:
        scratch_folder: An existing folder, where a file for the names may be made.

    Attributes:
        replacements: How many places have been replaced.
        names: How many different names there were.
    """

    def __init__(self, scratch_folder: str) -> None:
        self._numbers = SpillingMap(scratch_folder)
        self.replacements = 0
        self.names = 0

    def redact(self, text: bytes) -> bytes:
        """A text that is in memory, without names."""
        lowered = text.lower()
        if not any(word in lowered for word in _WORDS):
            return text
        return b"".join(self.redact_chunks((text,)))

    def redact_text(self, text: str) -> str:
        """The same for a decoded text; lone surrogates stay what they are."""
        return self.redact(text.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")

    def redact_chunks(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """A text in pieces, cut anywhere, without names; the result does not depend on the cuts."""
        window, position = b"", 0
        for chunk in chunks:
            window = window[max(0, position - _CONTEXT) :] + chunk
            position = min(position, _CONTEXT)
            # What begins before the limit ends inside the window.
            limit = len(window) - _LONGEST_MATCH
            if limit > position:
                done, position = self._window(window, position, limit)
                yield done
        yield self._window(window, position, len(window))[0]

    def _window(self, window: bytes, start: int, limit: int) -> tuple[bytes, int]:
        """The text from `start` to `limit` or behind the match that spans it, and that end."""
        lowered = window.lower()
        if not any(word in lowered for word in _WORDS):
            return window[start:limit], limit
        pieces: list[bytes] = []
        match = _PATTERN.search(window, start)
        while match is not None and match.start() < limit:
            following = match.start() + 1
            if _is_folder(match):
                name = match.lastgroup  # each alternative ends with its name
                assert name is not None
                pieces += (window[start : match.start(name)], self._placeholder(match[name]))
                start = following = match.end()
            match = _PATTERN.search(window, following)
        if start < limit:
            pieces.append(window[start:limit])
            start = limit
        return b"".join(pieces), start

    def _placeholder(self, name: bytes) -> bytes:
        key = _canonical(name)
        if key.lower() in KEPT_NAMES:
            return name
        number = self._numbers.get(key)
        if number is None:
            self.names = number = self.names + 1
            self._numbers.set(key, number)
        self.replacements += 1
        return b"user%d" % number

    def close(self) -> None:
        """Forget the names."""
        self._numbers.close()


def _is_folder(match: re.Match[bytes]) -> bool:
    """True unless the match is a word like ``home`` that stands behind something else."""
    text, start = match.string, match.start()
    context = max(0, start - _CONTEXT)
    if match["home"] is not None:
        behind_slash = text[start - 1 : start] == b"/"
        return behind_slash or _BEHIND_SLASH.search(text, context, start) is not None
    if match["separator"] is not None:
        before = _BEHIND_BACKSLASH.search(text, context, start)
        # Both as long: in JSON, "\\Users\nora" is a folder, a new line and a word.
        return before is not None and len(before[1]) == len(match["separator"])
    return True


@lru_cache(maxsize=1024)
def _canonical(name: bytes) -> str:
    """A name however it was written: percent-encoded, with escapes of JSON, as UTF-8."""
    name = unquote_to_bytes(unquote_to_bytes(name))
    name = _ESCAPE.sub(lambda match: chr(int(match[1], 16)).encode("utf-8", "replace"), name)
    return name.decode("utf-8", "surrogateescape")
