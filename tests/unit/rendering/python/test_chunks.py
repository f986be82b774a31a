"""Code pages in chunks: every line in one, kernels whole, the text unchanged."""

from __future__ import annotations

import re

import pytest

from artifact_stream.rendering.python.chunks import CHUNK_LINES, LineChunks
from artifact_stream.rendering.python.html import PythonHtml

TAG = re.compile(r'<span class="chunk">|</span>|<span[^>]*>|<samp[^>]*>|</samp>')


def chunked(source: str, piece: int) -> tuple[str, str]:
    html, chunks = PythonHtml(), LineChunks()
    plain, parts = [], []
    for start in range(0, len(source), piece):
        plain.append(html.feed(source[start : start + piece]))
        parts.append(chunks.feed(plain[-1]))
    plain.append(html.finish())
    return "".join(plain), "".join([*parts, chunks.feed(plain[-1]), chunks.finish()])


def lines_of_chunks(page: str) -> list[int]:
    """How many lines each chunk has; checks that tags nest."""
    open_tags: list[str] = []
    for tag in TAG.findall(page):
        if tag == '<span class="chunk">':
            assert open_tags == []
            open_tags.append("chunk")
        elif tag.startswith("</"):
            assert (open_tags.pop() == "samp") == (tag == "</samp>")
        else:
            open_tags.append("samp" if tag.startswith("<samp") else "span")
    assert open_tags == []
    return [part.count('<a id="L') for part in page.split('<span class="chunk">')[1:]]


@pytest.mark.parametrize("piece", [50, 100_000])
@pytest.mark.parametrize("count", [0, 1, CHUNK_LINES, CHUNK_LINES + 1, 10 * CHUNK_LINES + 7])
def test_every_line_is_in_a_chunk(count, piece):
    plain, page = chunked("x = 1\n" * count, piece)
    expected = [CHUNK_LINES] * (count // CHUNK_LINES)
    if count % CHUNK_LINES or not count:
        expected.append(max(1, count % CHUNK_LINES))
    assert lines_of_chunks(page) == expected
    assert page.replace('<span class="chunk">', "").count("<") == (plain.count("<") + len(expected))


def test_a_kernel_is_not_cut():
    kernel = "async_compile.cpp_pybinding([], r'''\n" + "int a;\n" * 500 + "''')\n"
    source = "x = 1\n" * 150 + kernel + "y = 2\n" * 300
    for piece in (64, 100_000):
        _, page = chunked(source, piece)
        sizes = lines_of_chunks(page)
        assert sizes == [652, 200, 100]
        assert sum(sizes) == source.count("\n")
