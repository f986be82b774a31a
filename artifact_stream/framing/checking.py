"""Asking the digest whether a payload is as it stands what was logged; nearly all are."""

from __future__ import annotations

import hashlib

from artifact_stream.entries import Payload
from artifact_stream.framing.payloads import RawLines
from artifact_stream.framing.signs import BLANKS_INSIDE
from artifact_stream.framing.verdict import STRIPPED_NOTE, Verdict


def check_whole(payload: Payload, text: bytes, expected: str) -> Verdict:
    """The payload that was logged, as far as that can be told.

    Args:
        payload: Where the text comes from.
        text: The payload as it stands.
        expected: The md5 that the log gives, in lower-case hexadecimal.
    """
    verdict = Verdict(text, hashlib.md5(text, usedforsecurity=False).hexdigest())
    if not isinstance(payload, RawLines):
        return verdict
    if verdict.md5 == expected:
        verdict.notes = notes_as_it_stands(payload.signs)
        return verdict
    from artifact_stream.framing.judging import judge_again  # Few logs were handled.

    lines = b"".join(payload.indented() or ())
    return judge_again(verdict, lines, payload.signs, expected)


def notes_as_it_stands(signs: int) -> tuple[str, ...]:
    """What is to be told of a payload that is right as it stands."""
    return (STRIPPED_NOTE,) if signs & BLANKS_INSIDE else ()
