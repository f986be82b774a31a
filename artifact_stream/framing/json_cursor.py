"""Walking over one JSON object of any size, in chunks, keeping only what is small.

For lines that are too long to be decoded at once: an intermediate line with a payload of a
gigabyte, an envelope with megabytes of metadata.  The walk checks structure only as far as it
needs to find where a value ends; values that are kept are decoded, and so checked, by the
caller.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from artifact_stream.json_text import (
    STRING_PIECE_BYTES,
    NestedTooDeep,
    goes_on,
    loads,
    settled_length,
)

KEPT_VALUE_BYTES = 64 << 10
"""Values longer than this are passed over: their place is told, their text is not."""

KEPT_OBJECT_BYTES = 1 << 20
"""How much JSON text `JsonCursor.pruned_object` keeps in all."""

_WORTH_TRYING_BYTES = 4 << 10

_SPACE = re.compile(rb"[ \t\r\n]*")
_STRING_BODY = re.compile(rb'(?:[^"\\]++|\\.)*+', re.DOTALL)
_SCALAR = re.compile(rb"[^,}\]\s]*")
_STRUCTURE = re.compile(rb'[^"{}\[\]]*+')


class BrokenJson(ValueError):
    """The text is not a JSON object, or it ends too early."""


class JsonCursor:
    """Reads one JSON object from chunks of bytes, each looked at once.

    Args:
        chunks: The text of the object, and nothing else but white space, in pieces.
    """

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._data = b""
        self._position = 0
        self._offset = 0  # of _data[0] from the start of the text
        self._kept: list[bytes] | None = None
        self._kept_bytes = 0
        self._budget = KEPT_OBJECT_BYTES

    def names(self) -> Iterator[str]:
        """The names of the object's members in order.

        At each name the caller takes the value, by `value`, `skip` or `pruned_object`, before it
        asks for the next one.

        Raises:
            BrokenJson: It is no object or ends too early.
        """
        self._expect(b"{")
        if self.peek() == b"}":
            self._position += 1
            return
        while True:
            key = self._key()
            self._expect(b":")
            self.peek()
            yield key
            if self.peek() == b"}":
                self._position += 1
                return
            self._expect(b",")

    def end(self) -> None:
        """Make sure that nothing but white space follows.

        Raises:
            BrokenJson: Something does.
        """
        if self._next_byte():
            raise BrokenJson(f"something follows the object at byte {self.tell()}")

    def value(self) -> bytes | None:
        """Pass over one value; its text, or None if that is longer than `KEPT_VALUE_BYTES`."""
        self._drop_passed()
        self._kept, self._kept_bytes = [], 0
        self._pass_value()
        self._keep(self._data[: self._position])
        kept = b"".join(self._kept) if self._kept_bytes <= KEPT_VALUE_BYTES else None
        self._kept = None
        self._drop_passed()
        return kept

    def skip(self) -> tuple[int, int]:
        """Pass over one value; where it starts and ends, in bytes from the start of the text."""
        start = self.tell()
        self._pass_value()
        return start, self.tell()

    def pruned_object(self, levels: int) -> dict[str, Any]:
        """The object at hand, without its long values.

        Args:
            levels: How many levels of objects are entered; below them an object is a value.

        Returns:
            Its members whose text is at most `KEPT_VALUE_BYTES` long, as long as all that is
            kept fits in `KEPT_OBJECT_BYTES`.  Of a repeated name the last one counts.

        Raises:
            BrokenJson: It is no object or ends too early.
            ValueError: A value is no JSON.
        """
        members: dict[str, Any] = {}
        for key in self.names():
            if levels > 1 and self.peek() == b"{":
                members[key] = self.pruned_object(levels - 1)
                continue
            text = self.value()
            if text is None or len(text) + len(key) > self._budget:
                continue
            self._budget -= len(text) + len(key)
            with suppress(NestedTooDeep):
                members[key] = loads(text)
        return members

    def tell(self) -> int:
        """How much of the text has been passed, in bytes."""
        return self._offset + self._position

    def _drop_passed(self) -> None:
        self._data = self._data[self._position :]
        self._offset += self._position
        self._position = 0

    def _refill(self) -> bool:
        """Drop what has been passed, take the next chunk; False at the end of the text."""
        if self._kept is not None:
            self._keep(self._data[: self._position])
        chunk = next(self._chunks, b"")
        self._offset += self._position
        self._data = self._data[self._position :] + chunk
        self._position = 0
        return bool(chunk)

    def _keep(self, passed: bytes) -> None:
        """Add to the text of the value being read, unless it has grown too long."""
        assert self._kept is not None
        self._kept_bytes += len(passed)
        if self._kept_bytes <= KEPT_VALUE_BYTES:
            self._kept.append(passed)

    def _next_byte(self) -> bytes:
        """The next byte that is not white space, left where it is; empty at the end."""
        while True:
            match = _SPACE.match(self._data, self._position)
            assert match is not None
            self._position = match.end()
            if self._position < len(self._data):
                return self._data[self._position : self._position + 1]
            if not self._refill():
                return b""

    def peek(self) -> bytes:
        """The next byte that is not white space, left where it is.

        Raises:
            BrokenJson: There is none.
        """
        byte = self._next_byte()
        if not byte:
            raise BrokenJson("it ends inside an object")
        return byte

    def _expect(self, byte: bytes) -> None:
        if self.peek() != byte:
            raise BrokenJson(f"{byte.decode()} expected at byte {self.tell()}")
        self._position += 1

    def _key(self) -> str:
        if self.peek() != b'"':
            raise BrokenJson(f"a name expected at byte {self.tell()}")
        text = self.value()
        if text is None:
            # A name this long is nobody's; its beginning tells it from the others well enough.
            return ""
        key = loads(text)
        assert isinstance(key, str)
        return key

    def _pass_value(self) -> None:
        first = self.peek()
        if first == b'"':
            self._position += 1
            self._string()
        elif first in b"{[":
            self._container()
        else:
            self._scalar()

    def _string(self) -> None:
        """Pass over a string from behind its opening quote to behind its closing one."""
        while True:
            self._pass_middle_of_string()
            match = _STRING_BODY.match(self._data, self._position)
            assert match is not None
            self._position = match.end()
            if self._data[self._position : self._position + 1] == b'"':
                self._position += 1
                return
            # At the end of the chunk, or before a backslash whose partner is in the next one.
            if not self._refill():
                raise BrokenJson("it ends inside a string")

    def _pass_middle_of_string(self) -> None:
        """Pass over pieces of a long string that a decoder in C tells not to hold its end."""
        while len(self._data) - self._position > _WORTH_TRYING_BYTES:
            piece = self._data[self._position : self._position + STRING_PIECE_BYTES]
            settled = settled_length(piece)
            if not settled or not goes_on(piece[:settled]):
                return
            self._position += settled

    def _container(self) -> None:
        depth = 0
        while True:
            match = _STRUCTURE.match(self._data, self._position)
            assert match is not None
            self._position = match.end()
            byte = self._data[self._position : self._position + 1]
            if not byte:
                if not self._refill():
                    raise BrokenJson("it ends inside a value")
                continue
            self._position += 1
            if byte == b'"':
                self._string()
            elif byte in b"{[":
                depth += 1
            else:
                depth -= 1
                if depth == 0:
                    return

    def _scalar(self) -> None:
        start = self.tell()
        while True:
            match = _SCALAR.match(self._data, self._position)
            assert match is not None
            self._position = match.end()
            if self._position < len(self._data):
                break
            if not self._refill():
                break
        if self.tell() == start:
            raise BrokenJson(f"a value expected at byte {start}")


def prune(text: bytes, levels: int = 1) -> dict[str, Any]:
    """The object in a JSON text, decoded without its long values; see `JsonCursor`.

    Raises:
        ValueError: It is no JSON object.
    """
    cursor = JsonCursor(iter((text,)))
    members = cursor.pruned_object(levels)
    cursor.end()
    return members
