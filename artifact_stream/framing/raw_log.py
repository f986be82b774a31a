r"""Framing of raw logs: what ``TORCH_TRACE`` writes, one file a process.

An entry is a line with a glog-like prefix and a JSON envelope, then its payload: every following
line that starts with a tab, without that tab, joined by ``\n``.  The format is torch's own, in
``torch/_logging/_internal.py`` (``TorchLogsFormatter`` and ``trace_structured``).  Lines end at
``\n`` alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Any

import msgspec

from artifact_stream.compile_ids import key_from_parts
from artifact_stream.entries import NO_PAYLOAD, Entry, Payload
from artifact_stream.errors import EXCERPT_BYTES, Problem
from artifact_stream.framing.envelope import (
    BrokenEnvelope,
    decode_envelope,
    entry_types,
    member_text,
    read_envelope,
    standard_keys,
    whole_number,
)
from artifact_stream.framing.framer import Framer
from artifact_stream.framing.passed_over import PassedOver
from artifact_stream.framing.payloads import IndentedText
from artifact_stream.framing.raw_payload import LargeEntry
from artifact_stream.framing.scratch import Scratch
from artifact_stream.streams.byte_stream import ByteStream

PREFIX = re.compile(
    rb"[VIWEC](?P<month>\d\d)(?P<day>\d\d) (?P<time>\d\d:\d\d:\d\d\.\d{6}) +(?P<thread>\d+) "
    rb"(?P<pathname>[^\n]{1,1024}?):(?P<lineno>\d+)\] (?=\{)"
)
_ENTRY_END = re.compile(rb"\n(?!\t)")
_BLANK = frozenset(b" \r\n")


def _simple_envelope() -> re.Pattern[bytes]:
    """An entry's first line whose envelope can be told to be whole JSON with one entry type.

    The type's value holds nothing deeper than lists, and no string with an escape.  What it does
    not match may be as good: it is looked at more closely.
    """
    string = rb'"[^"\\\x00-\x1f]*+"'
    number = rb"-?+(?:0|[1-9]\d*+)(?:\.\d++)?+"
    scalar = rb"(?:" + string + rb"|" + number + rb"|true|false|null)"
    array = rb"\[(?:" + scalar + rb"(?:, " + scalar + rb")*+)?+\]"
    member = string + rb": (?:" + scalar + rb"|" + array + rb"|\{\})"
    value = rb"(?:\{(?:" + member + rb"(?:, " + member + rb")*+)?+\}|" + array + rb")"
    context = rb'"(?:rank|frame_id|frame_compile_id|attempt|compiled_autograd_id)": (?:\d++|null)'
    return re.compile(
        rb"[VIWEC]\d{4} \d\d:\d\d:\d\d\.\d{6} ++\d++ [^\n\]:]++:\d++\] "
        rb'\{"(\w+)": ' + value + rb"(?:, " + context + rb")*+"
        rb'(?:, "has_payload": "[0-9a-f]{32}")?+\}(?=\n|\Z)'
    )


_SIMPLE_ENVELOPE = _simple_envelope()
_FIRST_KEY = re.compile(rb'\{"(\w+)"')
_BLANK_LINE = re.compile(rb"[ \r]*\n")
_MD5 = re.compile(r"[0-9a-fA-F]{32}")


class _Place(msgspec.Struct, frozen=True):
    """Where an entry or a misfit starts."""

    line: int
    offset_bytes: int


class RawLogFramer(Framer):
    """Frames a raw log; a payload is streamed from it where it is long.

    For arguments, memory and errors see `Framer`.
    """

    def __init__(
        self, stream: ByteStream, source: str, passed_over: PassedOver, scratch: Scratch
    ) -> None:
        super().__init__(stream, source, passed_over, scratch)
        self._counted_to = 0  # _line is the number of the line here in the window
        self._searched_to = 0  # no entry ends before this in the window

    def _advance(self, position: int) -> None:
        """Forget the window up to a position at a line's start."""
        self._count_lines_to(position)
        self._window = self._window[position:]
        self._window_offset += position
        self._counted_to = 0
        self._searched_to = 0

    def _count_lines_to(self, position: int) -> None:
        self._line += self._window.count(b"\n", self._counted_to, position)
        self._counted_to = position

    def _place(self, position: int) -> _Place:
        """The place of a line's start in the window; asked for in order of position."""
        self._count_lines_to(position)
        return _Place(self._line, self._window_offset + position)

    def _complete_entries(self) -> Iterator[Entry | Problem]:
        window = self._window
        start = 0
        tally_of, simple_envelope = self._tallies.get, _SIMPLE_ENVELOPE.match
        # A tab may follow behind a newline that ends the window.
        stop = len(window) if self._at_end else len(window) - 1
        for boundary in _ENTRY_END.finditer(window, self._searched_to):
            end = boundary.start()
            if end >= stop:
                break
            simple = simple_envelope(window, start, end)
            if simple is not None and (tally := tally_of(simple[1])) is not None:
                tally.entries += 1
                tally.source_bytes += end + 1 - start
            else:
                yield from self._entry(start, end)
            start = end + 1
        if self._at_end and start < len(window):
            yield from self._entry(start, len(window))
            start = len(window)
        self._advance(start)
        self._searched_to = max(0, stop - start)

    def _entry(self, start: int, end: int) -> Iterator[Entry | Problem]:
        """The entry or entries, or the problem, between two positions of the window."""
        window = self._window
        line_end = window.find(b"\n", start, end)
        if line_end >= 0 and window[start] in _BLANK and not window[start:line_end].strip(b" \r"):
            # A blank line; the payload lines behind it are nobody's.
            start = line_end + 1
            line_end = window.find(b"\n", start, end)
        line_end = end if line_end < 0 else line_end
        prefix = PREFIX.match(window, start, line_end)
        # The last line of a log may have no newline.
        source_bytes = min(end + 1, len(window)) - start
        if prefix is not None and self._passes_over(prefix, line_end, source_bytes):
            return
        place = self._place(start)
        if prefix is None:
            if window[start : start + 1] == b"\t" or window[start:line_end].strip():
                yield self._misfit(window[start : min(line_end, start + EXCERPT_BYTES)], place)
            return
        payload: Payload = NO_PAYLOAD
        if line_end < end:
            below = line_end + 1
            payload = IndentedText(window[below:end], self._place_in_file(below, end))
        try:
            envelope = decode_envelope(window[prefix.end() : line_end])
        except BrokenEnvelope as error:
            yield self._broken_envelope(error, window[start:line_end], place)
            return
        yield from self._entries(prefix, envelope, payload, place, source_bytes)

    def _passes_over(self, prefix: re.Match[bytes], line_end: int, source_bytes: int) -> bool:
        """Count an entry none of whose types is wanted, without decoding what it holds."""
        first = _FIRST_KEY.match(self._window, prefix.end(), line_end)
        if first is None or first[1] not in self._tallies:
            return False
        types = entry_types(standard_keys(self._window[prefix.end() : line_end]))
        if not types or not self._passed_over.types.issuperset(types):
            return False
        for name in types:
            # Several types share the payload; its bytes are counted once.
            self._passed_over.count(name, source_bytes)
            source_bytes = 0
        return True

    def _large_entry(self) -> Iterator[Entry | Problem]:
        blank = _BLANK_LINE.match(self._window)
        if blank is not None:
            self._advance(blank.end())
        place = self._place(0)
        beginning = self._window[:EXCERPT_BYTES]
        prefix = PREFIX.match(self._window)
        large = LargeEntry(self._pieces_of_entry(), self._range_from(place.offset_bytes))
        if prefix is None:
            # All pieces are looked at: text may stand behind any number of blanks.
            holds_text = sum(bool(piece.strip()) for piece in large.first_line()) > 0
            if beginning.startswith(b"\t") or holds_text:
                yield self._misfit(beginning.partition(b"\n")[0], place)
        else:
            try:
                envelope = read_envelope(_without(prefix.end(), large.first_line()))
            except BrokenEnvelope as error:
                yield self._broken_envelope(error, beginning, place)
            else:
                payload: Payload = large if large.has_payload else NO_PAYLOAD
                first: Entry | None = None
                for item in self._entries(prefix, envelope, payload, place, 0):
                    if first is None and isinstance(item, Entry):
                        first = item
                    yield item
                large.pass_over()
                self._settle_size(first, envelope, self._window_offset - place.offset_bytes)
        large.pass_over()

    def _settle_size(
        self, first: Entry | None, envelope: dict[str, Any], source_bytes: int
    ) -> None:
        """Tell how long an entry was, now that its end has been reached."""
        if first is not None:
            first.source_bytes = source_bytes
            return
        for name in entry_types(envelope)[:1]:
            self._passed_over.tallies[name].source_bytes += source_bytes

    def _pieces_of_entry(self) -> Iterator[bytes]:
        """The text of the entry at the window's start up to its end; no piece ends in newline."""
        while True:
            boundary = _ENTRY_END.search(self._window)
            if boundary is not None and (self._at_end or boundary.end() < len(self._window)):
                piece = self._window[: boundary.start()]
                self._advance(boundary.end())
                if piece:
                    yield piece
                return
            piece = self._window.removesuffix(b"\n")
            self._advance(len(piece))
            if piece:
                yield piece
            if self._at_end:
                return
            self._read_block()

    def _entries(
        self,
        prefix: re.Match[bytes],
        envelope: dict[str, Any],
        payload: Payload,
        place: _Place,
        source_bytes: int,
    ) -> Iterator[Entry | Problem]:
        types = entry_types(envelope)
        if not types:
            message = "The envelope names no entry type."
            yield self._problem(
                "no_entry_type", message, _first_line(prefix), place.line, place.offset_bytes
            )
            return
        wanted = [name for name in types if name not in self._passed_over.types]
        if len(wanted) > 1 and isinstance(payload, LargeEntry):
            payload = self._scratch.keep(payload.chunks())
        # Several types share the payload; its bytes are counted once, for the first.
        for name in wanted:
            size = source_bytes if name == types[0] else 0
            yield self._make_entry(name, prefix, envelope, payload, place, size)
        # Last, so that nothing of a line is counted before all that stands before it is taken.
        for name in types:
            if name in self._passed_over.types:
                self._passed_over.count(name, source_bytes if name == types[0] else 0)

    def _make_entry(
        self,
        name: str,
        prefix: re.Match[bytes],
        envelope: dict[str, Any],
        payload: Payload,
        place: _Place,
        source_bytes: int,
    ) -> Entry:
        month, day, time, thread, pathname, lineno = prefix.groups()
        metadata = envelope[name]
        digest = envelope.get("has_payload")
        return Entry(
            type=name,
            compile_id=key_from_parts(
                envelope.get("compiled_autograd_id"),
                envelope.get("frame_id"),
                envelope.get("frame_compile_id"),
                envelope.get("attempt"),
            ),
            rank=whole_number(envelope.get("rank")),
            timestamp=f"--{month.decode()}-{day.decode()}T{time.decode()}",
            thread=int(thread[:18]),
            pathname=pathname.decode("utf-8", "surrogateescape"),
            lineno=int(lineno[:18]),
            metadata=metadata if isinstance(metadata, dict) else {},
            payload=payload,
            has_payload=payload is not NO_PAYLOAD,
            payload_md5=digest if isinstance(digest, str) and _MD5.fullmatch(digest) else None,
            source=self._source,
            line=place.line,
            offset_bytes=place.offset_bytes,
            source_bytes=source_bytes,
            first_line=_first_line(prefix),
            logged_metadata=partial(member_text, prefix.string, prefix.end(), name),
        )

    def _misfit(self, line: bytes, place: _Place) -> Problem:
        """Say what a line is that does not begin an entry and is not blank."""
        if line.startswith(b"\t"):
            message = "Payload lines that follow no entry, as in a log whose start was cut off."
            return self._problem(
                "payload_without_entry", message, line, place.line, place.offset_bytes
            )
        message = "The line has no log prefix with a JSON envelope behind it."
        return self._problem("not_an_entry", message, line, place.line, place.offset_bytes)

    def _broken_envelope(self, error: BrokenEnvelope, line: bytes, place: _Place) -> Problem:
        message = f"The JSON envelope cannot be decoded: {error}."
        return self._problem("broken_envelope", message, line, place.line, place.offset_bytes)


def _first_line(prefix: re.Match[bytes]) -> bytes:
    """The beginning of the line that a prefix stands on."""
    start = prefix.start()
    return prefix.string[start : start + EXCERPT_BYTES].partition(b"\n")[0]


def _without(count: int, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces without their first `count` bytes, all of which are in the first piece."""
    yield next(pieces, b"")[count:]
    yield from pieces
