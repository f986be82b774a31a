r"""JSON values that fast decoders and encoders refuse but logs contain.

msgspec decodes what is standard.  What it refuses and Python's ``json.dumps`` writes (NaN,
Infinity, lone surrogates) or hostile input holds (numbers of 10,000 digits, control characters)
is read by the standard library, which takes it.

Bytes that are no UTF-8 have one text form here, Python's ``surrogateescape``: the byte 0x80 is
the lone surrogate ``\udc80``.  Text becomes bytes again the same way, so a payload that passed
through JSON is the payload that was logged.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from artifact_stream.entries import BrokenPayload

_MAX_INT_DIGITS = 4000  # Python refuses to convert longer ones by default.
_NOT_STANDARD = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
_SURROGATES = "artifact_stream.surrogates"

decode_standard = msgspec.json.decode
_skip_string = msgspec.json.Decoder(msgspec.Raw).decode
_decode_string = msgspec.json.Decoder(str).decode


def _encode_surrogates(error: UnicodeError) -> tuple[bytes, int]:
    """Codec error handler: an escaped byte becomes that byte, other surrogates three bytes."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lone = error.object[error.start : error.end]
    pieces = [
        bytes([ord(c) - 0xDC00])
        if 0xDC80 <= ord(c) <= 0xDCFF
        else c.encode("utf-8", "surrogatepass")
        for c in lone
    ]
    return b"".join(pieces), error.end


codecs.register_error(_SURROGATES, _encode_surrogates)


_LONE_SURROGATES = re.compile("[\ud800-\udfff]")


def without_surrogates(text: str) -> str:
    """A text that every JSON reader takes: lone surrogates, which stand for bytes, are replaced."""
    return _LONE_SURROGATES.sub("\ufffd", text)


def encode_text(text: str) -> bytes:
    """UTF-8 of a text; lone surrogates that stand for bytes become those bytes."""
    return text.encode("utf-8", _SURROGATES)


def _parse_int(digits: str) -> int | str:
    return int(digits) if len(digits) <= _MAX_INT_DIGITS else digits


def encode_json(value: object) -> bytes:
    """A value as compact JSON; lone surrogates are written as escapes."""
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        return json.dumps(msgspec.to_builtins(value), separators=(",", ":")).encode()


class NestedTooDeep(ValueError):
    """JSON nested so deep that no decoder at hand can hold it."""


def loads(text: bytes) -> Any:
    """The value of one JSON text, standard or as Python's json module writes it.

    Integers of more than 4,000 digits come back as their text.

    Raises:
        NestedTooDeep: It is nested too deep to be decoded.
        ValueError: It is no JSON.
    """
    try:
        return decode_standard(text)
    except _NOT_STANDARD:
        pass
    try:
        return json.loads(
            text.decode("utf-8", "surrogateescape"), parse_int=_parse_int, strict=False
        )
    except RecursionError:
        raise NestedTooDeep("nested too deep") from None


def decode_string(quoted: bytes) -> bytes:
    """The bytes of a JSON string given with its quotes.

    Raises:
        BrokenPayload: It is no JSON string.
    """
    try:
        return _decode_string(quoted).encode()
    except _NOT_STANDARD:
        pass
    try:
        value = json.loads(quoted.decode("utf-8", "surrogateescape"), strict=False)
    except ValueError as error:
        raise BrokenPayload(f"no JSON string: {error}") from error
    return encode_text(value)


STRING_PIECE_BYTES = 96 << 10
"""Decoding is fastest in pieces of 64 to 128 KiB."""

# What may stand unfinished at the end of a piece: an escape, a high surrogate that waits for
# its low one, a UTF-8 sequence.  The run of backslashes before it decides whether an escape
# begins, so it is matched from its start.
_UNFINISHED = re.compile(
    rb"""(?: (?<!\\)(?:\\\\)*+ (?:
            ( \\ (?: u[0-9a-fA-F]{0,3} )? )                      # an escape
          | ( \\u[dD][89abAB][0-9a-fA-F]{2} (?: \\ (?: u[0-9a-fA-F]{0,3} )? )? )   # high surrogate
         )
       | ( [\xc2-\xdf] | [\xe0-\xef][\x80-\xbf]? | [\xf0-\xf4][\x80-\xbf]{0,2} ) # UTF-8
     )\Z""",
    re.VERBOSE,
)
_TAIL_BYTES = 12  # The longest of them: \ud83d\ude0


def goes_on(piece: bytes) -> bool:
    """True if a piece of a JSON string, given without quotes, surely does not hold its end.

    It must end where `settled_length` says.  A string in quotes is decoded only if nothing follows
    it, so the string that the piece belongs to cannot end inside.
    """
    try:
        _skip_string(b'"' + piece + b'"')
    except _NOT_STANDARD:
        return False
    return True


def settled_length(piece: bytes) -> int:
    """How much of a piece of a JSON string can be decoded without what follows it."""
    start = max(0, len(piece) - _TAIL_BYTES)
    # A backslash before the tail is part of a run whose parity counts.
    while start and piece[start - 1 : start] == b"\\":
        start -= 1
    match = _UNFINISHED.search(piece, start)
    if match is None:
        return len(piece)
    return match.start(match.lastindex or 0)


def decode_string_pieces(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The bytes of a JSON string given without its quotes, in pieces cut anywhere.

    Raises:
        BrokenPayload: It is no JSON string.
    """
    held = b""
    for piece in pieces:
        for start in range(0, len(piece), STRING_PIECE_BYTES):
            data = held + piece[start : start + STRING_PIECE_BYTES]
            settled = settled_length(data)
            held = data[settled:]
            if settled:
                yield decode_string(b'"' + data[:settled] + b'"')
    if held:
        yield decode_string(b'"' + held + b'"')
