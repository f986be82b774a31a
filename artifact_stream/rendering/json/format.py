"""Pretty JSON from JSON text: only white space between tokens changes.

Parsing and writing again would change numbers (``1e400``, 23 digits) and drop repeated keys, and
needs memory in proportion to the document.  So the text itself is formatted, window by window.

How a window is formatted fast and yet exactly.  Between an element of a container and the comma
or bracket that follows, the state of a JSON parser is just the stack of open containers.  Let a
window begin there and end before a comma.  Around it go an opening that brings any parser to the
state at its start (``{"":[""`` for an array in an object) and a closing that begins with the
comma (``,""]}``), and ``msgspec.json.format`` formats the result in C.  If msgspec takes it as
one document, then

* the window has no error, for JSON is read from left to right and the opening leads to the very
  state in which the window is to be read;
* it ends outside strings and after a whole element, for else the closing's comma would be
  refused, or stand in a string that the next quote ends and the one right behind it follows;
* the containers open at its end are those that the closing closes.

So the place of the comma and the stack there may be guessed: a wrong guess is refused.  What
stands between the formatted opening and closing, whose lengths are known, is the output.

What msgspec refuses goes to `TokenFormatter`, which decides: msgspec refuses ``NaN`` (see
`_format_non_finite`), lone surrogates, and what is nested deeper than Python's recursion limit.
Of what `TokenFormatter` refuses msgspec takes only invalid UTF-8, which is looked for first, and
documents too deep or grown too much, which cannot be as long as `SAFE_DEPTH` is kept.
"""

from __future__ import annotations

import codecs
import re
from functools import lru_cache
from typing import Final, NamedTuple

import msgspec

from artifact_stream.rendering.json.scan import (
    MAX_DEPTH,
    MAX_EXPANSION,
    SAFE_DEPTH,
    InvalidJson,
    TokenFormatter,
    line_break,
)

__all__ = ["MAX_DEPTH", "MAX_EXPANSION", "InvalidJson", "JsonFormatter", "format_json"]

_WINDOW_BYTES: Final = 1 << 15
_DECODE_BYTES: Final = 1 << 16

_BRACKETS_AND_QUOTES: Final = b'[]{}"'
_OTHER_BYTES: Final = bytes(set(range(256)) - set(_BRACKETS_AND_QUOTES))
_QUOTED: Final = re.compile(rb'"[^"]*"')
# Searching is fast as what stands before is looked at last.
_NON_FINITE: Final = re.compile(
    b"("
    + b"|".join(
        word + rb"(?<=[\[:, \t\r\n]" + word + b")" for word in (b"NaN", b"Infinity", b"-Infinity")
    )
    + rb")(?=[,\]} \t\r\n])"
)
_UNMATCHED: Final = re.compile(rb"([\]}]*)([\[{]*)")


class JsonFormatter:
    """Formats one document that arrives in chunks, cut anywhere.

    Memory is bounded by the chunk's size, the output it makes and a constant.  Not to be used
    again after it raised.
    """

    def __init__(self) -> None:
        self._tokens = TokenFormatter()
        self._utf8 = _Utf8Check()
        self._held: list[bytes] = []
        self._held_bytes = 0

    def feed(self, chunk: bytes) -> bytes:
        """Take the document's next bytes; return the next bytes of output, maybe none.

        Raises:
            InvalidJson: What has been fed cannot begin a document.
        """
        if not chunk:
            return b""
        self._utf8.check(chunk)
        self._held.append(chunk)
        self._held_bytes += len(chunk)
        if self._held_bytes < _WINDOW_BYTES:
            return b""
        return self._format_held(least=_WINDOW_BYTES)

    def finish(self) -> bytes:
        """Return the rest of the output.

        Raises:
            InvalidJson: The document is invalid or not complete.
        """
        # A space ends any number and makes any literal or escape cut short an error.
        self._held.append(b" ")
        output = self._format_held(least=1)
        if not self._tokens.is_done:
            raise InvalidJson(self._tokens.origin - 1, "the document ends too early")
        return output

    def _format_held(self, least: int) -> bytes:
        """Format what is held while it is ``least`` bytes or more; keep the rest."""
        data = b"".join(self._held)
        self._held.clear()
        pieces = []
        position = 0
        while len(data) - position >= least:
            output, reached = self._format_window(data, position)
            pieces.append(output)
            if reached == position:
                break
            position = reached
        self._tokens.origin += position
        self._held_bytes = len(data) - position
        self._held.append(data[position:])
        return b"".join(pieces)

    def _format_window(self, data: bytes, start: int) -> tuple[bytes, int]:
        """Format some of ``data[start:]``; return the output and the position reached."""
        if not self._tokens.is_after_element:
            # Stop behind the start: the end of a number can be reached there, with no progress.
            return self._tokens.scan(data, start, start + 1)
        window = data[start : start + _WINDOW_BYTES]
        formatted = _format_elements(window, bytes(self._tokens.stack))
        if formatted is None:
            return self._tokens.scan(data, start, start + len(window))
        self._tokens.continue_after_element(formatted.stack, len(formatted.output))
        return formatted.output, start + formatted.length


def format_json(document: bytes) -> bytes:
    """Format a whole document that fits into memory; same results as `JsonFormatter`.

    Raises:
        InvalidJson: As `JsonFormatter` does, though possibly noticed at another byte.
    """
    _Utf8Check().check(document)
    formatted = _format_text(document) if _is_shallow(document) else None
    if formatted is not None:
        return formatted
    formatter = JsonFormatter()
    return formatter.feed(document) + formatter.finish()


class _Utf8Check:
    """Refuses text that is no UTF-8; sequences may be cut by chunks.

    A sequence cut off at the document's end needs no check: no document ends in one.
    """

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._offset = 0

    def check(self, chunk: bytes) -> None:
        """Raise InvalidJson if the chunks so far are not the start of some UTF-8 text."""
        if chunk.isascii() and not self._begun_bytes():
            self._offset += len(chunk)
            return
        for start in range(0, len(chunk), _DECODE_BYTES):
            part = chunk[start : start + _DECODE_BYTES]
            sequence_start = self._offset - self._begun_bytes()
            try:
                self._decoder.decode(part)
            except UnicodeDecodeError as error:
                reason = f"invalid UTF-8 ({error.reason})"
                raise InvalidJson(sequence_start + error.start, reason) from error
            self._offset += len(part)

    def _begun_bytes(self) -> int:
        """How many bytes of an unfinished sequence the decoder holds."""
        return len(self._decoder.getstate()[0])


class _Elements(NamedTuple):
    """Formatted elements: the output, how many bytes they were, the containers then open."""

    output: bytes
    length: int
    stack: bytes


def _format_elements(window: bytes, stack: bytes) -> _Elements | None:
    """Format a window up to its last comma outside strings, if msgspec can.

    Args:
        window: Text that begins after an element of the innermost open container.
        stack: The opening brackets of the open containers, outermost first; not empty.

    Returns:
        None if there is no such comma behind the first byte, the containers are nested too deep
        or do not match, or msgspec refuses the text.
    """
    masked = _mask_escapes(window)
    length = _last_comma(masked)
    if length < 1:
        return None
    stack_after = _stack_after(stack, masked[:length])
    if not stack_after:
        return None
    before, after = _surroundings(stack), _surroundings(stack_after)
    document = b"".join((before.opening, window[:length], after.closing))
    formatted = _format_text(document)
    if formatted is None:
        return None
    output = formatted[before.opening_length : len(formatted) - after.closing_length]
    return _Elements(output, length, stack_after)


class _Surroundings(NamedTuple):
    """What makes elements of nested containers a document, and its lengths once formatted."""

    opening: bytes
    opening_length: int
    closing: bytes
    closing_length: int


@lru_cache(maxsize=64)
def _surroundings(stack: bytes) -> _Surroundings:
    """The text that opens ``stack`` up to a first element; that which adds one and closes it."""
    kinds = [bytes((opener,)) for opener in stack]
    last_depth = len(kinds)
    opening = b"".join(kind + _name_in(kind) for kind in kinds) + b'""'
    closers = [b"]" if kind == b"[" else b"}" for kind in kinds]
    closing = b"," + _name_in(kinds[-1]) + b'""' + b"".join(reversed(closers))
    opening_breaks = sum(len(line_break(depth)) for depth in range(1, last_depth + 1))
    closing_breaks = sum(len(line_break(depth)) for depth in range(last_depth + 1))
    return _Surroundings(
        opening,
        len(opening) + opening_breaks + opening.count(b":"),
        closing,
        len(closing) + closing_breaks + closing.count(b":"),
    )


def _name_in(kind: bytes) -> bytes:
    return b'"":' if kind == b"{" else b""


def _format_text(document: bytes) -> bytes | None:
    """Format a document in C; None if that cannot be done, be it valid or not.

    The document must be UTF-8 and not nested deeper than `SAFE_DEPTH`.
    """
    try:
        return msgspec.json.format(document, indent=2)
    except msgspec.DecodeError:
        return _format_non_finite(document)


def _format_non_finite(document: bytes) -> bytes | None:
    """Format a document that msgspec refused, with a literal in the place of ``NaN`` and the like.

    Where a value may stand, a parser takes one literal as it takes another.  Some of those
    replaced may stand inside strings, but not within an escape, so they do no harm there.  The
    literal occurs nowhere else, and no other text can overlap with it, for its first letter is
    not in it twice: so each of its places in the output is one where it was put.
    """
    pieces = _NON_FINITE.split(document)
    literal = next((text for text in (b"null", b"true", b"false") if text not in document), None)
    if len(pieces) == 1 or literal is None:
        return None
    try:
        formatted = msgspec.json.format(literal.join(pieces[::2]), indent=2)
    except msgspec.DecodeError:
        return None
    pieces[::2] = formatted.split(literal)
    return b"".join(pieces)


def _mask_escapes(text: bytes) -> bytes:
    """``text`` with every escaped quote and backslash overwritten, at the same length.

    Pairs of backslashes go first, and from the left, just as a parser takes them.
    """
    if b"\\" not in text:
        return text
    return text.replace(rb"\\", b"__").replace(rb"\"", b"__")


def _last_comma(masked: bytes) -> int:
    """Position of the last comma outside strings, or -1; ``masked`` begins outside strings."""
    end = len(masked)
    if masked.count(b'"') % 2:
        end = masked.rfind(b'"')
    comma = masked.rfind(b",", 0, end)
    while comma >= 0:
        quote = masked.rfind(b'"', 0, end)
        if quote < comma:
            return comma
        end = masked.rfind(b'"', 0, quote)
        if comma > end:
            comma = masked.rfind(b",", 0, end)
    return -1


def _stack_after(stack: bytes, masked: bytes) -> bytes:
    """The containers open after a text that begins outside strings.

    Empty if none is open any more, brackets do not match, or containers may be nested deeper
    than `SAFE_DEPTH` on the way.
    """
    brackets = masked.translate(None, _OTHER_BYTES).replace(b'""', b"")
    # An even number of quotes in a row leaves a scanner inside or outside strings as it was, so
    # that what quotes remain are the ends of strings with brackets in them.
    if b'"' in brackets:
        brackets = _QUOTED.sub(b"", brackets)
    depth = len(stack)
    while depth <= SAFE_DEPTH:
        unmatched = brackets.replace(b"[]", b"").replace(b"{}", b"")
        if len(unmatched) == len(brackets):
            return _stack_after_unmatched(stack, unmatched, SAFE_DEPTH - depth)
        brackets = unmatched
        depth += 2  # as the second call may lay bare what the first has emptied
    return b""


def _stack_after_unmatched(stack: bytes, brackets: bytes, most_opened: int) -> bytes:
    """The containers open after brackets of which no two match; empty as for `_stack_after`."""
    match = _UNMATCHED.fullmatch(brackets)
    if match is None:
        return b""
    closed, opened = match.groups()
    if len(closed) >= len(stack) or len(opened) > most_opened:
        return b""
    return stack[: len(stack) - len(closed)] + opened


def _is_shallow(document: bytes) -> bool:
    """True if a document is certainly not nested deeper than `SAFE_DEPTH`."""
    if document.count(b"[") + document.count(b"{") <= SAFE_DEPTH:
        return True
    # Inside one more array, which a document leaves open.
    return _stack_after(b"[", _mask_escapes(document)) == b"["
