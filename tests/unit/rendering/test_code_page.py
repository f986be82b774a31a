"""The frame of a code page: its parts are escaped, and the code is its code alone."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artifact_stream.rendering.code_page import code_page_head, code_page_tail

TEXT = st.text(st.sampled_from("a<>&\"' $%{}"), max_size=8)


class Seen(HTMLParser):
    """Open elements, texts by element, links."""

    def __init__(self, text):
        super().__init__()
        self.open, self.texts, self.urls, self.classes = [], {}, [], {}
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        if tag not in ("meta", "link"):
            self.open.append(tag)
        for name, value in attributes:
            if name in ("href", "src"):
                self.urls.append(value)
            if name == "class":
                self.classes[tag] = value

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open:
            self.texts[self.open[-1]] = self.texts.get(self.open[-1], "") + data


def head(**values):
    defaults = {
        "title": "t", "subtitle": "s", "assets_url": "../", "text_url": None, "language": "python",
    }  # fmt: skip
    return code_page_head(**{**defaults, **values})


@given(title=TEXT, subtitle=TEXT, url=TEXT, code=TEXT)
def test_values_are_shown_as_they_are(title, subtitle, url, code):
    page = head(title=title, subtitle=subtitle, assets_url=f"{url}/", text_url=url)
    seen = Seen(page + code.replace("&", "&amp;").replace("<", "&lt;") + code_page_tail())
    assert seen.open == []
    assert seen.texts.get("h1", "") == title
    assert seen.texts["p"].startswith(subtitle)
    assert seen.texts["title"] == f"{title} · {subtitle}"
    assert seen.texts.get("code", "") == code
    assert seen.urls == [f"{url}/base.css", f"{url}/code.css", f"{url}/code.js", url]


@pytest.mark.parametrize("language", ["python", "text"])
def test_the_code_says_its_language_and_begins_at_once(language):
    page = head(language=language)
    assert page.endswith(f'<code class="language-{language}">')
    assert "Plain text" not in page
