"""Coloured pages of Python, compared with what stock Pygments makes of the same source."""

from __future__ import annotations

import html
import io
import re

from pygments.formatters import HtmlFormatter
from pygments.lexers.python import PythonLexer
from pygments.token import STANDARD_TYPES, Text, Whitespace

from artifact_stream.rendering.python.html import PythonHtml

ANCHOR = re.compile(r'<a id="L(\d+)" href="#L(\d+)" aria-label="\d+"></a>')
KERNEL = re.compile(r'<samp class="kernel" data-language="(\w+)">')
PARTS = re.compile(
    rf'{ANCHOR.pattern}|({KERNEL.pattern})|<span class="(\w+)">|(</span>|</samp>)|([^<]+)'
)

STOCK = PythonLexer(stripnl=False, ensurenl=False)


def rendered(source: str, *, chunk: int = 1 << 16, window_chars: int | None = None) -> str:
    writer = PythonHtml() if window_chars is None else PythonHtml(window_chars=window_chars)
    parts = [writer.feed(source[i : i + chunk]) for i in range(0, len(source), chunk)]
    parts.append(writer.finish())
    page = "".join(parts)
    lines = max(1, source.count("\n") + (not source.endswith("\n")))
    assert writer.lines == lines
    assert ANCHOR.findall(page) == [(str(n), str(n)) for n in range(1, lines + 1)]
    return page


def body(source: str) -> str:
    """The HTML without its anchors."""
    return ANCHOR.sub("", rendered(source))


def classes(page: str) -> list[tuple[str, str]]:
    """Each character of a page with its class; checks that elements nest as they should."""
    found: list[tuple[str, str]] = []
    open_class, in_kernel = "", False
    for part in PARTS.finditer(page):
        _, _, kernel, _, css_class, close, text = part.groups()
        if kernel:
            assert not open_class
            assert not in_kernel
            in_kernel = True
        elif css_class:
            assert not open_class
            open_class = css_class
        elif close == "</span>":
            assert open_class
            open_class = ""
        elif close:
            assert in_kernel
            assert not open_class
            in_kernel = False
        elif text:
            assert not open_class or "\n" not in text
            found += [(char, open_class) for char in html.unescape(text)]
    assert not open_class
    assert not in_kernel
    return found


def stock_tokens(source: str):
    source = re.sub("[\0\ud800-\udfff]", "\ufffd", source)
    for _, token_type, value in STOCK.get_tokens_unprocessed(source):
        yield Text if token_type is Whitespace else token_type, value


def stock_classes(source: str) -> list[tuple[str, str]]:
    return [
        (char, "" if char == "\n" else STANDARD_TYPES[token_type])
        for token_type, value in stock_tokens(source)
        for char in value
    ]


def stock_html(source: str) -> str:
    page = io.StringIO()
    HtmlFormatter(nowrap=True).format(stock_tokens(source), page)
    text = page.getvalue().replace("&quot;", '"').replace("&#39;", "'").replace("\r", "&#13;")
    # The formatter ends each line, also a last one that has no end in the source.
    return text if source.endswith("\n") else text.removesuffix("\n")


def assert_like_stock(source: str, **options: int) -> None:
    page = rendered(source, **options)
    if KERNEL.search(page):
        assert classes(page) == stock_classes(source)
    else:
        # Stronger: the same spans, not only the same class for each character.
        ours, stock = ANCHOR.sub("", page).split("\n"), stock_html(source).split("\n")
        differing = [
            (mine, theirs) for mine, theirs in zip(ours, stock, strict=False) if mine != theirs
        ]
        assert differing[:3] == []
        assert len(ours) == len(stock)
