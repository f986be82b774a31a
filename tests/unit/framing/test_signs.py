"""Signs are bits that can be told apart."""

from __future__ import annotations

from itertools import combinations

from artifact_stream.framing.payloads import IndentedText, JsonText, has_signs
from artifact_stream.framing.signs import ANY_BLANKS, BLANKS_BEHIND, BLANKS_INSIDE, CR_AT_ENVELOPE


def test_signs_can_be_told_apart():
    for one, other in combinations((BLANKS_INSIDE, BLANKS_BEHIND, CR_AT_ENVELOPE), 2):
        assert one & other == 0
    assert ANY_BLANKS & CR_AT_ENVELOPE == 0


def test_payloads_that_may_be_read_otherwise():
    assert not has_signs(IndentedText(b"\ta"))
    assert not has_signs(JsonText(b'"a"'))
    assert has_signs(IndentedText(b"\ta", None, CR_AT_ENVELOPE))
