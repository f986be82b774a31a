"""Text from a trace, as pages show it."""

from __future__ import annotations

import pytest

from artifact_stream.report.text import MAX_SHOWN_CHARS, printable, shortened


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a b\u00e9", "a b\u00e9"),
        ("a\tb", "a\tb"),
        ("a\nb\x00", "a\ufffdb\ufffd"),
        ("\u202etxt", "\ufffdtxt"),
        ("\ud800", "\ufffd"),
        ("a\u034fb\u3164c\u2800d\ufe0f", "a\ufffdb\ufffdc\ufffdd\ufffd"),
    ],
)
def test_what_cannot_be_seen_is_marked(text, shown):
    assert printable(text) == shown


def test_a_long_text_is_its_beginning():
    assert shortened("abcd", 4) == "abcd"
    assert shortened("abcde", 4) == "abc\u2026"
    assert len(shortened("x" * 5000)) == MAX_SHOWN_CHARS
