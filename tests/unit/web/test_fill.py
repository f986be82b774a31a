"""Templates: every placeholder gets its value, and no value becomes markup."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artifact_stream.web import fill as fill_module
from artifact_stream.web.fill import fill, template_section
from tests.helpers.imports import PACKAGE

TEMPLATES = sorted((PACKAGE / "web" / "templates").glob("*.html"))
SECTIONS = [
    (path.stem, name)
    for path in TEMPLATES
    for name in re.findall(r"<!-- section: (\w+) -->", path.read_text(encoding="utf-8"))
]


class Seen(HTMLParser):
    """Tags and the values of links in HTML."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.links = [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.links += [value for name, value in attributes if name == "href"]


@given(url=st.text(st.sampled_from("a\"'<>&%$")))
def test_no_value_becomes_markup(url):
    seen = Seen(fill("code_page", "text_link", text_url=url))
    assert seen.tags == ["a"]
    assert seen.links == [url]


@pytest.mark.parametrize(("page", "section"), SECTIONS)
def test_placeholders_are_filled_and_nothing_else_is_changed(page, section):
    source = (PACKAGE / "web" / "templates" / f"{page}.html").read_text(encoding="utf-8")
    body = source.split(f"<!-- section: {section} -->\n")[1].split("<!-- section: ")[0]
    names = set(re.findall(r"\$\{?(\w+)\}?", body))
    filled = template_section(page, section) % {name: f"[{name}]" for name in names}
    assert filled == re.sub(r"\$\{?(\w+)\}?", r"[\1]", body)


def test_a_percent_sign_of_a_template_stays_one(monkeypatch):
    page = b"<!-- section: one -->\n100% of $what, ${what}s\n<!-- section: two -->\n$a%s\n"
    monkeypatch.setattr(fill_module, "package_file", lambda *_: page)
    assert fill("percent", "one", what="50%<") == "100% of 50%&lt;, 50%&lt;s\n"
    assert fill("percent", "two", a="x") == "x%s\n"


def test_a_missing_value_is_an_error():
    with pytest.raises(KeyError):
        fill("code_page", "text_link")
