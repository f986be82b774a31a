"""Framing of intermediate files: one JSON object a line, an entry each.

``{"type": ..., "compile_id": ..., "metadata": {...}, "payload": "..."}``; only ``type`` is
required and the order of the keys is free.  Documented in ``docs/formats.md``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Any

import msgspec

from artifact_stream.compile_ids import key_from_text
from artifact_stream.entries import NO_PAYLOAD, Entry, Payload
from artifact_stream.errors import EXCERPT_BYTES, Problem
from artifact_stream.framing.envelope import member_text, whole_number
from artifact_stream.framing.framer import Framer
from artifact_stream.framing.json_cursor import KEPT_VALUE_BYTES, JsonCursor, prune
from artifact_stream.framing.payloads import JsonStringRange, JsonText, PlainRange
from artifact_stream.framing.scratch import ScratchText
from artifact_stream.json_text import decode_string_pieces, loads
from artifact_stream.streams.file_range import FileRange

_TYPE_FIRST = re.compile(rb'\{"type": ?"(\w+)"')
_NULL = msgspec.Raw(b"null")
_TWO_TYPES = "it has two types"
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


class _TypeAlone(msgspec.Struct):
    """A line of which nothing is wanted but that it is JSON."""

    type: str


_decode_line = msgspec.json.Decoder(_Line).decode
_check_line = msgspec.json.Decoder(_TypeAlone).decode


class _ScratchPayload:
    """A payload that is too long for memory, in a copy of its line on disk.

    Args:
        line: The copy.
        start: Where the payload's JSON text starts in the line.
        end: Where it ends.
        is_string: False if it is some other JSON value, which is taken as its text.
    """

    __slots__ = ("_end", "_is_string", "_line", "_start")

    def __init__(self, line: ScratchText, start: int, end: int, *, is_string: bool) -> None:
        self._line = line
        self._start = start
        self._end = end
        self._is_string = is_string

    def whole(self) -> None:
        return None

    def chunks(self) -> Iterator[bytes]:
        if self._is_string:
            return decode_string_pieces(self._line.range(self._start + 1, self._end - 1))
        return self._line.range(self._start, self._end)

    @property
    def can_repeat(self) -> bool:
        return True

    def portable(self) -> None:
        return None


class _Walked(msgspec.Struct):
    """What a walk over a line has found."""

    members: dict[str, Any] = msgspec.field(default_factory=dict)
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
        if key == "type" and "type" in found.members:
            raise ValueError(_TWO_TYPES)
        if key == "payload":
            found.payload_range = None if first == b"n" else cursor.skip()
            found.payload_is_string = first == b'"'
            if first == b"n":
                cursor.skip()
        elif key == "metadata":
            # Of a repeated name the last one counts, here and where a line is in memory.
            found.members[key] = cursor.pruned_object(levels=1) if first == b"{" else {}
            if first != b"{":
                cursor.skip()
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

    _lines_begun = 1  # _line is the number of the line last begun

    def _complete_entries(self) -> Iterator[Entry | Problem]:
        window, start = self._window, 0
        tally_of = self._tallies.get
        while True:
            end = window.find(b"\n", start)
            if end < 0:
                if not self._at_end or start == len(window):
                    break
                end = len(window)
            self._line += 1
            following = min(end + 1, len(window))  # The last line may have no newline.
            head = _TYPE_FIRST.match(window, start, end)
            tally = None if head is None else tally_of(head[1])
            if tally is not None and _is_whole(window[start:end]):
                tally.entries += 1
                tally.source_bytes += following - start
            else:
                yield from self._small_line(window[start:end], start, following - start)
            start = following
        self._window = window[start:]
        self._window_offset += start

    def _small_line(self, text: bytes, start: int, size: int) -> Iterator[Entry | Problem]:
        if not text.strip():
            return
        offset = self._window_offset + start
        try:
            members, payload_text = _decode(text)
        except ValueError as error:
            yield self._broken_line(error, text, offset)
            return
        payload: Payload = NO_PAYLOAD
        if payload_text is not None:
            payload = JsonText(payload_text, self._place_of(payload_text, text, start))
        yield from self._entry(members, payload, text, offset, size)

    def _place_of(self, payload: bytes, line: bytes, start: int) -> FileRange | None:
        """Where a payload stands in the file, if it is the last member of a line in the window."""
        end = len(line) - 1
        begin = end - len(payload)
        if begin < 0 or line.find(payload, begin, end) < 0:
            return None
        return self._place_in_file(start + begin, start + end)

    def _large_entry(self) -> Iterator[Entry | Problem]:
        self._line += 1
        offset, excerpt = self._window_offset, self._window[:EXCERPT_BYTES]
        pieces = self._pieces_of_line()
        range_of, kept = self._range_from(offset), None
        if range_of(0, 0) is None:
            kept = self._scratch.keep(pieces)
            pieces = kept.chunks()
        try:
            found = _walk(pieces)
        except ValueError as error:
            for _ in pieces:
                pass
            yield self._broken_line(error, excerpt, offset)
            return
        payload: Payload = NO_PAYLOAD
        if found.payload_range is not None:
            start, end = found.payload_range
            if kept is not None:
                payload = _ScratchPayload(kept, start, end, is_string=found.payload_is_string)
            elif found.payload_is_string:
                payload = JsonStringRange(_known(range_of(start + 1, end - 1)))
            else:
                payload = PlainRange(_known(range_of(start, end)))
        yield from self._entry(
            found.members, payload, excerpt, offset, self._window_offset - offset
        )

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
            compile_id=_compile_id(members.get("compile_id")),
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
            logged_metadata=partial(member_text, text, 0, "metadata"),
        )

    def _broken_line(self, error: ValueError, text: bytes, offset: int) -> Problem:
        message = f"The line is no JSON object: {error}."
        return self._problem("broken_line", message, text, self._line, offset)


def _is_whole(line: bytes) -> bool:
    """True if a line that begins with its type is surely JSON, and has that type alone."""
    try:
        _check_line(line)
    except (msgspec.MsgspecError, RecursionError):
        return False
    return line.count(b'"type"') == 1


def _decode(text: bytes) -> tuple[dict[str, Any], bytes | None]:
    """The members of a line that is in memory, and its payload's JSON text if it has one.

    Raises:
        ValueError: It is no JSON object.
    """
    if text.count(b'"type"') > 1:
        return _decode_unusual(text)  # One of them may be the metadata's.
    try:
        line = _decode_line(text)
        members = {name: loads(bytes(getattr(line, name))) for name in _FIELDS}
        members["metadata"] = _decode_metadata(bytes(line.metadata))
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return _decode_unusual(text)
    payload = bytes(line.payload)
    return members, None if payload == b"null" else payload


def _decode_metadata(text: bytes) -> Any:
    if text in (b"{}", b"null"):
        return {}
    if len(text) > KEPT_VALUE_BYTES and text.startswith(b"{"):
        return prune(text)
    return loads(text)


def _decode_unusual(text: bytes) -> tuple[dict[str, Any], bytes | None]:
    """Decode what the fast decoder refuses: NaN, lone surrogates, control characters."""
    found = _walk(iter((text,)))
    if found.payload_range is None:
        return found.members, None
    start, end = found.payload_range
    payload = text[start:end]
    JsonText(payload).whole()  # A payload that is no JSON makes the line broken.
    return found.members, payload


def _known(range_: FileRange | None) -> FileRange:
    assert range_ is not None
    return range_


def _compile_id(value: object) -> str | None:
    text = _text(value)
    return None if text is None else key_from_text(text)


def _text(value: object) -> str | None:
    """A string as it is, null and the empty string as None, anything else as it would print."""
    if value is None or value == "":
        return None
    return value if isinstance(value, str) else str(value)
