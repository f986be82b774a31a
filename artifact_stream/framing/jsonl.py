"""Framing of intermediate files: one JSON object a line, an entry each.

``{"type": ..., "compile_id": ..., "metadata": {...}, "payload": "..."}``; only ``type`` is
required and the order of the keys is free.  Documented in ``docs/formats.md``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec

from artifact_stream.entries import NO_PAYLOAD, Entry, Payload
from artifact_stream.errors import EXCERPT_BYTES, Problem
from artifact_stream.framing.envelope import whole_number
from artifact_stream.framing.framer import Framer
from artifact_stream.framing.json_cursor import KEPT_VALUE_BYTES, JsonCursor, prune
from artifact_stream.framing.json_text import decode_string, decode_string_pieces, loads
from artifact_stream.framing.passed_over import PassedOver
from artifact_stream.framing.scratch import Scratch
from artifact_stream.streams import ByteStream

_TYPE_FIRST = re.compile(rb'\{"type": ?"(\w+)"')
_NULL = msgspec.Raw(b"null")
_FIELDS = frozenset({"type", "compile_id", "rank", "timestamp", "thread", "pathname", "lineno"})


class _Line(msgspec.Struct):
    """One line, its values still JSON text; unknown keys are passed over."""

    type: msgspec.Raw = _NULL
    compile_id: msgspec.Raw = _NULL
    rank: msgspec.Raw = _NULL
    timestamp: msgspec.Raw = _NULL
    thread: msgspec.Raw = _NULL
    pathname: msgspec.Raw = _NULL
    lineno: msgspec.Raw = _NULL
    metadata: msgspec.Raw = _NULL
    payload: msgspec.Raw = _NULL


_decode_line = msgspec.json.Decoder(_Line).decode


class _JsonPayload:
    """A payload in memory as JSON text, decoded when somebody wants it."""

    __slots__ = ("_text",)

    def __init__(self, text: bytes) -> None:
        self._text = text

    def whole(self) -> bytes:
        # A payload that is no string is taken as the JSON text that it is.
        return decode_string(self._text) if self._text.startswith(b'"') else self._text

    def chunks(self) -> Iterator[bytes]:
        yield self.whole()


class _JsonPayloadRange:
    """A payload that is too long for memory, at a known place of a line that can be read again.

    Args:
        read: Gives the bytes of the line between two offsets.
        start: Where the payload's JSON text starts in the line.
        end: Where it ends.
        is_string: False if it is some other JSON value, which is taken as its text.
    """

    __slots__ = ("_end", "_is_string", "_read", "_start")

    def __init__(
        self, read: Callable[[int, int], Iterator[bytes]], start: int, end: int, *, is_string: bool
    ) -> None:
        self._read = read
        self._start = start
        self._end = end
        self._is_string = is_string

    def whole(self) -> None:
        return None

    def chunks(self) -> Iterator[bytes]:
        if self._is_string:
            return decode_string_pieces(self._read(self._start + 1, self._end - 1))
        return self._read(self._start, self._end)


@dataclass(slots=True)
class _Walked:
    """What a walk over a line has found."""

    members: dict[str, Any] = field(default_factory=dict)
    payload_range: tuple[int, int] | None = None
    payload_is_string: bool = False


def _walk(chunks: Iterator[bytes]) -> _Walked:
    """Read a line of any size; only short values are kept.

    Raises:
        ValueError: It is no JSON object.
    """
    cursor = JsonCursor(chunks)
    found = _Walked()
    for key in cursor.names():
        first = cursor.peek()
        if key == "payload":
            found.payload_range = None if first == b"n" else cursor.skip()
            found.payload_is_string = first == b'"'
            if first == b"n":
                cursor.skip()
        elif key == "metadata" and first == b"{":
            found.members[key] = cursor.pruned_object(levels=1)
        elif key in _FIELDS:
            text = cursor.value()
            found.members[key] = None if text is None else loads(text)
        else:
            cursor.skip()
    cursor.end()
    return found


class JsonlFramer(Framer):
    """Frames intermediate JSONL.

    The payload of a long line is read a second time, once the rest of the line is known: from the
    file if it can be read again, else from a copy of the line on disk.  For arguments, memory and
    errors see `Framer`.
    """

    def __init__(
        self, stream: ByteStream, source: str, passed_over: PassedOver, scratch: Scratch
    ) -> None:
        super().__init__(stream, source, passed_over, scratch)
        self._line = 0  # number of the line last begun

    def _complete_entries(self) -> Iterator[Entry | Problem]:
        window, start = self._window, 0
        names = self._names_passed_over
        while True:
            end = window.find(b"\n", start)
            if end < 0:
                if not self._at_end or start == len(window):
                    break
                end = len(window)
            self._line += 1
            following = min(end + 1, len(window))  # The last line may have no newline.
            head = _TYPE_FIRST.match(window, start, end)
            if head is not None and head[1] in names and window[end - 1 : end] == b"}":
                self._passed_over.count(names[head[1]], following - start)
            else:
                offset = self._window_offset + start
                yield from self._small_line(window[start:end], offset, following - start)
            start = following
        self._window = window[start:]
        self._window_offset += start

    def _small_line(self, text: bytes, offset: int, size: int) -> Iterator[Entry | Problem]:
        if not text.strip():
            return
        try:
            members, payload = _decode(text)
        except ValueError as error:
            yield self._broken_line(error, text, offset)
            return
        yield from self._entry(members, payload, text, offset, size)

    def _large_entry(self) -> Iterator[Entry | Problem]:
        self._line += 1
        offset, excerpt = self._window_offset, self._window[:EXCERPT_BYTES]
        pieces = self._pieces_of_line()
        read = self._read_again_from(offset)
        if read is None:
            kept = self._scratch.keep(pieces)
            pieces, read = kept.chunks(), kept.range
        try:
            found = _walk(pieces)
        except ValueError as error:
            for _ in pieces:
                pass
            yield self._broken_line(error, excerpt, offset)
            return
        payload: Payload = NO_PAYLOAD
        if found.payload_range is not None:
            payload = _JsonPayloadRange(
                read, *found.payload_range, is_string=found.payload_is_string
            )
        yield from self._entry(
            found.members, payload, excerpt, offset, self._window_offset - offset
        )

    def _read_again_from(self, line_offset: int) -> Callable[[int, int], Iterator[bytes]] | None:
        if self._stream.read_again(line_offset, line_offset) is None:
            return None

        def read(start: int, end: int) -> Iterator[bytes]:
            chunks = self._stream.read_again(line_offset + start, line_offset + end)
            assert chunks is not None
            return chunks

        return read

    def _pieces_of_line(self) -> Iterator[bytes]:
        """The text of the line at the window's start, without its newline."""
        while True:
            piece, newline, rest = self._window.partition(b"\n")
            self._window = rest
            self._window_offset += len(piece) + len(newline)
            if piece:
                yield piece
            if newline or self._at_end:
                return
            self._read_block()

    def _entry(
        self, members: dict[str, Any], payload: Payload, text: bytes, offset: int, size: int
    ) -> Iterator[Entry | Problem]:
        name = members.get("type")
        if not isinstance(name, str) or not name:
            yield self._problem(
                "no_entry_type", "The line names no entry type.", text, self._line, offset
            )
            return
        if name in self._passed_over.types:
            self._passed_over.count(name, size)
            return
        metadata = members.get("metadata")
        yield Entry(
            type=name,
            compile_id=_text(members.get("compile_id")),
            rank=whole_number(members.get("rank")),
            timestamp=_text(members.get("timestamp")),
            thread=whole_number(members.get("thread")),
            pathname=_text(members.get("pathname")),
            lineno=whole_number(members.get("lineno")),
            metadata=metadata if isinstance(metadata, dict) else {},
            payload=payload,
            has_payload=payload is not NO_PAYLOAD,
            source=self._source,
            line=self._line,
            offset_bytes=offset,
            source_bytes=size,
            first_line=text[:EXCERPT_BYTES],
        )

    def _broken_line(self, error: ValueError, text: bytes, offset: int) -> Problem:
        message = f"The line is no JSON object: {error}."
        return self._problem("broken_line", message, text, self._line, offset)


def _decode(text: bytes) -> tuple[dict[str, Any], Payload]:
    """The members of a line that is in memory, and its payload.

    Raises:
        ValueError: It is no JSON object.
    """
    try:
        line = _decode_line(text)
        members = {name: loads(bytes(getattr(line, name))) for name in _FIELDS}
        members["metadata"] = _decode_metadata(bytes(line.metadata))
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return _decode_unusual(text)
    payload = bytes(line.payload)
    return members, NO_PAYLOAD if payload == b"null" else _JsonPayload(payload)


def _decode_metadata(text: bytes) -> Any:
    if text in (b"{}", b"null"):
        return {}
    if len(text) > KEPT_VALUE_BYTES and text.startswith(b"{"):
        return prune(text)
    return loads(text)


def _decode_unusual(text: bytes) -> tuple[dict[str, Any], Payload]:
    """Decode what the fast decoder refuses: NaN, lone surrogates, control characters."""
    found = _walk(iter((text,)))
    if found.payload_range is None:
        return found.members, NO_PAYLOAD
    start, end = found.payload_range
    payload = _JsonPayload(text[start:end])
    payload.whole()  # A payload that is no JSON makes the line broken.
    return found.members, payload


def _text(value: object) -> str | None:
    """A string as it is, null and the empty string as None, anything else as it would print."""
    if value is None or value == "":
        return None
    return value if isinstance(value, str) else str(value)
