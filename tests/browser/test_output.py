"""What a run leaves, opened in Chromium from the disk: every page, every link, hostile content."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from artifact_stream import run
from tests.helpers.browser import chromium, open_page, wait_until
from tests.helpers.support import FRAME_0, TRACES, jsonl, raw_entry

SCRIPT = "<script>document.title = 'run'</script><img src=x onerror=\"document.title='run'\">"
HOSTILE = f"""</code></pre></span>{SCRIPT}<!-- -->\u2028
x = '''{SCRIPT}'''
async_compile.cpp_pybinding(['int*'], r'''
// </script>{SCRIPT}
int main() {{ return 0; }}
''')
"""


@pytest.fixture(scope="module")
def browser():
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def out(tmp_path_factory) -> Path:
    """Three traces: two real ones, and one with hostile content everywhere."""
    folder = tmp_path_factory.mktemp("pages")
    (folder / "hostile.log").write_bytes(
        raw_entry("inductor_output_code", HOSTILE.encode(), {"filename": f"{SCRIPT}.py"}, **FRAME_0)
        + raw_entry("dump_file", HOSTILE.encode(), {"name": SCRIPT})
        + raw_entry("graph_dump", HOSTILE.encode(), {"name": 'a"b#c?d%20e <i>'}, **FRAME_0)
        + raw_entry("link", None, {"name": SCRIPT, "url": "javascript:document.title='run'"})
        + raw_entry("link", None, {"name": "ok", "url": 'https://example.org/"><b>'})
        + raw_entry(SCRIPT, b"x", frame_id=SCRIPT, frame_compile_id=0)
        + b"<script>not an entry</script>\n"
    )
    real = [next((TRACES / name).glob("*.gz")) for name in ("training", "compiled_autograd")]
    run([str(path) for path in (folder / "hostile.log", *real)], str(folder / "out"))
    return folder / "out"


def test_every_link_and_fragment_of_every_page_resolves(out, browser):
    pages, checked = sorted(out.rglob("*.html")), set()
    assert len(pages) > 8
    for path in pages:
        with open_page(browser, path.as_uri()) as opened:
            if path.name == "index.html":
                wait_until(opened.page, "document.documentElement.matches('.loaded')")
            assert opened.errors == [], path
            assert opened.page.title() != "run", path
            assert all(url.startswith("file://") for url in opened.requests)
            links = opened.page.evaluate(
                "[...document.querySelectorAll('[href], [src]')].map(e => e.href || e.src)"
            )
            ids = set(opened.page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)"))
        for link in links:
            parts = urlsplit(link)
            if parts.scheme == "https":
                continue
            assert parts.scheme == "file", link
            target = Path(unquote(parts.path))
            if parts.fragment.startswith("/"):
                # A permalink: of an artifact, or of a compile id by its folder.
                shown = target.parent / unquote(parts.fragment[1:])
                assert shown.is_dir() if parts.fragment.endswith("/") else shown.is_file(), link
            elif target == path and parts.fragment:
                assert unquote(parts.fragment) in ids, link
            if target not in checked:
                assert target.is_relative_to(out), link
                assert target.is_file(), link
                checked.add(target)
    listed = {
        trace / unquote(line["url"])
        for trace in out.iterdir()
        if (trace / "directory.jsonl").is_file()
        for line in jsonl(trace / "directory.jsonl")
        if line["bytes"] is not None
    }
    assert listed <= checked, "an artifact is not reachable from the pages"


def test_pages_show_their_text_and_mark_lines(out, browser):
    page = next(out.glob("*/0_0_0/inductor_output_code_c*.html"))
    text = page.with_suffix(".txt").read_text(encoding="utf-8")
    with open_page(browser, page.as_uri() + "#L3-L5") as opened:
        shown = opened.page.evaluate("document.querySelector('pre').textContent")
        assert shown == text
        assert opened.page.locator("pre a[id]").count() == len(text.splitlines())
        kernels = opened.page.locator(".kernel[data-language=cpp]")
        assert kernels.count() >= 1
        kernels.first.scroll_into_view_if_needed()
        wait_until(opened.page, "document.querySelector('.kernel .hljs-keyword') !== null")
        assert opened.page.evaluate("document.querySelector('pre').textContent") == text
        opened.page.get_by_role("link", name="Plain text").click()
        opened.page.wait_for_url("**/*.txt")
    with open_page(browser, page.as_uri() + "#L3", java_script_enabled=False) as opened:
        assert opened.errors == []
        assert opened.page.locator("a:target").get_attribute("id") == "L3"


def test_hostile_text_is_text(out, browser):
    page = next((out / "hostile").glob("dump_file/*.html"))
    with open_page(browser, page.as_uri()) as opened:
        shown = opened.page.evaluate("document.querySelector('pre').textContent")
        assert shown == HOSTILE
        assert opened.page.locator("pre script, pre img").count() == 0
    with open_page(browser, (out / "hostile" / "index.html").as_uri()) as opened:
        assert SCRIPT in opened.page.evaluate("document.body.textContent")
        hrefs = opened.page.evaluate("[...document.links].map(a => a.protocol)")
        assert set(hrefs) <= {"file:", "https:"}
        opened.page.get_by_text("not a web address").wait_for()


def test_the_page_over_several_traces_leads_to_each(out, browser):
    with open_page(browser, (out / "index.html").as_uri()) as opened:
        names = opened.page.locator("table.traces a").all_inner_texts()
        assert len(names) == 3
        opened.page.get_by_role("link", name="hostile").click()
        opened.page.get_by_role("link", name="all traces").click()
        assert opened.page.url == (out / "index.html").as_uri()
