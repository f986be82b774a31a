"""Entries that are in packs: shown exactly, from the disk, with a message where one is missing.

The packs and the index lines that lead to them are made by hand, as ``docs/formats.md`` has them.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from artifact_stream import run
from artifact_stream.index.by_compile_id import GroupedDirectory
from artifact_stream.output.counts import TraceCounts
from artifact_stream.output.summary import TraceSummary
from artifact_stream.report.data_files import script_json
from artifact_stream.report.pages import write_trace_report
from tests.helpers.browser import chromium, open_page, wait_until
from tests.helpers.support import FRAME_0, jsonl, raw_entry

CODE_TEXT = "document.querySelector('pre.numbered code')?.textContent"
KERNEL = "k = async_compile.cpp('''\n#include <x>\nint main() { return 0; }\n''')\n"
GRAPH = "class G:\n    def forward(self):\n        return 1\n"
HOSTILE = "</script><script>document.title='run'</script><!--\u2028\x00\x0c\r\n\n"
LONG = "".join(f"buf{n} = torch.empty(({n},), device='cpu')  # é\n" for n in range(120_000))


@pytest.fixture(scope="module")
def browser():
    with chromium() as started:
        yield started


def make_lazy(out: Path, names: list[str], loader: str, places: list[str]) -> None:
    """Turn files of an output into entries of packs, as a lazy run would have written them."""
    index = jsonl(out / "directory.jsonl")
    for entry in index:
        if entry["name"] in names:
            (out / entry["url"]).unlink()
            entry["lazy_loader"] = loader
            entry["url"] = places[names.index(entry["name"])]
    text = "".join(json.dumps(entry) + "\n" for entry in index)
    (out / "directory.jsonl").write_text(text, encoding="utf-8")


def write_pack(out: Path, name: str, texts: list[str]) -> None:
    (out / "packs").mkdir(exist_ok=True)
    lines = b",\n".join(script_json(text) for text in texts)
    head = f'artifactStream.pack("{name}",[\n'.encode()
    (out / "packs" / f"{name}.js").write_bytes(head + lines + b"\n]);\n")


@pytest.fixture(scope="module")
def out(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("lazy")
    graphs = ["kernel", "graph", "hostile", "long", "broken", "lost", "beyond", "torn"]
    log = b"".join(raw_entry("graph_dump", b"x", {"name": name}, **FRAME_0) for name in graphs)
    (folder / "t.log").write_bytes(log)
    out = folder / "out"
    run([str(folder / "t.log")], str(out))
    places = ["packs/000001.js#0", "packs/000001.js#1", "packs/000002.js#0", "packs/000003.js#0",
              "packs/000002.js#1", "packs/000009.js#0", "packs/000001.js#7",
              "packs/000004.js#0"]  # fmt: skip
    names = [f"{name}.txt" for name in graphs]
    make_lazy(out, names[:4], "loader.renderGraph", places[:4])
    make_lazy(out, names[4:], "loader.renderInductorCode", places[4:])
    write_pack(out, "000001", [KERNEL, GRAPH])
    write_pack(out, "000002", [HOSTILE, "bytes \udc80\udcff that were no UTF-8"])
    write_pack(out, "000003", [LONG])
    (out / "packs" / "000004.js").write_text('artifactStream.pack("000004",["cut')
    with GroupedDirectory(str(out / "directory.jsonl"), str(folder)) as directory:
        summary = TraceSummary(".", ["t.log"], TraceCounts(), 0.0)
        write_trace_report(str(out), summary, directory.groups_by_kind())
    return out


def address(out: Path, name: str) -> str:
    return f"{(out / 'index.html').as_uri()}#/0_0_0/{name}.txt"


@pytest.mark.parametrize(
    ("name", "text"), [("kernel", KERNEL), ("graph", GRAPH), ("hostile", HOSTILE), ("long", LONG)]
)
def test_a_payload_is_shown_exactly(name, text, out, browser):
    with open_page(browser, address(out, name)) as opened:
        page = opened.page
        wait_until(page, f"{CODE_TEXT} !== undefined")
        assert page.evaluate(CODE_TEXT) == text
        if name != "hostile":
            wait_until(page, "document.querySelector('[class^=hljs-]') !== null")
            assert page.evaluate(CODE_TEXT) == text
        assert page.title() != "run"
        assert opened.errors == []


def test_kernels_are_coloured_in_their_language(out, browser):
    with open_page(browser, address(out, "kernel")) as opened:
        wait_until(opened.page, "document.querySelector('.hljs-meta') !== null")
        assert opened.page.locator(".hljs-meta").first.inner_text().startswith("#include")


def test_bytes_that_were_no_text_are_shown_as_such_and_downloaded_as_they_were(out, browser):
    with open_page(browser, address(out, "broken")) as opened:
        page = opened.page
        wait_until(page, f"{CODE_TEXT} !== undefined")
        assert page.evaluate(CODE_TEXT) == "bytes \ufffd\ufffd that were no UTF-8"
        with page.expect_download() as download:
            page.get_by_role("button", name="Download").click()
        assert Path(download.value.path()).read_bytes() == b"bytes \x80\xff that were no UTF-8"
        assert download.value.suggested_filename == "broken.txt"


def test_a_long_payload_scrolls_to_its_line_and_does_not_freeze_the_page(out, browser):
    with open_page(browser, f"{address(out, 'long')}:L100000") as opened:
        page = opened.page
        page.locator(".band").wait_for()
        box = page.locator(".band").bounding_box()
        assert 0 < box["y"] < page.viewport_size["height"]
        wait_until(page, "document.querySelector('[class^=hljs-]') !== null")
        assert page.evaluate("document.getElementsByTagName('*').length") < 60_000
        longest = page.evaluate("""async () => {
            const scroller = document.querySelector('pre.numbered');
            let longest = 0, last = performance.now();
            for (let step = 0; step < 30; step += 1) {
                scroller.scrollTop -= 400;
                await new Promise(requestAnimationFrame);
                longest = Math.max(longest, performance.now() - last);
                last = performance.now();
            }
            return longest;
        }""")
        assert longest < 1500


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("lost", "packs/000009.js is missing or cannot be read."),
        ("beyond", "Pack 000001 holds no entry 7: it has 2."),
        ("torn", "packs/000004.js is there but damaged: it holds no pack."),
    ],
)
def test_what_is_missing_is_said(name, message, out, browser):
    with open_page(browser, address(out, name)) as opened:
        opened.page.get_by_role("alert").get_by_text(message).wait_for()
        opened.page.locator(".row", has_text="graph.txt").first.click()
        wait_until(opened.page, f"{CODE_TEXT} === {json.dumps(GRAPH)}")


def test_packed_entries_are_compared_from_the_disk(out, browser):
    index = (out / "index.html").as_uri()
    with open_page(browser, f"{index}#compare=0_0_0/graph.txt&0_0_0/hostile.txt") as opened:
        wait_until(opened.page, "document.querySelector('table.diff') !== null")
        assert opened.page.locator("table.diff script").count() == 0
        assert opened.errors == []


def test_the_loader_takes_a_trace_of_its_own_folder_and_keeps_few_packs(out, browser):
    for number in range(10, 30):
        write_pack(out, f"0000{number}", [f"text {number}"])
    with open_page(browser, (out / "index.html").as_uri()) as opened:
        shown = opened.page.evaluate("""async () => {
            const container = document.createElement('div');
            document.body.append(container);
            const texts = [];
            for (let number = 10; number < 30; number += 1) {
                const url = `packs/0000${number}.js#0`;
                const entry = { url, base: '../out/', lazy_loader: 'x' };
                await artifactStream.loader.renderGraph(container, entry);
                texts.push(container.querySelector('code').textContent);
            }
            await artifactStream.loader.renderInductorCode(container, {
                url: 'packs/000029.js#0', base: '../out/', lazy_loader: 'x',
            });
            return texts;
        }""")
        assert shown == [f"text {number}" for number in range(10, 30)]
        # The last one again came from memory.
        assert sum("000029" in url for url in opened.requests) == 1


def test_plain_lists_lead_to_the_pack(out, browser):
    page = (out / "report" / "list-1.html").as_uri()
    with open_page(browser, page, java_script_enabled=False) as opened:
        link = opened.page.get_by_role("link", name="graph.txt", exact=True)
        assert link.get_attribute("href") == "../packs/000001.js"
