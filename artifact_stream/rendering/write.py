"""Payload in, files out: text as it is, JSON pretty-printed, code as a highlighted page.

Every function reads its payload once, in chunks, and writes as it goes.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator
from typing import Protocol, TypeVar

from artifact_stream.entries import Payload
from artifact_stream.handlers.base import PYTHON
from artifact_stream.rendering.json.format import InvalidJson, JsonFormatter, format_json
from artifact_stream.rendering.python.chunks import LineChunks
from artifact_stream.rendering.python.html import PythonHtml
from artifact_stream.rendering.source_html import SourceHtml

_PAGE_PIECE_BYTES = 32 << 10  # A page is several times as long as its code.

SMALL_JSON_BYTES = 256 << 10
"""A document up to this size is formatted in one go, a larger one in pieces: the same bytes."""


class Sink(Protocol):
    """Where bytes go; a `StagedFile`."""

    def write(self, data: bytes) -> None:
        """Take some bytes."""

    def read_back(self) -> Iterator[bytes]:
        """All that has been written, from the start."""

    def discard(self) -> None:
        """Forget it."""


_StagedSink = TypeVar("_StagedSink", bound=Sink)


def write_text(payload: Payload, text: Sink) -> None:
    """Write a payload byte for byte."""
    for chunk in payload.chunks():
        text.write(chunk)


def write_json(
    payload: Payload, stage: Callable[[], _StagedSink]
) -> tuple[_StagedSink, InvalidJson | None]:
    """Write a payload pretty-printed or, if it is no JSON, as it is.

    Args:
        payload: The document.
        stage: Makes an empty sink.  A large document that cannot be read again is kept in one while
            it is formatted into another, because whether it is JSON is known at its end.

    Returns:
        The sink that holds the result, and what is wrong with the document, if anything is.
    """
    document = payload.whole()
    is_small = document is not None and len(document) <= SMALL_JSON_BYTES
    if not is_small and payload.can_repeat:
        return _write_json_or_repeat(payload, stage)
    original = stage()
    if document is not None and is_small:
        try:
            original.write(format_json(document))
        except InvalidJson as error:
            original.write(document)
            return original, error
        return original, None
    for chunk in payload.chunks():
        original.write(chunk)
    pretty = stage()
    formatter = JsonFormatter()
    try:
        for chunk in original.read_back():
            pretty.write(formatter.feed(chunk))
        pretty.write(formatter.finish())
    except InvalidJson as error:
        pretty.discard()
        return original, error
    original.discard()
    return pretty, None


def _write_json_or_repeat(
    payload: Payload, stage: Callable[[], _StagedSink]
) -> tuple[_StagedSink, InvalidJson | None]:
    """As `write_json`, for a payload that can be read once more if it is no JSON."""
    pretty = stage()
    formatter = JsonFormatter()
    try:
        for chunk in payload.chunks():
            pretty.write(formatter.feed(chunk))
        pretty.write(formatter.finish())
    except InvalidJson as error:
        pretty.discard()
        original = stage()
        for chunk in payload.chunks():
            original.write(chunk)
        return original, error
    return pretty, None


def write_code_page(
    payload: Payload, page: Sink, text: Sink, head: bytes, tail: bytes, *, language: str = PYTHON
) -> None:
    """Write code as a page, and as it is.

    Args:
        payload: The code; bytes that are no UTF-8 show as U+FFFD in the page.
        page: Takes the page.
        text: Takes the payload byte for byte.
        head: The page before the code.
        tail: The page behind it.
        language: Python is coloured in the page, other languages in the browser.
    """
    decode = codecs.getincrementaldecoder("utf-8")("replace").decode
    html = PythonHtml() if language == PYTHON else SourceHtml()
    chunks = LineChunks()
    page.write(head)
    for chunk in payload.chunks():
        text.write(chunk)
        for start in range(0, len(chunk), _PAGE_PIECE_BYTES):
            piece = html.feed(decode(chunk[start : start + _PAGE_PIECE_BYTES]))
            page.write(chunks.feed(piece).encode())
    rest = html.feed(decode(b"", final=True)) + html.finish()
    page.write((chunks.feed(rest) + chunks.finish()).encode() + tail)
