"""The frames and rows of pages: values in place, everything escaped, nothing inline."""

import hashlib
import re
from html.parser import HTMLParser
from importlib import resources

import pytest

from artifact_stream.rendering.code_page import code_page_head, code_page_tail
from artifact_stream.rendering.python.chunks import CHUNK_LINES
from artifact_stream.report.frames import (
    FileLink,
    Totals,
    artifact_row,
    group_head,
    group_tail,
    index_head,
    index_tail,
    link_row,
    passed_over_list,
    trace_row,
    traces_head,
    traces_tail,
)
from artifact_stream.web.files import ASSETS

HOSTILE = "\"'><script>alert(1)</script><!-- ${title} $$ &amp;"
TOTALS = Totals(entries=48213, files=2, size=3 << 30, skipped=1, problems=0)
ASSETS_FOLDER = resources.files("artifact_stream") / "web" / "assets"


class Parsed(HTMLParser):
    """Tags with their attributes, the text, and whether every element was closed in order."""

    VOID = frozenset({"meta", "link"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.comments: list[str] = []
        self.text = ""
        self.balanced = True
        self._open: list[str] = []
        self.feed(html)
        self.close()
        self.balanced &= not self._open

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self._open.append(tag)

    def handle_endtag(self, tag):
        self.balanced &= bool(self._open) and self._open.pop() == tag

    def handle_data(self, data):
        self.text += data

    def handle_comment(self, data):
        self.comments.append(data)

    def named(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


def code_page(**changes):
    values = {
        "title": "output_code.py",
        "subtitle": "[0/0] · inductor_output_code",
        "assets_url": "../assets/",
        "text_url": "output_code.py.txt",
        "language": "python",
    }
    return code_page_head(**(values | changes)) + code_page_tail()


def index_page(value="x"):
    return "".join(
        [
            index_head(
                title=value,
                subtitle=value,
                assets_url="assets/",
                totals=TOTALS,
                files=[FileLink(value, value)],
            ),
            group_head(name=value, anchor=value),
            artifact_row(name=value, url=value, type_name=value, rank=0, size=1, flags=[value]),
            link_row(name=value, url=value),
            link_row(name=value, url=f"https://example.org/?{value.replace(' ', '')}"),
            group_tail(),
            passed_over_list([(value, value)], 2, value),
            traces_head(),
            trace_row(name=value, url=value, entries=1, size=1, problems=1, about=value),
            traces_tail(),
            index_tail(),
        ]
    )


def test_code_page_holds_its_values():
    page = Parsed(code_page())
    assert page.balanced
    assert "output_code.py · [0/0] · inductor_output_code" in page.text
    assert {"class": "button", "href": "output_code.py.txt"} in page.named("a")
    assert page.named("code") == [{"class": "language-python"}]
    assert page.named("script") == [{"src": "../assets/code.js", "defer": None}]
    assert [link["href"] for link in page.named("link")] == [
        "../assets/base.css",
        "../assets/code.css",
    ]


def test_code_page_head_ends_where_the_source_begins():
    head = code_page_head(title="t", subtitle="s", assets_url="a/", text_url=None, language="text")
    assert head.endswith('<code class="language-text">')
    assert code_page_tail().startswith("</code></pre>")


def test_code_page_without_a_text_file_has_no_link_to_one():
    assert Parsed(code_page(text_url=None)).named("a") == []


@pytest.mark.parametrize("field", ["title", "subtitle", "assets_url", "text_url", "language"])
def test_code_page_escapes(field):
    plain, hostile = Parsed(code_page(**{field: "x"})), Parsed(code_page(**{field: HOSTILE}))
    assert [tag for tag, _ in hostile.tags] == [tag for tag, _ in plain.tags]
    assert hostile.comments == []
    in_attributes = [v for _, attributes in hostile.tags for v in attributes.values() if v]
    assert HOSTILE in hostile.text or any(HOSTILE in value for value in in_attributes)


def test_index_page_escapes():
    plain, hostile = Parsed(index_page()), Parsed(index_page(HOSTILE))
    assert plain.balanced
    assert hostile.balanced
    assert [tag for tag, _ in hostile.tags] == [tag for tag, _ in plain.tags]
    assert hostile.comments == []


@pytest.mark.parametrize("html", [code_page(), index_page()], ids=["code", "index"])
def test_pages_allow_a_strict_content_security_policy(html):
    page = Parsed(html)
    assert page.named("style") == []
    assert all("src" in script for script in page.named("script"))
    names = {name for _, attributes in page.tags for name in attributes}
    assert "style" not in names
    assert not any(name.startswith("on") for name in names)


@pytest.mark.parametrize("html", [code_page(), index_page()], ids=["code", "index"])
def test_pages_forbid_inline_scripts_and_the_network(html):
    policies = [
        meta["content"]
        for meta in Parsed(html).named("meta")
        if meta.get("http-equiv") == "Content-Security-Policy"
    ]
    assert len(policies) == 1
    assert policies[0].startswith("default-src 'none';")
    assert "unsafe" not in policies[0]
    assert "http" not in policies[0]


def test_totals_stand_at_the_top():
    head = index_head(title="t", subtitle="s", assets_url="a/", totals=TOTALS, files=[])
    terms = re.findall(r"<dt>(\w+)</dt><dd>(.*?)</dd>", head)
    assert terms == [
        ("Entries", "48,213"),
        ("Files", "2"),
        ("Written", "3.0 GiB"),
        ("Told", "0"),
        ("Skipped", "1"),
        ("Problems", "0"),
    ]


def test_artifact_row_without_rank_and_flags_leaves_their_cells_empty():
    row = artifact_row(name="n", url="u", type_name="t", rank=None, size=0)
    assert row.count("<td></td>") == 2
    assert "0 B" in row


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1.0 KiB"),
        (1536, "1.5 KiB"),
        ((1 << 20) - 1, "1.0 MiB"),
        (5 << 30, "5.0 GiB"),
        (3 << 40, "3.0 TiB"),
        (5 << 50, "5,120.0 TiB"),
    ],
)
def test_sizes(size, shown):
    assert f"<td>{shown}</td>" in trace_row(name="n", url="u", entries=1, size=size, problems=0)


@pytest.mark.parametrize("url", ["https://example.org/a?b=1&c=2", "HTTP://example.org"])
def test_web_addresses_are_live_links(url):
    (link,) = Parsed(link_row(name="n", url=url)).named("a")
    assert link == {"href": url, "rel": "noopener noreferrer"}


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        " https://example.org",
        "https://example.org/\nx",
        "java\nscript:alert(1)//https://",
        "data:text/html,x",
        "file:///etc/passwd",
        "//example.org",
        "",
    ],
)
def test_other_urls_are_text(url):
    row = Parsed(link_row(name="n", url=url))
    assert row.named("a") == []
    assert url in row.text


def test_group_anchor_survives_as_id_and_as_fragment():
    page = Parsed(group_head(name="[!1/0/0]", anchor="!1_0_0 é") + group_tail())
    assert page.named("section") == [{"class": "group", "id": "!1_0_0 é"}]
    assert page.named("a") == [{"href": "#%211_0_0%20%C3%A9"}]


def test_assets_are_the_files_that_pages_need():
    present = {path.name for path in ASSETS_FOLDER.iterdir()}
    assert set(ASSETS) == present - {"VENDORED.md"}


def test_vendored_files_are_those_described():
    described = (ASSETS_FOLDER / "VENDORED.md").read_text(encoding="utf-8")
    sums = re.findall(r"^([0-9a-f]{64})  (\S+)$", described, re.MULTILINE)
    assert [name for _, name in sums] == [
        "highlight.min.js",
        "highlight.LICENSE.txt",
        "diff.min.js",
        "diff.LICENSE.txt",
    ]
    for digest, name in sums:
        assert hashlib.sha256((ASSETS_FOLDER / name).read_bytes()).hexdigest() == digest


@pytest.mark.parametrize("name", ASSETS)
def test_assets_fetch_nothing_else(name):
    content = (ASSETS_FOLDER / name).read_text(encoding="utf-8")
    forbidden = ["sourceMappingURL", "@import", "url("]
    # The report reads the files of the trace, which are beside it, where it may.
    forbidden += [] if name == "report.js" else ["fetch("]
    for word in forbidden:
        assert word not in content


def test_style_sheet_reserves_the_height_of_a_chunk():
    css = (ASSETS_FOLDER / "code.css").read_text(encoding="utf-8")
    assert f"calc({CHUNK_LINES} * var(--line))" in css
