"""Text that is not written as UTF-8 becomes UTF-8 while it is read: what Windows' shells write."""

from __future__ import annotations

import codecs
from collections.abc import Callable

UTF_8_MARK = codecs.BOM_UTF8

_MARKS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_LOOKED_AT_BYTES = 256
_MIN_BYTES = 8


def utf_16_of(head: bytes) -> str | None:
    """The encoding of a text that is UTF-16, by its mark or because it is evident; else None.

    Args:
        head: What the text begins with, in bytes as they are.
    """
    if head[:2] in _MARKS:
        return _MARKS[head[:2]]
    looked_at = head[: min(len(head), _LOOKED_AT_BYTES) // 2 * 2]
    if len(looked_at) < _MIN_BYTES:
        return None
    first, second = looked_at[::2], looked_at[1::2]
    # ASCII for the most part: every second byte is zero, and none of the others is.
    for zeros, others, encoding in (
        (second, first, "utf-16-le"),
        (first, second, "utf-16-be"),
    ):
        if 0 not in others and zeros.count(0) * 10 >= len(zeros) * 9:
            return encoding
    return None


class Utf8FromUtf16:
    """Reads UTF-16 as UTF-8, without its mark; half a character at the end is left out.

    Args:
        read: Gives the next bytes, none at the end.
        encoding: ``utf-16-le`` or ``utf-16-be``.
    """

    def __init__(self, read: Callable[[], bytes], encoding: str) -> None:
        self._read = read
        # Windows' own text may hold lone surrogates; they become three bytes each.
        self._decode = codecs.getincrementaldecoder(encoding)("surrogatepass").decode
        self._is_first = True

    def read(self) -> bytes:
        """The next bytes; empty at the end."""
        while block := self._read():
            text = self._decode(block)
            if text and self._is_first:
                self._is_first = False
                text = text.removeprefix("\ufeff")
            if text:
                return text.encode("utf-8", "surrogatepass")
        return b""
