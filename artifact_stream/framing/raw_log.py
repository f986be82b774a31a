r"""Framing of raw logs: what ``TORCH_TRACE`` writes, one file a process.

An entry is a line with a glog-like prefix and a JSON envelope, then its payload: every following
line that starts with a tab, without that tab, joined by ``\n``.  The format is torch's own, in
``torch/_logging/_internal.py`` (``TorchLogsFormatter`` and ``trace_structured``).  Lines end at
``\n`` alone.

A line of no bytes, or of one CR, ends a payload only if no payload line follows: what has handled
the log since may have put it there, or stripped it (`artifact_stream.framing.readings`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from artifact_stream.entries import NO_PAYLOAD, Entry, Payload
from artifact_stream.errors import EXCERPT_BYTES, Problem
from artifact_stream.framing.boundaries import (
    BLANK_LINES,
    ENTRY_END,
    Behind,
    Step,
    beginning_of_line,
    look_behind,
    misfit,
)
from artifact_stream.framing.envelope import (
    SIMPLE_ENVELOPE,
    BrokenEnvelope,
    decode_envelope,
    entry_types,
    payload_md5,
    read_envelope,
    standard_keys,
)
from artifact_stream.framing.framer import Framer
from artifact_stream.framing.passed_over import PassedOver, Tally
from artifact_stream.framing.payloads import IndentedText
from artifact_stream.framing.prefix import PREFIX
from artifact_stream.framing.raw_entry import raw_entry
from artifact_stream.framing.raw_payload import LargeEntry, SharedLines
from artifact_stream.framing.scratch import Scratch
from artifact_stream.framing.signs import (
    ANY_BLANKS,
    BLANKS_BEHIND,
    BLANKS_INSIDE,
    CR_AT_ENVELOPE,
)
from artifact_stream.streams.byte_stream import ByteStream

_BLANK = frozenset(b" \r\n")
_FIRST_KEY = re.compile(rb'\{"(\w+)"')
_LINE_ENDS = frozenset(b"\r\n")
_TAB = ord("\t")
_SPECIAL = frozenset(b"\r\n\t")
_BLANK_BEGINNINGS = (b"\n", b"\r")
_LEADING_BLANK_LINES = re.compile(rb"(?:[ \r]*\n)+")


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
        self._signs = 0  # seen so far of the lines of the entry at the window's start
        # Of the entry before the window, if that was passed over: a blank line and more of its
        # payload may follow.
        self._passed_tally: Tally | None = None

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
        tally_of, simple_envelope = self._tallies.get, SIMPLE_ENVELOPE.match
        tally = self._passed_tally
        # A tab may follow behind a newline that ends the window.
        stop = searched_to = len(window) if self._at_end else len(window) - 1
        search_from: int | None = self._searched_to
        while search_from is not None:
            boundaries, search_from = ENTRY_END.finditer(window, search_from), None
            for boundary in boundaries:
                end = boundary.start()
                if end >= stop:
                    break
                simple = simple_envelope(window, start, end)
                if simple is not None and (tally := tally_of(simple[1])) is not None:
                    tally.entries += 1
                    tally.source_bytes += end + 1 - start
                    start = end + 1
                    continue
                if (
                    window[start] not in _SPECIAL
                    and window[end + 1 : end + 2] not in _BLANK_BEGINNINGS
                ):
                    self._passed_tally = tally = None
                    yield from self._entry(start, end)
                    start = end + 1
                    continue
                step, text_end, next_start, following = self._step(start, end)
                if step is Step.ENTRY:
                    yield from self._entry_behind(tally, start, text_end, following)
                    tally = self._passed_tally
                start = next_start
                if step is Step.UNDECIDED:
                    searched_to = end
                    break
                if following != end + 1:
                    search_from = following
                    break
        if self._at_end and start < len(window):
            yield from self._entry_behind(tally, start, len(window), len(window))
            start = len(window)
        self._passed_tally = tally
        self._advance(start)
        self._searched_to = max(0, searched_to - start)

    def _step(self, start: int, end: int) -> tuple[Step, int, int, int]:
        """What is found at the end of a line, given where the entry at hand starts in the window.

        Returns:
            What it is; where the entry's text ends; where the entry starts that is at hand next;
            where the search goes on.
        """
        window = self._window
        if window[start] in _LINE_ENDS and (blank := BLANK_LINES.match(window, start)):
            return Step.BLANK_LINES, start, blank.end(), blank.end()
        if window[end + 1 : end + 2] not in _BLANK_BEGINNINGS:
            return Step.ENTRY, end, end + 1, end + 1
        behind, following = look_behind(window, end, at_end=self._at_end)
        if behind is Behind.UNDECIDED:
            return Step.UNDECIDED, end, start, following
        if behind is Behind.PAYLOAD:
            self._signs |= BLANKS_INSIDE
            return Step.PAYLOAD, end, start, following
        if behind is Behind.BLANK_LINES:
            self._signs |= BLANKS_BEHIND
            return Step.ENTRY, following - 1, following, following
        return Step.ENTRY, end, following, following

    def _entry_behind(
        self, tally: Tally | None, start: int, end: int, following: int
    ) -> Iterator[Entry | Problem]:
        """What is between two positions, behind an entry that has been passed over or not."""
        if tally is not None and self._window[start] == _TAB:
            tally.source_bytes += following - start
            self._passed_tally, self._signs = tally, 0
        else:
            self._passed_tally = None
            yield from self._entry(start, end)

    def _entry(self, start: int, end: int) -> Iterator[Entry | Problem]:
        """The entry or entries, or the problem, between two positions of the window."""
        signs, self._signs = self._signs, 0
        window = self._window
        if window[start] in _BLANK and (
            blank := _LEADING_BLANK_LINES.match(window, start, min(end + 1, len(window)))
        ):
            start = blank.end()  # The payload lines behind them are nobody's.
            if start > end:
                return
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
        try:
            envelope = decode_envelope(window[prefix.end() : line_end])
        except BrokenEnvelope as error:
            yield self._broken_envelope(error, window[start:line_end], place)
            return
        payload: Payload = NO_PAYLOAD
        below, orphans = line_end + 1, None
        if line_end < end:
            if window[line_end - 1 : line_end] == b"\r":
                signs |= CR_AT_ENVELOPE
            payload, orphans = self._payload(below, end, envelope, signs)
        yield from self._entries(
            prefix, envelope, payload, place, source_bytes, self._window_offset + below
        )
        if orphans is not None:
            line = window[orphans : orphans + EXCERPT_BYTES]
            yield self._misfit(line, self._place(orphans))

    def _payload(
        self, start: int, end: int, envelope: dict[str, Any], signs: int
    ) -> tuple[Payload, int | None]:
        """The payload whose lines are between two positions of the window.

        Returns:
            The payload and, if its digest says that it ends at blank lines before that, where it
            continues with orphan lines.
        """
        text, orphans = self._window[start:end], None
        if not signs:
            return IndentedText(text, self._place_in_file(start, end)), None
        expected = payload_md5(envelope)
        if signs & BLANKS_INSIDE and expected is not None:
            from artifact_stream.framing.judging import ends_early  # Few logs were handled.

            found = ends_early(text, expected, signs)
            if found is not None:
                text, orphans = text[: found[0]], start + found[1]
                end, signs = start + found[0], signs & CR_AT_ENVELOPE
        is_blank = signs & ANY_BLANKS == BLANKS_BEHIND and not text.strip(b"\r\n")
        if is_blank and expected is None:
            return NO_PAYLOAD, None
        return IndentedText(text, self._place_in_file(start, end), signs), orphans

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
        blank = _LEADING_BLANK_LINES.match(self._window)
        if blank is not None:
            self._advance(blank.end())
        place = self._place(0)
        beginning = self._window[:EXCERPT_BYTES]
        prefix = PREFIX.match(self._window)
        large = LargeEntry(
            self._pieces_of_entry(),
            self._range_from(place.offset_bytes),
            lambda: self._signs,
            self._scratch,
        )
        tally, self._passed_tally = self._passed_tally, None
        if beginning.startswith(b"\t") and tally is not None:
            large.pass_over()
            tally.source_bytes += self._window_offset - place.offset_bytes
            self._passed_tally = tally
        elif prefix is None:
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
                below = place.offset_bytes + large.payload_start
                first: Entry | None = None
                for item in self._entries(prefix, envelope, payload, place, 0, below):
                    if first is None and isinstance(item, Entry):
                        first = item
                    yield item
                large.pass_over()
                self._settle_size(first, envelope, self._window_offset - place.offset_bytes)
        large.pass_over()
        self._signs = 0

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
        """The text of the entry at the window's start, with the blank lines behind it.

        No piece but the last ends in a newline, or in blank lines of which it is not known yet
        whether they are inside the payload.
        """
        while True:
            length, following = self._end_of_piece()
            piece = self._window[:length]
            self._advance(length if following is None else following)
            if piece:
                yield piece
            if following is not None or (self._at_end and not self._window):
                return
            self._read_block()

    def _end_of_piece(self) -> tuple[int, int | None]:
        """How much of the window is the entry's; where the next one starts, None for not there."""
        window, search_from = self._window, 0
        while boundary := ENTRY_END.search(window, search_from):
            end = boundary.start()
            behind, place = look_behind(window, end, at_end=self._at_end)
            if behind is Behind.UNDECIDED:
                return end, None
            if behind is Behind.OTHER:
                return end, place
            if behind is Behind.BLANK_LINES:
                self._signs |= BLANKS_BEHIND
                return place - 1, place
            self._signs |= BLANKS_INSIDE
            search_from = place
        return len(window), None

    def _entries(
        self,
        prefix: re.Match[bytes],
        envelope: dict[str, Any],
        payload: Payload,
        place: _Place,
        source_bytes: int,
        payload_offset: int,
    ) -> Iterator[Entry | Problem]:
        types = entry_types(envelope)
        if not types:
            message = "The envelope names no entry type."
            yield self._problem(
                "no_entry_type", message, beginning_of_line(prefix), place.line, place.offset_bytes
            )
            return
        wanted = [name for name in types if name not in self._passed_over.types]
        if len(wanted) > 1 and isinstance(payload, LargeEntry):
            payload = SharedLines.of(payload, self._scratch)
        # Several types share the payload; its bytes are counted once, for the first.
        for name in wanted:
            size = source_bytes if name == types[0] else 0
            yield raw_entry(
                name,
                prefix,
                envelope,
                payload,
                source=self._source,
                line=place.line,
                offset_bytes=place.offset_bytes,
                payload_offset_bytes=payload_offset,
                source_bytes=size,
            )
        # Last, so that nothing of a line is counted before all that stands before it is taken.
        for name in types:
            if name in self._passed_over.types:
                self._passed_over.count(name, source_bytes if name == types[0] else 0)

    def _misfit(self, line: bytes, place: _Place) -> Problem:
        """Say what a line is that does not begin an entry and is not blank."""
        return self._problem(*misfit(line), line, place.line, place.offset_bytes)

    def _broken_envelope(self, error: BrokenEnvelope, line: bytes, place: _Place) -> Problem:
        message = f"The JSON envelope cannot be decoded: {error}."
        return self._problem("broken_envelope", message, line, place.line, place.offset_bytes)


def _without(count: int, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces without their first `count` bytes, all of which are in the first piece."""
    yield next(pieces, b"")[count:]
    yield from pieces
