"""Framing of what a tlparse report keeps of a log: ``raw.jsonl``, an entry's envelope a line.

The first line is a table of the file names in stacks.  Each other one holds the members of an
envelope, ``timestamp``, ``thread``, ``pathname`` and ``lineno`` of its log line, and where the
payload is: ``payloads/{has_payload}.txt``, or else the file that ``payload_filename`` names.  JSON
was formatted again there, its keys in another order; the digest is that of the original.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from itertools import permutations
from typing import Any

from artifact_stream.compile_ids import key_from_parts
from artifact_stream.entries import CHUNK_BYTES, NO_PAYLOAD, BrokenPayload, Entry, Payload
from artifact_stream.errors import EXCERPT_BYTES, Problem, SourceDamaged
from artifact_stream.framing.envelope import (
    BrokenEnvelope,
    decode_envelope,
    entry_types,
    kept_context,
    member_text,
    read_envelope,
    whole_number,
)
from artifact_stream.framing.framer import Framer
from artifact_stream.framing.passed_over import PassedOver
from artifact_stream.framing.payloads import IndentedText
from artifact_stream.framing.scratch import Scratch
from artifact_stream.streams.byte_stream import ByteStream

STRING_TABLE = "string_table"
_STRING = "str"
"""The only member of the first line."""

_OF_THE_LINE = frozenset({"pathname", "thread", "timestamp"})
"""Members that a log has in front of the envelope."""

_OWN_KEYS = frozenset({"lineno", "payload_filename", STRING_TABLE})
_MD5 = re.compile(r"[0-9a-f]{32}")
_MAX_RESTORED_BYTES = 64 << 10
_MAX_ORDERED_KEYS = 4
_LAYOUTS: tuple[dict[str, Any], ...] = (
    {"indent": 0},
    {},
    {"separators": (",", ":")},
    {"indent": 2},
    {"indent": 4},
)
"""Arguments of `json.dumps` that payloads are written with."""

Opened = Callable[[str], ByteStream | None]
"""Opens a file of the report by its path in it; None if there is no such file."""


class ReportPayload:
    """A payload that is a file of a report.

    Args:
        opened: Opens it.
    """

    __slots__ = ("_opened",)

    def __init__(self, opened: Callable[[], ByteStream | None]) -> None:
        self._opened = opened

    def whole(self) -> bytes | None:
        """See `Payload.whole`."""
        held = b""
        for chunk in self.chunks():
            held += chunk
            if len(held) > CHUNK_BYTES:
                return None
        return held

    def chunks(self) -> Iterator[bytes]:
        """See `Payload.chunks`."""
        try:
            stream = self._opened()
            if stream is None:
                return
            try:
                while block := stream.read():
                    yield block
            finally:
                stream.close()
        except SourceDamaged as damage:
            raise BrokenPayload(f"its file in the report is damaged: {damage}") from damage

    @property
    def can_repeat(self) -> bool:
        """Always."""
        return True

    def portable(self) -> None:
        """Never."""
        return


class TlparseFramer(Framer):
    """Frames ``raw.jsonl``.

    Args:
        stream: The file.
        source: Its name, for entries and problems.
        passed_over: Entry types to count and not to yield.
        scratch: Not needed.
        opened: Opens the other files of the report.
    """

    _lines_begun = 1

    def __init__(
        self,
        stream: ByteStream,
        source: str,
        passed_over: PassedOver,
        scratch: Scratch,
        opened: Opened,
    ) -> None:
        super().__init__(stream, source, passed_over, scratch)
        self._opened = opened

    def _complete_entries(self) -> Iterator[Entry | Problem]:
        window, start = self._window, 0
        while True:
            end = window.find(b"\n", start)
            if end < 0:
                if not self._at_end or start == len(window):
                    break
                end = len(window)
            self._line += 1
            following = min(end + 1, len(window))
            text, offset = window[start:end], self._window_offset + start
            if text.strip():
                try:
                    envelope = decode_envelope(text)
                except BrokenEnvelope as error:
                    yield self._broken(error, text, offset)
                else:
                    yield from self._entries(envelope, text, offset, following - start)
            start = following
        self._window = window[start:]
        self._window_offset += start

    def _large_entry(self) -> Iterator[Entry | Problem]:
        self._line += 1
        offset, excerpt = self._window_offset, self._window[:EXCERPT_BYTES]
        pieces = self._pieces_of_line()
        try:
            envelope = read_envelope(pieces)
        except BrokenEnvelope as error:
            for _ in pieces:
                pass
            yield self._broken(error, excerpt, offset)
            return
        yield from self._entries(envelope, excerpt, offset, self._window_offset - offset)

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

    def _broken(self, error: BrokenEnvelope, text: bytes, offset: int) -> Problem:
        message = f"The line is no entry of a report: {error}."
        return self._problem("broken_line", message, text, self._line, offset)

    def _entries(
        self, envelope: dict[str, Any], text: bytes, offset: int, size: int
    ) -> Iterator[Entry | Problem]:
        types = [name for name in entry_types(envelope) if name not in _OWN_KEYS]
        if not types:
            if STRING_TABLE not in envelope:
                message = "The line names no entry type."
                yield self._problem("no_entry_type", message, text, self._line, offset)
            elif _STRING not in self._passed_over.types:
                yield from self._strings(envelope[STRING_TABLE], offset)
            return
        for name in types:
            source_bytes = size if name == types[0] else 0
            if name in self._passed_over.types:
                self._passed_over.count(name, source_bytes)
                continue
            yield self._entry(name, envelope, text, offset, source_bytes)

    def _strings(self, table: Any, offset: int) -> Iterator[Entry]:
        """The strings of the report's table, as a log gives each where it is first used."""
        for index, string in enumerate(table if isinstance(table, list) else ()):
            if isinstance(string, str):
                logged = json.dumps([string, index]).encode()
                yield Entry(
                    type=_STRING,
                    logged_metadata=partial(bytes, logged),
                    source=self._source,
                    line=self._line,
                    offset_bytes=offset,
                )

    def _entry(
        self, name: str, envelope: dict[str, Any], text: bytes, offset: int, size: int
    ) -> Entry:
        metadata = envelope[name]
        metadata = metadata if isinstance(metadata, dict) else {}
        payload, md5 = self._payload_of(envelope, metadata)
        pathname, timestamp = envelope.get("pathname"), envelope.get("timestamp")
        return Entry(
            type=name,
            compile_id=key_from_parts(
                envelope.get("compiled_autograd_id"),
                envelope.get("frame_id"),
                envelope.get("frame_compile_id"),
                envelope.get("attempt"),
            ),
            rank=whole_number(envelope.get("rank")),
            timestamp=timestamp if isinstance(timestamp, str) else None,
            thread=whole_number(envelope.get("thread")),
            pathname=pathname.strip() if isinstance(pathname, str) else None,
            lineno=whole_number(envelope.get("lineno")),
            metadata=metadata,
            logged_metadata=partial(member_text, text, 0, name),
            payload=payload,
            has_payload=payload is not NO_PAYLOAD,
            payload_md5=md5,
            context=kept_context({k: v for k, v in envelope.items() if k not in _OF_THE_LINE}),
            source=self._source,
            line=self._line,
            offset_bytes=offset,
            source_bytes=size,
            first_line=text[:EXCERPT_BYTES],
        )

    def _payload_of(
        self, envelope: dict[str, Any], metadata: dict[str, Any]
    ) -> tuple[Payload, str | None]:
        """An entry's payload and the digest that it must have, None where it cannot be asked."""
        md5 = envelope.get("has_payload")
        if not isinstance(md5, str) or not md5:
            return NO_PAYLOAD, None
        digest = md5 if _MD5.fullmatch(md5) else None
        named = envelope.get("payload_filename")
        if digest is not None and self._is_there(path := f"payloads/{digest}.txt"):
            return self._file(path), digest
        if not isinstance(named, str) or not self._is_there(named):
            return ReportPayload(lambda: None), digest  # Its digest tells that it is missing.
        payload = self._file(named)
        if digest is None or not named.endswith(".json") or metadata.get("encoding") != "json":
            return payload, digest
        whole = payload.whole()
        text = None if whole is None else _restored(whole, digest)
        if text is None:
            return payload, None
        return IndentedText(b"\t" + text.replace(b"\n", b"\n\t")), digest

    def _is_there(self, path: str) -> bool:
        stream = self._opened(path)
        if stream is not None:
            stream.close()
        return stream is not None

    def _file(self, path: str) -> ReportPayload:
        return ReportPayload(lambda: self._opened(path))


def _restored(text: bytes, md5: str) -> bytes | None:
    """JSON as it was logged, which its digest tells; None if it cannot be found.

    Args:
        text: The same, formatted again with its keys in alphabetical order.
        md5: Of what was logged.
    """
    if _md5(text) == md5:
        return text
    if len(text) > _MAX_RESTORED_BYTES:
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    values: list[Any] = [value]
    if isinstance(value, dict) and len(value) <= _MAX_ORDERED_KEYS:
        values = [dict(items) for items in permutations(value.items())]
    for each in values:
        for layout in _LAYOUTS:
            made = json.dumps(each, **layout).encode()
            if _md5(made) == md5:
                return made
    return None


def _md5(text: bytes) -> str:
    return hashlib.md5(text, usedforsecurity=False).hexdigest()
