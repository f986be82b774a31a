"""Graph breaks from their texts."""

from __future__ import annotations

import pytest

from artifact_stream.entries import Entry
from artifact_stream.facts.graph_breaks import read
from artifact_stream.facts.subject import Telling


@pytest.mark.parametrize(
    ("place", "file", "lineno"),
    [("/w/a.py:3", "/w/a.py", 3), ("C:\\a.py:3", "C:\\a.py", 3), ("<string>", "<string>", None)],
)
def test_the_reason_and_the_users_line_are_told(place, file, lineno):
    text = f"Graph break in user code at {place}\nReason: Unsupported: builtin: print\n"
    reading = read(Telling(Entry("artifact"), text.encode()))
    [told] = reading.told
    assert (told.title, told.file, told.lineno) == ("builtin: print", file, lineno)
    assert reading.is_whole


def test_of_a_long_text_the_beginning_is_read():
    reading = read(Telling(Entry("artifact"), b"Reason: a print\n  Expl", is_whole=False))
    assert reading.told[0].title == "a print"
    assert not reading.is_whole
