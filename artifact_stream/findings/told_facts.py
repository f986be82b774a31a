"""Reading ``facts.jsonl``: from its start, or a line of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import BinaryIO

import msgspec

from artifact_stream.facts.fact import Fact
from artifact_stream.index.lines import lines_of
from artifact_stream.layout import MAX_LINE_BYTES

_decode = msgspec.json.Decoder(Fact).decode


def facts_in(file: BinaryIO) -> Iterator[tuple[int, Fact]]:
    """The facts with the offsets of their lines in bytes; what is no fact is passed over.

    Args:
        file: ``facts.jsonl``, at its start.
    """
    with suppress(ValueError):  # Somebody has edited it.
        for offset_bytes, line in lines_of(file):
            fact = _fact(line)
            if fact is not None:
                yield offset_bytes, fact


def fact_at(file: BinaryIO, offset_bytes: int) -> Fact | None:
    """The fact whose line begins there; None if there is none."""
    file.seek(offset_bytes)
    return _fact(file.readline(MAX_LINE_BYTES))


def _fact(line: bytes) -> Fact | None:
    try:
        return _decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
