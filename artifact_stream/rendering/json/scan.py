"""Exact formatting of JSON text, token by token, at any chunking and in flat memory.

The grammar is that of RFC 8259, plus the three values ``NaN``, ``Infinity`` and ``-Infinity``
that Python's `json` module writes by default and that PyTorch therefore logs.  Only white space
between tokens changes; the layout is that of ``msgspec.json.format(document, indent=2)``.

`artifact_stream.rendering.json.format` is the public face; it checks that the text is UTF-8 and
leaves to this module what faster code cannot format or must refuse.
"""

from __future__ import annotations

import re
from typing import Final

MAX_DEPTH: Final = 1000
"""Containers may be nested this deep."""

MAX_EXPANSION: Final = 64
"""A document may grow by this factor, counted from its start up to any line break."""

EXPANSION_ALLOWANCE: Final = 1 << 20
"""Bytes of output that `MAX_EXPANSION` does not count."""

SAFE_DEPTH: Final = (MAX_EXPANSION - 2) // 2
"""Down to this depth no byte of input can make more than `MAX_EXPANSION` bytes of output.

The worst is a comma or an opening bracket: itself, a line feed, and two spaces per level.
"""

_OPENED, _KEY, _COLON, _VALUE, _STRING, _NUMBER, _AFTER_VALUE, _DONE = range(8)

_OBJECT: Final = ord("{")
_CLOSER_OF: Final = {ord("["): b"]", _OBJECT: b"}"}
_LITERALS: Final = (b"true", b"false", b"null", b"NaN", b"Infinity", b"-Infinity")
_LONGEST_LITERAL: Final = max(map(len, _LITERALS))
_NUMBER_STARTS: Final = b"-0123456789"
_NUMBER_SLICE: Final = 1 << 16

_SPACE = rb"[ \t\r\n]*+"
_PLAIN = rb'[^"\\\x00-\x1f]*+'
_BODY = _PLAIN + rb'(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})' + _PLAIN + rb")*+"
_WHOLE_STRING = b'"' + _BODY + b'"'
# Only what follows tells that a number is whole; `_scan_number` takes the others.
_WHOLE_NUMBER = rb"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?(?=[,\]} \t\r\n])"
_WHOLE_SCALAR = b"|".join((_WHOLE_STRING, _WHOLE_NUMBER, *_LITERALS))

_SKIP_SPACE = re.compile(_SPACE)
_SKIP_BODY = re.compile(_BODY)
_WHOLE_KEY = re.compile(_SPACE + b"(" + _WHOLE_STRING + b")" + _SPACE + b":")
_WHOLE_VALUE = re.compile(_SPACE + b"(?:(" + _WHOLE_SCALAR + rb")|([\[{]))")
_ESCAPE_BEGUN = re.compile(rb"\\(?:u[0-9a-fA-F]{0,3})?")

_NUMBER_BEGUN = re.compile(
    rb"-?(?:(?:(?P<zero>0)|(?P<integer>[1-9][0-9]*+))"
    rb"(?:(?P<point>\.)(?P<fraction>[0-9]++)?)?"
    rb"(?:(?P<e>(?<!\.)[eE])(?P<exponent_sign>[+-])?(?P<exponent>[0-9]++)?)?)?"
)
"""The longest start of a number; the last group that matched tells what may follow."""

_EQUIVALENT: Final = {
    "zero": b"0",
    "integer": b"1",
    "point": b"1.",
    "fraction": b"1.0",
    "e": b"1e",
    "exponent_sign": b"1e+",
    "exponent": b"1e0",
}
"""For each part that a number may break off in, a short start that can go on just the same way."""

_WHOLE_PARTS: Final = frozenset({"zero", "integer", "fraction", "exponent"})

_LINE_BREAK: Final = b"\n" + b"  " * MAX_DEPTH


class InvalidJson(ValueError):
    """The text is no JSON document, or one that is not formatted for its depth or growth.

    Attributes:
        offset_bytes: Where in the text that was noticed, from the document's start.
        reason: One short clause.
    """

    def __init__(self, offset_bytes: int, reason: str) -> None:
        super().__init__(f"{reason} at byte {offset_bytes}")
        self.offset_bytes = offset_bytes
        self.reason = reason


class NotLaidOut(InvalidJson):
    """The text may be JSON, but would be too deep or too long when formatted."""


def line_break(depth: int) -> bytes:
    """A line feed and the indentation of what stands inside ``depth`` containers."""
    return _LINE_BREAK[: 1 + 2 * depth]


class TokenFormatter:
    """Formats one document from buffers that may end anywhere, even inside a token.

    Not to be used again after it raised.

    Attributes:
        origin: Offset of the buffer's first byte from the document's start; the caller sets it.
        stack: The opening brackets of the containers that are open, outermost first.
    """

    def __init__(self) -> None:
        self.origin = 0
        self.stack = bytearray()
        self._state = _VALUE
        self._string_is_key = False
        self._number_begun = b""
        self._pieces: list[bytes] = []
        self._measured_pieces = 0
        self._written = 0

    @property
    def is_after_element(self) -> bool:
        """True between a value inside a container and the comma or bracket that must follow."""
        return self._state == _AFTER_VALUE

    @property
    def is_done(self) -> bool:
        """True once the document's outermost value has ended."""
        return self._state == _DONE

    def continue_after_element(self, stack: bytes, written: int) -> None:
        """Go on behind text that was formatted elsewhere and ends after an element.

        Args:
            stack: What `stack` holds there.
            written: How many bytes of output that text made.
        """
        self.stack[:] = stack
        self._written += written

    def scan(self, data: bytes, start: int, stop: int) -> tuple[bytes, int]:
        """Format ``data[start:]`` up to the first end of an element at or after ``stop``.

        Returns the output and the position reached.  Without such an end that is the end of
        ``data``, except for at most 8 bytes that may begin a literal or an escape: give those
        again with what follows.

        Raises:
            InvalidJson: The text read so far cannot begin a document.
        """
        position = start
        while position < len(data):
            state = self._state
            if state == _AFTER_VALUE and position >= stop:
                break
            reached = self._step(state, data, position)
            if reached == position and self._state == state:
                break
            position = reached
        self._measure()
        output = b"".join(self._pieces)
        self._pieces.clear()
        self._measured_pieces = 0
        return output, position

    def _step(self, state: int, data: bytes, position: int) -> int:
        """Take one token, or a part of one; return the position behind it."""
        if state == _VALUE:
            return self._scan_value(data, position)
        if state == _KEY:
            return self._scan_key(data, position)
        if state == _STRING:
            return self._scan_string(data, position)
        if state == _NUMBER:
            return self._scan_number(data, position)
        position = _end_of_space(data, position)
        if position == len(data):
            return position
        if state == _AFTER_VALUE:
            return self._scan_after_value(data, position)
        if state == _OPENED:
            return self._scan_opened(data, position)
        if state == _COLON:
            return self._scan_colon(data, position)
        raise self._invalid(position, "text after the document's end")

    def _scan_value(self, data: bytes, position: int) -> int:
        match = _WHOLE_VALUE.match(data, position)
        if match is None:
            return self._scan_value_begun(data, _end_of_space(data, position))
        if match.lastindex == 1:
            self._pieces.append(match[1])
            self._end_value()
        else:
            self._open_container(match[2], match.start(2))
        return match.end()

    def _scan_value_begun(self, data: bytes, position: int) -> int:
        """Begin a scalar that does not end in ``data``, or refuse what is no value."""
        first = data[position : position + 1]
        if first == b'"':
            return self._open_string(position, is_key=False)
        rest = data[position : position + _LONGEST_LITERAL]
        if any(literal.startswith(rest) for literal in _LITERALS):
            return position
        if first in _NUMBER_STARTS:
            return self._scan_number(data, position)
        raise self._invalid(position, "expected a value")

    def _scan_number(self, data: bytes, position: int) -> int:
        """Take the next part of a number; ``_number_begun`` stands for what went before."""
        begun = self._number_begun
        text = begun + data[position : position + _NUMBER_SLICE]
        match = _NUMBER_BEGUN.match(text)
        assert match is not None, "the pattern takes the empty text"
        part = match.lastgroup or ""
        end = position + match.end() - len(begun)
        self._pieces.append(data[position:end])
        if match.end() == len(text):
            self._state = _NUMBER
            self._number_begun = _EQUIVALENT[part]
        elif part in _WHOLE_PARTS:
            self._number_begun = b""
            self._end_value()
        else:
            raise self._invalid(end, "number without a digit where one must stand")
        return end

    def _scan_key(self, data: bytes, position: int) -> int:
        match = _WHOLE_KEY.match(data, position)
        if match is not None:
            self._pieces += (match[1], b": ")
            self._state = _VALUE
            return match.end()
        position = _end_of_space(data, position)
        if position == len(data):
            return position
        if data[position : position + 1] != b'"':
            raise self._invalid(position, "expected a key in double quotes")
        return self._open_string(position, is_key=True)

    def _scan_colon(self, data: bytes, position: int) -> int:
        if data[position : position + 1] != b":":
            raise self._invalid(position, "expected ':'")
        self._pieces.append(b": ")
        self._state = _VALUE
        return position + 1

    def _open_string(self, position: int, *, is_key: bool) -> int:
        self._pieces.append(b'"')
        self._string_is_key = is_key
        self._state = _STRING
        return position + 1

    def _scan_string(self, data: bytes, position: int) -> int:
        """Take the next part of a string, with its closing quote if it stands in ``data``."""
        match = _SKIP_BODY.match(data, position)
        assert match is not None, "the pattern takes the empty text"
        end = match.end()
        after = data[end : end + 1]
        if after == b'"':
            end += 1
            if self._string_is_key:
                self._state = _COLON
            else:
                self._end_value()
        elif after == b"\\":
            if _ESCAPE_BEGUN.fullmatch(data, end) is None:
                raise self._invalid(end, "invalid escape in a string")
        elif after:
            raise self._invalid(end, "control character in a string")
        self._pieces.append(data[position:end])
        return end

    def _open_container(self, opener: bytes, position: int) -> None:
        if len(self.stack) == MAX_DEPTH:
            raise NotLaidOut(self.origin + position, f"nested deeper than {MAX_DEPTH} levels")
        self._pieces.append(opener)
        self.stack += opener
        self._state = _OPENED

    def _scan_opened(self, data: bytes, position: int) -> int:
        """Close an empty container, or break the line before its first element."""
        container = self.stack[-1]
        if data[position : position + 1] == _CLOSER_OF[container]:
            return self._close_container(position)
        self._break_line(position)
        self._state = _KEY if container == _OBJECT else _VALUE
        return position

    def _scan_after_value(self, data: bytes, position: int) -> int:
        found = data[position : position + 1]
        container = self.stack[-1]
        closer = _CLOSER_OF[container]
        if found == b",":
            self._pieces.append(b",")
            self._break_line(position)
            self._state = _KEY if container == _OBJECT else _VALUE
            return position + 1
        if found != closer:
            raise self._invalid(position, f"expected ',' or '{closer.decode()}'")
        self._break_line(position, outward=1)
        return self._close_container(position)

    def _close_container(self, position: int) -> int:
        self._pieces.append(_CLOSER_OF[self.stack.pop()])
        self._end_value()
        return position + 1

    def _end_value(self) -> None:
        self._state = _AFTER_VALUE if self.stack else _DONE

    def _break_line(self, position: int, outward: int = 0) -> None:
        """Begin a line; refuse the document if its output has grown too much by then."""
        depth = len(self.stack) - outward
        self._pieces.append(line_break(depth))
        if depth <= SAFE_DEPTH:
            return
        self._measure()
        allowed = MAX_EXPANSION * (self.origin + position) + EXPANSION_ALLOWANCE
        if self._written > allowed:
            raise NotLaidOut(
                self.origin + position, f"indented text exceeds {MAX_EXPANSION} times the input"
            )

    def _measure(self) -> None:
        """Count the pieces made since the last call as written."""
        self._written += sum(map(len, self._pieces[self._measured_pieces :]))
        self._measured_pieces = len(self._pieces)

    def _invalid(self, position: int, reason: str) -> InvalidJson:
        return InvalidJson(self.origin + position, reason)


def _end_of_space(data: bytes, position: int) -> int:
    match = _SKIP_SPACE.match(data, position)
    assert match is not None, "the pattern takes the empty text"
    return match.end()
