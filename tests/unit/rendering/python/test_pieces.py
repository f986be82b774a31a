"""Pieces of code: cut where nothing around them matters, made once, a bounded number kept."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artifact_stream.rendering.python import pieces
from artifact_stream.rendering.python.kernels import CALL_NAME
from artifact_stream.rendering.python.pieces import PieceFinder, PieceHtml
from artifact_stream.rendering.python.tables import StateWords

WORDS = StateWords(frozenset({"def", "import"}), frozenset({"match"}))
FINDER = PieceFinder(WORDS.anywhere, WORDS.line_start, {CALL_NAME})
CODE = st.lists(
    st.sampled_from(
        ["x", "self.a", " = ", "1.5", "'s'", "# c\n", "\n    ", "(", "def ", "'''", "é"]
    )
).map("".join)


@given(text=CODE, start=st.integers(0, 10))
def test_pieces_stand_in_a_row_and_end_where_there_is_none(text, start):
    found, stop = FINDER.find(text, start, len(text))
    assert "".join(found) == text[start:stop]
    assert all(found)
    assert stop >= start or not found
    if stop < len(text):
        assert FINDER.find(text, stop, len(text)) == ([], stop)


def test_common_code_is_cut_into_few_pieces():
    text = "x = torch.ops.aten.add(a, 1)  # y\n"
    found, stop = FINDER.find(text, 0, len(text))
    assert stop == len(text)
    assert found == [
        "x", " = ", "torch.ops.aten.add", "(", "a", ", ", "1", ")  ", "# y", "\n"
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["'''doc", 'r"raw"', 'f"{x}"', "'%d'", "'{x}'", "yield from x", "async_compile.cpp", "import x",
     "match x", "$", "é"],
)  # fmt: skip
def test_what_the_lexer_must_read_is_no_piece(text):
    assert FINDER.find(text, 0, len(text)) == ([], 0)


def test_a_piece_is_made_once_and_not_for_ever(monkeypatch):
    made = []

    def render(piece):
        made.append(piece)
        return f"<{piece}>"

    monkeypatch.setattr(pieces, "_CACHED_PIECES", 3)
    cache = PieceHtml(render, html.escape)
    made.clear()
    assert [cache["a"], cache["a"], cache["b"]] == ["<a>", "<a>", "<b>"]
    assert made == ["a", "b"]
    for n in range(20):
        assert cache[str(n)] == f"<{n}>"
        assert len(cache) <= 3
    long = "x" * 65
    assert cache[long] == f"<{long}>"
    assert long not in cache


def test_a_comment_is_escaped_and_not_kept():
    cache = PieceHtml(lambda piece: f'<span class="c1">{piece}</span>', html.escape)
    assert cache["# a<b"] == '<span class="c1"># a&lt;b</span>'
    assert re.search("#", "".join(cache)) is None
