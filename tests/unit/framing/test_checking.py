"""The digest is asked first; only where it disagrees is another reading looked for."""

from __future__ import annotations

import hashlib

import pytest

from artifact_stream.framing.checking import check_whole, notes_as_it_stands
from artifact_stream.framing.payloads import IndentedText, JsonText
from artifact_stream.framing.signs import BLANKS_BEHIND, BLANKS_INSIDE


def md5(text: bytes) -> str:
    return hashlib.md5(text).hexdigest()


@pytest.mark.parametrize("signs", [0, BLANKS_INSIDE, BLANKS_BEHIND])
def test_a_payload_that_agrees_is_as_it_stands(signs):
    payload = IndentedText(b"\ta\n\n\tb", None, signs)
    verdict = check_whole(payload, b"a\n\nb", md5(b"a\n\nb"))
    assert (verdict.text, verdict.torn, verdict.has_orphans) == (b"a\n\nb", (), False)
    assert verdict.notes == notes_as_it_stands(signs)
    assert bool(verdict.notes) == (signs == BLANKS_INSIDE)


def test_one_that_does_not_is_read_otherwise():
    payload = IndentedText(b"\ta\n\n\tb", None, BLANKS_INSIDE)
    verdict = check_whole(payload, payload.whole(), md5(b"a\nb"))
    assert (verdict.text, verdict.notes) == (b"a\nb", ("blank_lines",))


def test_the_text_of_an_intermediate_line_is_what_it_is():
    verdict = check_whole(JsonText(b'"a\\r\\n"'), b"a\r\n", md5(b"a\n"))
    assert (verdict.text, verdict.md5, verdict.notes) == (b"a\r\n", md5(b"a\r\n"), ())
