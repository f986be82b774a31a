"""Spans and anchors: each character in its class, no span over a line's end."""

from __future__ import annotations

import html
import re

from hypothesis import given
from hypothesis import strategies as st

from artifact_stream.rendering.python.spans import LineAnchors, SpanWriter, escape
from tests.helpers.support import cut

TOKENS = st.lists(
    st.tuples(st.sampled_from(["", "k", "n"]), st.text(st.sampled_from("a<&\n"), max_size=4)),
    max_size=10,
)
SPAN = re.compile(r'<span class="(\w+)">([^<]+)</span>|([^<]+)')


def classes(made):
    """Each character with its class; no span is empty or holds another."""
    found = []
    at = 0
    for part in SPAN.finditer(made):
        assert part.start() == at
        at = part.end()
        found += [(char, part[1] or "") for char in html.unescape(part[2] or part[3])]
    assert at == len(made)
    return found


@given(tokens=TOKENS)
def test_each_character_has_its_class_and_neighbours_share_a_span(tokens):
    writer = SpanWriter()
    for css_class, text in tokens:
        writer.token(css_class, text)
    writer.close()
    made = writer.take()
    expected = [(char, css_class) for css_class, text in tokens for char in text]
    assert [(char, "" if char == "\n" else css) for char, css in expected] == classes(made)
    assert all("\n" not in (part[2] or "") for part in SPAN.finditer(made))
    assert not re.search(r'<span class="(\w+)">[^<]*</span><span class="\1">', made)
    assert writer.take() == ""


@given(tokens=TOKENS, at=st.integers(0, 10), splice=TOKENS)
def test_what_others_have_made_is_as_if_written_here(tokens, at, splice):
    straight, mixed = SpanWriter(), SpanWriter()
    for css_class, text in [*tokens[:at], *splice, *tokens[at:]]:
        straight.token(css_class, text)
    for css_class, text in tokens[:at]:
        mixed.token(css_class, text)
    other = SpanWriter()
    for css_class, text in splice:
        other.token(css_class, text)
    other.close()
    made = other.take()
    mixed.rendered([made] if made else [])
    for css_class, text in tokens[at:]:
        mixed.token(css_class, text)
    for writer in (straight, mixed):
        writer.close()
    assert mixed.take() == straight.take()


def test_no_span_reaches_across_markup():
    writer = SpanWriter()
    writer.token("k", "a")
    writer.markup("<samp>")
    writer.token("k", "b")
    writer.close()
    assert writer.take() == '<span class="k">a</span><samp><span class="k">b</span>'


def test_a_quote_stays():
    assert escape('<a href="\'&">') == '&lt;a href="\'&amp;"&gt;'


ANCHOR = '<a id="L{0}" href="#L{0}" aria-label="{0}"></a>'


@given(text=st.text(st.sampled_from("ab\n"), max_size=20), places=st.lists(st.integers(0, 20)))
def test_each_line_has_an_anchor_however_the_text_is_cut(text, places):
    anchors = LineAnchors()
    made = "".join(anchors.number(piece.decode()) for piece in cut(text.encode(), places))
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    expected = "\n".join(ANCHOR.format(n) + line for n, line in enumerate(lines, 1))
    assert made == expected + ("\n" if text.endswith("\n") else "")
    assert anchors.lines == len(lines)
