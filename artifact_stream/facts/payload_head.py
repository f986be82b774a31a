"""Reading the beginning of a payload that others are to read whole afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from artifact_stream.entries import BrokenPayload, Entry
from artifact_stream.framing.checking import check_whole
from artifact_stream.framing.payloads import has_signs

MAX_TEXT_BYTES = 1 << 20
"""So much of a payload is read for facts."""


class _TakenUp:
    """A payload of which the beginning has been read, and which cannot be read again."""

    def __init__(self, beginning: list[bytes], rest: Iterator[bytes]) -> None:
        self._beginning = beginning
        self._rest = rest

    def whole(self) -> None:
        return None

    def chunks(self) -> Iterator[bytes]:
        beginning, self._beginning = self._beginning, []
        return chain(beginning, self._rest)

    @property
    def can_repeat(self) -> bool:
        return False

    def portable(self) -> None:
        return None


def head_of_payload(entry: Entry) -> tuple[bytes, bool]:
    """The beginning of an entry's payload, which can be taken as if nobody had looked at it.

    A payload that collectors or editors have handled is read as it was logged, if it is in memory.

    Returns:
        At most `MAX_TEXT_BYTES`, and whether that is all.
    """
    payload = entry.payload
    try:
        whole = payload.whole()
        if whole is not None:
            if entry.payload_md5 is not None and (has_signs(payload) or b"\r" in whole):
                whole = check_whole(payload, whole, entry.payload_md5).text
            return whole[:MAX_TEXT_BYTES], len(whole) <= MAX_TEXT_BYTES
        chunks = payload.chunks()
        taken: list[bytes] = []
        size = 0
        is_all = True
        for chunk in chunks:
            taken.append(chunk)
            size += len(chunk)
            if size > MAX_TEXT_BYTES:
                is_all = False
                break
        if not payload.can_repeat:
            entry.payload = _TakenUp(taken, chunks)
    except BrokenPayload:
        return b"", False  # Said by whoever makes a file of it.
    return b"".join(taken)[:MAX_TEXT_BYTES], is_all
