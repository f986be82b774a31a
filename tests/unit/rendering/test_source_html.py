"""Source text without colours: anchors, and the text as it is."""

from __future__ import annotations

import html
import re

from hypothesis import given
from hypothesis import strategies as st

from artifact_stream.rendering.source_html import SourceHtml


def rendered(*parts: str) -> str:
    source = SourceHtml()
    return "".join(source.feed(part) for part in parts) + source.finish()


def test_each_line_has_its_anchor_and_nothing_is_markup():
    assert rendered("a<b>\n&c\n") == (
        '<a id="L1" href="#L1" aria-label="1"></a>a&lt;b&gt;\n'
        '<a id="L2" href="#L2" aria-label="2"></a>&amp;c\n'
    )


def test_no_text_is_one_empty_line():
    assert rendered() == rendered("") == '<a id="L1" href="#L1" aria-label="1"></a>'


@given(st.text(alphabet="ab<&\n\r\0\ud800é"), st.integers(0, 40))
def test_the_text_comes_out_as_it_went_in_wherever_it_is_cut(text, place):
    whole = rendered(text)
    assert rendered(text[:place], text[place:]) == whole
    shown = html.unescape(re.sub("<a [^>]*></a>", "", whole).replace("&#13;", "CR"))
    assert shown.replace("CR", "\r") == text.replace("\0", "\ufffd").replace("\ud800", "\ufffd")
