"""The report page in Chromium, from the disk and from a web host."""

from __future__ import annotations

import json
import re
import zlib
from pathlib import Path
from urllib.parse import quote

import pytest

from artifact_stream import run
from tests.helpers.browser import chromium, open_page, wait_until
from tests.helpers.support import DATA, FRAME_0, TRACES, jsonl, raw_entry
from tests.helpers.web_site import web_site

AXE = (DATA / "vendored" / "axe.min.js").read_text(encoding="utf-8")
SCRIPT = "<script>document.title = 'run'</script><img src=x onerror=\"document.title='run'\">"
TEXT = f"</code></pre>{SCRIPT}<!-- </script>\u2028 \x0c\r x = '''\n{SCRIPT}\n'''\n"
READY = "document.documentElement.classList.contains('ready')"
LOADED = "document.documentElement.classList.contains('loaded')"
CODE_TEXT = "document.querySelector('pre.numbered code')?.textContent"
FORWARD, BACKWARD = "0_0_0/aot_forward_graph.txt", "0_0_0/aot_backward_graph.txt"
NEWLINE_DIFFERS = "The two are equal but for the newline at the end: only the left one has one."
ONLY_CHANGED = "line changed, 0 only left, 0 only right."
BYTES_DIFFER = "They differ only in bytes that are no UTF-8: such a byte is shown as \\xff."
ENDS_DIFFER = "They differ only in the ends of lines: a carriage return is shown as ␍."
COMPARED = "document.querySelector('table.diff') !== null"


@pytest.fixture(scope="module")
def browser():
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Outputs of single traces and of two ranks, and one whose every text is hostile."""
    folder = tmp_path_factory.mktemp("reports")
    for name in ("training", "recompiles", "graph_breaks", "ddp"):
        run([str(TRACES / name)], str(folder / name))
    document = json.dumps({"a": {"b": [1.5, 2, {"c": SCRIPT}]}, "d": None}).encode()
    (folder / "hostile.log").write_bytes(
        raw_entry("graph_dump", TEXT.encode(), {"name": f"{SCRIPT} a b#c?%20&"}, **FRAME_0)
        + raw_entry("aot_joint_graph", TEXT.encode() * 2, **FRAME_0)
        + raw_entry("inductor_output_code", TEXT.encode(), {"filename": SCRIPT}, **FRAME_0)
        + raw_entry("artifact", document, {"name": "j", "encoding": "json"}, **FRAME_0)
        + raw_entry("artifact", f"Reason: {SCRIPT}".encode(),
                    {"name": "dynamo_graph_break_reason", "encoding": "string"}, **FRAME_0)
        + raw_entry("link", None, {"name": SCRIPT, "url": "javascript:document.title='run'"})
        + raw_entry("link", None, {"name": "ok", "url": 'https://example.org/"><b>'})
        + raw_entry(SCRIPT, b"x", frame_id=SCRIPT, frame_compile_id=0)
        + f"{SCRIPT} is no entry\n".encode()
    )  # fmt: skip
    run([str(folder / "hostile.log")], str(folder / "hostile"))
    texts = {
        "all": bytes(range(256)) + b"\xc3\xa9\xf0\x9f\x98\x80\xed\xa0\x80\xe2\x82",
        "left": b"x\xff\ny", "right": b"x\xfe\ny",
        "ended": b"a\nb\nc\n", "open": b"a\nb\nc",
        "unix": b"a\nb\n" * 30_000, "dos": b"a\r\nb\r\n" * 30_000,
    }  # fmt: skip
    (folder / "texts.log").write_bytes(
        b"".join(raw_entry("graph_dump", text, {"name": name}) for name, text in texts.items())
        + raw_entry("artifact", json.dumps([{"a": n, "b": [n]} for n in range(60_000)]).encode(),
                    {"name": "big", "encoding": "json"})
    )  # fmt: skip
    run([str(folder / "texts.log")], str(folder / "texts"))
    return folder


@pytest.fixture(scope="module")
def web(folder):
    with web_site(folder) as url:
        yield url


def report(browser, url: str, **options):
    return open_page(browser, url, **options)


def visible_names(page) -> list[str]:
    return page.locator(".tree .row[aria-level='2'] .name").all_inner_texts()


def active_name(page) -> str:
    return page.locator(".tree .row.active .name").inner_text()


@pytest.mark.parametrize("place", ["disk", "web"])
def test_the_page_lists_and_shows_without_an_error(place, folder, web, browser):
    base = f"{folder.as_uri()}/" if place == "disk" else web
    with open_page(browser, f"{base}training/index.html") as opened:
        page = opened.page
        wait_until(page, LOADED)
        names = visible_names(page)
        assert names[:3] == [
            "torch_version.json", "dynamo_output_graph.txt", "before_pre_grad_graph.txt",
        ]  # fmt: skip
        group = page.locator(".tree .row[aria-level='1']").nth(1).inner_text()
        assert "[0/0]" in group
        assert "22 · " in group
        meta = page.locator(".row", has_text="aot_joint_graph.txt").locator(".meta").inner_text()
        assert meta == "108 lines · 9.7 KiB"
        page.locator(".row", has_text="aot_joint_graph.txt").click()
        text = (folder / "training" / "0_0_0" / "aot_joint_graph.txt").read_text(encoding="utf-8")
        if place == "disk":
            page.get_by_text("artifact-stream serve OUT").wait_for()
            frame = page.frame_locator("iframe.frame").locator("body")
            assert frame.inner_text().strip() == text.strip()
            assert page.locator("iframe").get_attribute("sandbox") == ""
        else:
            wait_until(page, f"{CODE_TEXT} !== undefined")
            assert page.evaluate(CODE_TEXT) == text
            wait_until(page, "document.querySelector('.hljs-keyword') !== null")
            assert page.evaluate(CODE_TEXT) == text
        assert page.url.endswith("#/0_0_0/aot_joint_graph.txt")
        assert opened.errors == []
        assert all(url.startswith(base) for url in opened.requests)


@pytest.mark.parametrize("place", ["disk", "web"])
@pytest.mark.parametrize("name", ["training", "recompiles", "graph_breaks", "hostile"])
def test_every_artifact_opens_by_its_permalink(place, name, folder, web, browser):
    base = f"{folder.as_uri()}/" if place == "disk" else web
    entries = [e for e in jsonl(folder / name / "directory.jsonl") if e["bytes"] is not None]
    with open_page(browser, f"{base}{name}/index.html") as opened:
        wait_until(opened.page, READY)
        for entry in entries[:25] if place == "web" else entries[:8]:
            opened.page.evaluate("hash => { location.hash = hash; }", f"#/{entry['url']}")
            title = json.dumps(entry["name"])
            wait_until(
                opened.page, f"document.querySelector('.viewer-head h2')?.textContent === {title}"
            )
            wait_until(
                opened.page, "document.querySelector('iframe, pre.numbered, .json') !== null"
            )
        assert opened.errors == []
        assert opened.page.locator(".alarm").count() == 0


def test_links_of_the_overview_lead_to_artifacts(folder, browser):
    with open_page(browser, (folder / "graph_breaks" / "index.html").as_uri()) as opened:
        page = opened.page
        page.get_by_text("Data-dependent branching").first.wait_for()
        hrefs = page.evaluate("[...document.querySelectorAll('.main a')].map(a => a.hash)")
        assert len(hrefs) > 20
        for href in dict.fromkeys(hrefs):
            path = folder / "graph_breaks" / href.removeprefix("#/")
            assert path.is_file(), href
        page.locator(".reason a").first.click()
        page.get_by_role("heading", name="dynamo_graph_break_reason.txt").wait_for()
        page.go_back()
        page.get_by_role("heading", name="Worth a look").wait_for()
        assert opened.errors == []


def test_permalinks_mark_lines(folder, web, browser):
    code = next((folder / "training" / "0_0_0").glob("inductor_output_code_*.html")).name
    with open_page(browser, f"{web}training/index.html#/0_0_0/{code}:L250-L252") as opened:
        page = opened.page
        page.locator(".band").wait_for()
        band = page.locator(".band").bounding_box()
        lines = page.locator(".band").evaluate(
            "e => [e.style.getPropertyValue('--first'), e.style.getPropertyValue('--count')]"
        )
        assert lines == ["250", "3"]
        assert band["height"] == 60
        assert 0 < band["y"] < page.viewport_size["height"]
        page.get_by_label("Go to line").fill("7")
        page.get_by_label("Go to line").press("Enter")
        assert page.url.endswith(":L7")
        page.locator(".chunk").first.click(position={"x": 10, "y": 20 * 11 + 5})
        assert page.url.endswith(":L12")
        page.locator(".chunk").first.click(
            position={"x": 10, "y": 20 * 13 + 5}, modifiers=["Shift"]
        )
        assert page.url.endswith(":L12-L14")
        assert opened.errors == []
    with open_page(browser, f"{folder.as_uri()}/training/index.html#/0_0_0/{code}:L30") as opened:
        marked = opened.page.frame_locator("iframe").locator("a.marked")
        marked.wait_for()
        assert marked.get_attribute("id") == "L30"
    with open_page(browser, f"{web}training/index.html#/0_0_0/nothing.txt") as opened:
        opened.page.get_by_text("There is no artifact 0_0_0/nothing.txt").wait_for()


def test_the_filter_takes_names_types_and_compile_ids(folder, browser):
    with open_page(browser, (folder / "recompiles" / "index.html").as_uri()) as opened:
        page = opened.page
        wait_until(page, LOADED)
        page.keyboard.press("/")
        page.keyboard.type("0/2 INDUCTOR_output")
        page.get_by_text("1 match", exact=True).wait_for()
        [name] = visible_names(page)
        assert name.startswith("inductor_output_code_")
        page.keyboard.press("Escape")
        wait_until(page, "document.querySelectorAll('.tree .row').length > 10")
        page.get_by_label("Filter by").fill("no such thing")
        page.get_by_text("0 matches").wait_for()
        assert visible_names(page) == []
        assert opened.errors == []


def test_keys(folder, web, browser):
    with open_page(browser, f"{web}recompiles/index.html") as opened:
        page = opened.page
        wait_until(page, LOADED)
        page.keyboard.press("j")
        assert active_name(page) == "torch_version.json"
        page.keyboard.press("j")
        assert active_name(page) == "[0/0]"
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("j")
        assert active_name(page) == "[0/1]"
        page.keyboard.press("k")
        page.keyboard.press("Enter")
        page.keyboard.press("j")
        assert active_name(page) == "dynamo_output_graph.txt"
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="dynamo_output_graph.txt").wait_for()
        page.keyboard.press("?")
        page.get_by_role("dialog").wait_for()
        page.keyboard.press("Escape")
        assert page.get_by_role("dialog").count() == 0
        page.keyboard.press("Escape")
        page.get_by_role("heading", name="Worth a look").wait_for()
        active = page.locator("#tree").get_attribute("aria-activedescendant")
        assert page.locator(f"#{active}").get_attribute("aria-selected") == "true"
        assert opened.errors == []


def test_keys_where_there_is_no_row(tmp_path, browser):
    (tmp_path / "t.log").write_bytes(raw_entry("str", None, ["a", 1]))
    run([str(tmp_path / "t.log")], str(tmp_path / "out"))
    with open_page(browser, (tmp_path / "out" / "index.html").as_uri()) as opened:
        wait_until(opened.page, LOADED)
        for key in ("j", "k", "ArrowDown", "End", "Enter", "ArrowLeft", "Escape"):
            opened.page.keyboard.press(key)
        assert opened.errors == []


def test_the_address_says_what_is_marked(web, browser):
    address = f"{web}training/index.html#/0_0_0/aot_joint_graph.txt"
    with open_page(browser, f"{address}:L20-L10") as opened:
        page = opened.page
        page.locator(".band").wait_for()
        assert page.url == f"{address}:L10-L20"
        page.evaluate("() => { location.hash += '0000'; }")
        page.locator(".band").wait_for()
        wait_until(page, "location.hash.endsWith(':L10-L108')")
        box = page.get_by_label("Go to line")
        for text, message in [
            ("99999999", "There is no line 99999999: the last one is 108."),
            ("0", "There is no line 0: the first one is 1."),
            ("seven", "That is no line"),
        ]:
            box.fill(text)
            box.press("Enter")
            page.get_by_text(message).wait_for()
            assert page.url == f"{address}:L10-L108"
        box.fill("40-30")
        box.press("Enter")
        assert page.url == f"{address}:L30-L40"
        for lines in ("L0", "L109"):
            page.evaluate(
                "hash => { location.hash = hash; }", f"#/0_0_0/aot_joint_graph.txt:{lines}"
            )
            page.get_by_text(f"There is no line {lines[1:]}:").wait_for()
            assert page.url == address
            assert not page.locator(".band").is_visible()
        assert opened.errors == []


def test_a_choice_in_the_list_is_seen_and_can_be_cancelled(web, browser):
    graph = "dynamo_output_graph.txt"
    with open_page(browser, f"{web}training/index.html#/0_0_0/{graph}") as opened:
        page = opened.page
        prompt = page.get_by_text(f"Choose what to compare {graph} with.")

        def choose() -> None:
            wait_until(page, "document.querySelectorAll('select option').length > 1")
            choose_pair(page, "another: choose it in the list")
            prompt.wait_for()

        choose()
        page.get_by_label("Filter by").fill("aot_joint")
        page.get_by_text("1 match", exact=True).wait_for()
        assert prompt.is_visible()
        page.get_by_label("Filter by").press("Escape")
        assert prompt.count() == 0
        assert page.get_by_label("Filter by").input_value() == "aot_joint"
        choose()
        page.get_by_role("button", name="Cancel").click()
        assert prompt.count() == 0
        choose()
        page.locator("#home").click()
        page.get_by_role("heading", name="Worth a look").wait_for()
        assert prompt.count() == 0
        page.locator(".row", has_text="aot_joint_graph.txt").click()
        page.get_by_role("heading", name="aot_joint_graph.txt").wait_for()
        wait_until(page, "document.querySelectorAll('select option').length > 1")
        choose_pair(page, "another: choose it in the list")
        page.locator(".row", has_text="aot_joint_graph.txt").click()
        page.get_by_text("The two are equal.").wait_for()
        assert opened.errors == []


def test_a_compile_id_has_its_own_title(web, browser):
    with open_page(browser, f"{web}training/index.html#/0_0_0/aot_joint_graph.txt") as opened:
        page = opened.page
        page.locator(".row.shown").wait_for()
        assert page.title().startswith("aot_joint_graph.txt · [0/0] · ")
        page.locator(".viewer-head .subtitle a").click()
        page.get_by_role("heading", name="Worth a look").wait_for()
        assert page.title().startswith("[0/0] · ")
        assert page.locator(".row.shown").count() == 0
        assert opened.errors == []


def test_json_folds_and_keeps_its_text(web, browser):
    with open_page(browser, f"{web}hostile/index.html#/0_0_0/j.json") as opened:
        page = opened.page
        fold = page.get_by_role("button", name='Fold "b"')
        fold.wait_for()
        assert "1.5" in page.locator(".json").inner_text()
        fold.click()
        assert "1.5" not in page.locator(".json").inner_text()
        assert fold.get_attribute("aria-expanded") == "false"
        page.get_by_role("button", name="Unfold all").click()
        shown = page.evaluate(
            "[...document.querySelectorAll('.json-line')].map(line => "
            "[...line.childNodes].filter(n => n.className !== 'json-hint')"
            ".map(n => n.textContent).join('')).join('\\n')"
        )
        assert json.loads(shown) == {"a": {"b": [1.5, 2, {"c": SCRIPT}]}, "d": None}
        assert page.title() != "run"
        assert opened.errors == []


def test_json_has_line_links(web, browser):
    address = f"{web}hostile/index.html#/0_0_0/j.json"
    with open_page(browser, f"{address}:L3-L5") as opened:
        page = opened.page
        marked = page.locator(".json-line.marked")
        marked.first.wait_for()
        assert marked.evaluate_all("lines => lines.map(l => l.dataset.line)") == ["3", "4", "5"]
        line = page.locator(".json-line[data-line='2']")
        assert "2" in line.evaluate("l => getComputedStyle(l, '::before').content")
        line.click(position={"x": 150, "y": 5})
        assert page.url == f"{address}:L3-L5"
        line.click(position={"x": 10, "y": 5})
        assert page.url == f"{address}:L2"
        page.locator(".json-line[data-line='4']").click(
            position={"x": 10, "y": 5}, modifiers=["Shift"]
        )
        assert page.url == f"{address}:L2-L4"
        assert marked.count() == 3
        assert opened.errors == []


def test_a_line_far_down_in_json_is_shown_at_once(web, folder, browser):
    lines = (folder / "texts" / "unknown" / "big.json").read_text(encoding="utf-8").splitlines()
    assert len(lines) > 350_000
    address = f"{web}texts/index.html#/unknown/big.json"
    with open_page(browser, f"{address}:L300000-L300004") as opened:
        page = opened.page
        page.locator(".json-line.marked").first.wait_for()
        assert page.evaluate("document.getElementsByTagName('*').length") < 60_000
        line = page.locator(".json-line[data-line='300000']")
        box = line.bounding_box()
        assert 0 < box["y"] < page.viewport_size["height"]
        assert lines[299_999] in line.text_content()
        # What is above and below comes on demand, and nothing twice.
        page.get_by_role("button", name="Show more of").first.click()
        page.get_by_label("Go to line").fill(str(len(lines)))
        page.get_by_label("Go to line").press("Enter")
        page.get_by_label("Go to line").fill("5")
        page.get_by_label("Go to line").press("Enter")
        page.locator(".json-line.marked[data-line='5']").wait_for()
        numbers = page.locator(".json-line").evaluate_all("all => all.map(l => +l.dataset.line)")
        assert numbers == sorted(set(numbers))
        assert opened.errors == []


def test_compare_marks_lines_and_words_and_suggests_pairs(folder, web, browser):
    with open_page(browser, f"{web}training/index.html#/0_0_0/aot_forward_graph.txt") as opened:
        page = opened.page
        choice = page.get_by_label("Compare with")
        wait_until(page, "document.querySelectorAll('select option').length > 2")
        label = "aot_backward_graph.txt, same compile id"
        assert label in choice.locator("option").all_inner_texts()
        choice.focus()
        page.keyboard.press("ArrowDown")  # Closed choices change at every step.
        assert page.url.endswith("aot_forward_graph.txt")
        choice.select_option(label=label)
        page.get_by_role("button", name="Compare", exact=True).press("Enter")
        wait_until(page, COMPARED)
        assert page.title().startswith("[0/0] aot_forward_graph.txt ↔ [0/0] aot_backward_graph.txt")
        assert page.locator("tr.changed").count() > 10
        assert page.locator("del").count() > 0
        assert page.locator("ins").count() > 0
        left = page.locator("td.side-left:not(.empty)").all_text_contents()
        text = (folder / "training/0_0_0/aot_forward_graph.txt").read_text(encoding="utf-8")
        assert set(left) <= set(text.splitlines())
        page.get_by_role("button", name="Swap sides").click()
        wait_until(page, "location.hash.startsWith('#compare=0_0_0/aot_backward')")
        assert opened.errors == []
    with open_page(browser, f"{web}recompiles/index.html#/0_1_0/dynamo_output_graph.txt") as opened:
        page = opened.page
        wait_until(page, "document.querySelectorAll('select option').length > 3")
        choose_pair(page, "the same of [0/0] (recompiled)")
        wait_until(page, COMPARED)
        assert opened.errors == []
    graph = "dynamo_output_graph.txt"
    index = (folder / "recompiles" / "index.html").as_uri()
    with open_page(browser, f"{index}#compare=0_0_0/{graph}&0_1_0/{graph}") as opened:
        opened.page.get_by_text("artifact-stream serve OUT").wait_for()
        assert opened.errors == []


def test_a_download_is_the_file_byte_for_byte(folder, web, browser):
    payload = (folder / "texts" / "unknown" / "all.txt").read_bytes()
    assert payload.startswith(bytes(range(256)))
    with open_page(browser, f"{web}texts/index.html#/unknown/all.txt") as opened:
        page = opened.page
        wait_until(page, f"{CODE_TEXT} !== undefined")
        with page.expect_download() as download:
            page.get_by_role("link", name="Download").click()
        assert Path(download.value.path()).read_bytes() == payload
        assert download.value.suggested_filename == "all.txt"
        # Each byte that is no UTF-8 stands alone, and no other is taken for one.
        text = payload.decode("utf-8", "surrogateescape")
        assert page.evaluate(CODE_TEXT) == re.sub("[\udc80-\udcff]", "\ufffd", text)
        assert opened.errors == []


@pytest.mark.parametrize(
    ("left", "right", "summary", "marked"),
    [
        ("open", "open", "The two are equal.", []),
        ("ended", "open", NEWLINE_DIFFERS, []),
        ("left", "right", f"1 {ONLY_CHANGED} {BYTES_DIFFER}", ["xff", "xfe"]),
        ("unix", "dos", f"60,000 {ONLY_CHANGED.replace('line', 'lines')} {ENDS_DIFFER}", ["␍"]),
    ],
)
def test_compare_tells_what_is_not_seen(left, right, summary, marked, web, browser):
    address = f"texts/index.html#compare=unknown/{left}.txt&unknown/{right}.txt"
    with open_page(browser, web + address) as opened:
        page = opened.page
        wait_until(page, COMPARED)
        assert page.locator(".compare-summary").inner_text() == summary
        changed = page.locator("del, ins").all_inner_texts()[:2]
        assert set(changed) == set(marked)
        if left == "left":
            sides = page.locator("tr.changed td:not(.number)").all_text_contents()
            assert sides == ["x\\xff", "x\\xfe"]
        assert opened.errors == []


def choose_pair(page, label: str) -> None:
    """Compare the artifact that is shown with one of those that are offered."""
    page.get_by_label("Compare with").select_option(label=label)
    page.get_by_role("button", name="Compare", exact=True).click()


def pairs_of(page, entry: str) -> list[str]:
    """What a page of a trace offers to compare an artifact with."""
    page.evaluate("hash => { location.hash = hash; }", f"#/{entry}")
    title = json.dumps(entry.rpartition("/")[2])
    wait_until(page, f"document.querySelector('.viewer-head h2')?.textContent === {title}")
    page.locator("option", has_text="choose it in the list").wait_for(state="attached")
    options = page.locator(".actions option").all_inner_texts()
    return [option.removesuffix(", same compile id") for option in options[1:-1]]


def test_pairs_follow_the_log_and_no_partner_is_invented(folder, web, browser):
    codes = sorted(
        (e["line"], e["name"])
        for e in jsonl(folder / "ddp" / "rank_0" / "directory.jsonl")
        if e["type"] == "inductor_output_code"
    )
    others = ["the same of another rank"]
    split = "optimize_ddp_split_graph.txt"
    expected = {
        "before_post_grad_graph_2.txt": ["inductor_post_grad_graph_3.txt"],
        "before_post_grad_graph_3.txt": ["inductor_post_grad_graph_5.txt"],
        "inductor_post_grad_graph_2.txt": [
            "before_pre_grad_graph_2.txt", "aot_forward_graph_2.txt",
        ],
        "inductor_post_grad_graph_4.txt": ["aot_backward_graph_1.txt"],
        "inductor_post_grad_graph_5.txt": [
            "before_post_grad_graph_3.txt", "aot_backward_graph.txt",
        ],
        "aot_joint_graph_1.txt": ["aot_forward_graph_1.txt", "aot_backward_graph_1.txt"],
        "aot_forward_graph_1.txt": [
            "aot_joint_graph_1.txt", "aot_backward_graph_1.txt", "inductor_post_grad_graph_1.txt",
        ],
        "dynamo_output_graph.txt": [split],
        codes[0][1]: ["the code of the backward"],
        codes[5][1]: ["the code of the forward"],
    }  # fmt: skip
    with open_page(browser, f"{web}ddp/rank_0/index.html") as opened:
        wait_until(opened.page, LOADED)
        for name, pairs in expected.items():
            assert pairs_of(opened.page, f"4_0_0/{name}") == pairs + others, name
        assert opened.errors == []
    with open_page(browser, f"{web}training/index.html") as opened:
        wait_until(opened.page, LOADED)
        assert pairs_of(opened.page, "0_0_0/inductor_post_grad_graph_1.txt") == [
            "before_post_grad_graph_1.txt", "aot_backward_graph.txt",
        ]  # fmt: skip
        assert "dynamo_output_graph.txt" in pairs_of(opened.page, "0_0_0/aot_joint_graph.txt")


def test_attempts_and_traces_are_called_what_they_are(tmp_path, browser):
    for name in ("one", "two", "three"):
        log = raw_entry("aot_joint_graph", name.encode(), **FRAME_0)
        if name != "three":
            log += raw_entry("graph_dump", b"x", {"name": "g"}, **FRAME_0)
            log += raw_entry("graph_dump", b"y", {"name": "g"}, **{**FRAME_0, "attempt": 1})
        (tmp_path / f"{name}.log").write_bytes(log)
    sources = [str(tmp_path / f"{name}.log") for name in ("one", "two", "three")]
    run(sources, str(tmp_path / "out"))
    with open_page(browser, (tmp_path / "out" / "one" / "index.html").as_uri()) as opened:
        page = opened.page
        wait_until(page, LOADED)
        other = "the same in another trace"
        assert pairs_of(page, "0_0_0/g.txt") == ["the same of [0/0_1] (restarted)", other]
        choose_pair(page, other)
        page.get_by_role("link", name="Compare with two").wait_for()
        wait_until(page, READY)
        assert page.locator(".others li").count() == 1
        assert opened.errors == []


def test_very_different_texts_do_not_hang_the_page(tmp_path, browser):
    texts = [b"\n".join(b"%d" % (n * k % 100_003) for n in range(60_000)) for k in (7, 11)]
    log = raw_entry("aot_forward_graph", texts[0]) + raw_entry("aot_backward_graph", texts[1])
    (tmp_path / "t.log").write_bytes(log)
    run([str(tmp_path / "t.log")], str(tmp_path / "out"))
    address = "index.html#compare=unknown/aot_forward_graph.txt&unknown/aot_backward_graph.txt"
    with web_site(tmp_path / "out") as url, open_page(browser, url + address) as opened:
        opened.page.get_by_text("seconds were not enough").wait_for(timeout=20_000)
        assert opened.errors == []


def test_ranks_are_compared_from_the_page_over_all(web, browser):
    with open_page(browser, f"{web}ddp/index.html") as opened:
        page = opened.page
        page.get_by_text("Attempted to call function marked as skipped").wait_for()
        page.keyboard.press("?")
        keys = page.get_by_role("dialog").locator("kbd").filter(visible=True)
        assert keys.all_inner_texts() == ["t", "?"]
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Compare").click()
        page.locator("table.ranks").wait_for()
        page.locator("table.ranks a").nth(1).click()
        page.get_by_role("heading", name="Compare", exact=True).wait_for()
        page.locator(".compare-summary").wait_for()
        assert " ↔ rank_1/ " in page.title()
        page.locator(".compare-side a").first.click()
        page.get_by_role("heading", level=2).first.wait_for()
        wait_until(page, "document.querySelectorAll('select option').length > 1")
        choose_pair(page, "the same of another rank")
        page.get_by_role("link", name="Compare with rank_1").click()
        page.locator(".compare-summary").wait_for()
        assert opened.errors == []


def test_ranks_of_very_many_artifacts_are_cut_and_it_is_said(tmp_path, browser):
    for rank in (0, 1):
        log = b"".join(raw_entry("graph_dump", b"x", {"name": f"g{n}"}) for n in range(3000))
        (tmp_path / f"rank_{rank}.log").write_bytes(log)
    sources = [str(tmp_path / f"rank_{rank}.log") for rank in (0, 1)]
    run(sources, str(tmp_path / "out"))
    url = f"{(tmp_path / 'out' / 'index.html').as_uri()}#ranks=rank_0/&rank_1/"
    with open_page(browser, url) as opened:
        opened.page.get_by_text("these are the first 1,000 artifacts").wait_for()
        assert opened.page.locator("table.ranks tbody tr").count() == 1000
        assert opened.errors == []


@pytest.mark.parametrize("place", ["disk", "web"])
def test_hostile_text_is_text(place, folder, web, browser):
    base = f"{folder.as_uri()}/" if place == "disk" else web
    with open_page(browser, f"{base}hostile/index.html") as opened:
        page = opened.page
        page.get_by_text(SCRIPT).first.wait_for()
        wait_until(page, LOADED)
        assert page.locator("#tree script, #tree img, #main script, #main img").count() == 0
        hrefs = page.evaluate("[...document.links].map(a => a.protocol)")
        assert set(hrefs) <= {"file:", "http:", "https:"}
        page.get_by_text("not a web address").wait_for()
        for entry in jsonl(folder / "hostile" / "directory.jsonl"):
            if entry["bytes"] is not None:
                page.evaluate("hash => { location.hash = hash; }", f"#/{entry['url']}")
                page.locator(".viewer-head").wait_for()
        if place == "web":
            page.evaluate("hash => { location.hash = hash; }", "#/0_0_0/aot_joint_graph.txt")
            expected = json.dumps(TEXT * 2)
            wait_until(page, f"{CODE_TEXT} === {expected}")
            other = quote(
                next(e["url"] for e in jsonl(folder / "hostile" / "directory.jsonl")), "/%!~*'()"
            )
            page.evaluate(
                "hash => { location.hash = hash; }",
                f"#compare=0_0_0/aot_joint_graph.txt&{other}",
            )
            wait_until(page, COMPARED)
            assert page.locator("#main script, #main img").count() == 0
        assert page.title() != "run"
        assert opened.errors == []


def test_colours_are_chosen_and_kept(web, browser):
    script = "getComputedStyle(document.body).backgroundColor"
    light, dark = "rgb(253, 253, 252)", "rgb(22, 24, 29)"
    with open_page(browser, f"{web}training/index.html", color_scheme="dark") as opened:
        page = opened.page
        assert page.evaluate(script) == dark
        page.locator("#theme").click()
        assert page.evaluate(script) == light
        page.reload()
        assert page.evaluate(script) == light
        page.locator("#theme").click()
        assert page.evaluate(script) == dark
        page.locator("#theme").click()
        assert page.locator("#theme").inner_text() == "Theme: auto"


def pixel(page, x: int, y: int) -> tuple[int, ...]:
    """The colour of a place; a picture of one pixel is the same with each of PNG's filters."""
    picture = page.screenshot(clip={"x": x, "y": y, "width": 1, "height": 1})
    start = picture.index(b"IDAT")
    size = int.from_bytes(picture[start - 4 : start], "big")
    return tuple(zlib.decompressobj().decompress(picture[start + 4 : start + 4 + size])[1:4])


def test_a_framed_text_has_the_colours_that_were_chosen(folder, browser):
    index = (folder / "training" / "index.html").as_uri()
    # An emulated scheme would hold for the frame whatever the page says; a real one does not.
    url = f"{index}#/0_0_0/aot_joint_graph.txt"
    with open_page(browser, url, color_scheme="null") as opened:
        page = opened.page
        page.frame_locator("iframe.frame").get_by_text("forward").wait_for()
        box = page.locator("iframe.frame").bounding_box()
        place = (int(box["x"] + box["width"]) - 30, int(box["y"]) + 5)
        seen = []
        for _ in range(2):
            page.locator("#theme").click()
            page.wait_for_timeout(300)
            seen.append(pixel(page, *place))
        light, dark = seen
        assert min(light) > 200
        assert max(dark) < 60


def test_a_framed_code_page_follows_colours_and_passes_keys_on(folder, browser):
    code = next((folder / "training" / "0_0_0").glob("inductor_output_code_*.html")).name
    url = f"{(folder / 'training' / 'index.html').as_uri()}#/0_0_0/{code}"
    with open_page(browser, url) as opened:
        page = opened.page
        framed = page.frame_locator("iframe.frame")
        framed.locator("pre.code").click(position={"x": 300, "y": 300})
        theme = "e => e.dataset.theme"
        seen = []
        for _ in range(3):
            page.keyboard.press("t")
            page.wait_for_timeout(300)
            seen.append(framed.locator("html").evaluate(theme))
        assert seen == ["light", "dark", None]
        page.keyboard.press("?")
        page.get_by_role("dialog").wait_for()
        page.keyboard.press("Escape")
        framed.locator("pre.code").click(position={"x": 300, "y": 300})
        page.keyboard.press("j")
        wait_until(page, "document.activeElement.id === 'tree'")
        framed.locator("pre.code").click(position={"x": 300, "y": 300})
        page.keyboard.press("Escape")
        page.get_by_role("heading", name="Worth a look").wait_for()
        assert opened.errors == []


def test_keys_are_taken_from_our_frames_alone(folder, browser):
    with open_page(browser, (folder / "training" / "index.html").as_uri()) as opened:
        page = opened.page
        wait_until(page, LOADED)
        page.evaluate("window.postMessage({ key: '?' }, '*')")
        page.wait_for_timeout(200)
        assert page.get_by_role("dialog").count() == 0


def test_a_line_that_cannot_be_marked_is_said(folder, browser):
    index = (folder / "training" / "index.html").as_uri()
    with open_page(browser, f"{index}#/0_0_0/aot_forward_graph.txt:L9") as opened:
        notice = opened.page.locator(".notice")
        notice.get_by_text("Line 9 cannot be marked in it").wait_for()
        assert "artifact-stream serve OUT" in notice.inner_text()
        assert "run --lazy" in notice.inner_text()


def test_rows_tell_artifacts_apart(folder, browser):
    size = {"width": 1280, "height": 800}
    url = f"{folder.as_uri()}/ddp/rank_0/index.html#/4_0_0/"
    with open_page(browser, url, viewport=size) as opened:
        page = opened.page
        wait_until(page, LOADED)
        for name in ("aot_backward_graph_2.txt", "before_post_grad_graph_3.txt"):
            page.get_by_label("Filter by").fill(name)
            page.get_by_text("1 match", exact=True).wait_for()
            row = page.locator(".tree .row[aria-level='2']", has_text=name)
            assert "rank" not in row.locator(".meta").inner_text()
            assert row.locator(".flag").count() == 0
            whole = row.bounding_box()
            label, end = (
                row.locator(".name").bounding_box(),
                row.locator(".name-end").bounding_box(),
            )
            assert end["x"] + end["width"] <= label["x"] + label["width"] + 1
            assert label["x"] + label["width"] < whole["x"] + whole["width"]
        page.get_by_label("Filter by").fill("inductor_output_code")
        row = page.locator(".row", has=page.locator(".name-end", has_text="_1.html")).first
        label, end = row.locator(".name").bounding_box(), row.locator(".name-end").bounding_box()
        assert end["x"] + end["width"] <= label["x"] + label["width"] + 1


def test_problems_name_their_artifacts_and_originals_are_found(tmp_path, browser):
    log = b"".join(
        raw_entry("artifact", b"{", {"name": f"a:b{n}", "encoding": "json"}, **FRAME_0)
        for n in range(33)
    )
    (tmp_path / "t.log").write_bytes(log)
    run([str(tmp_path / "t.log")], str(tmp_path / "out"))
    [original] = {e["original_name"] for e in jsonl(tmp_path / "out" / "directory.jsonl")
                  if e["name"].startswith("a") and e["original_name"] == "a:b32"}  # fmt: skip
    with open_page(browser, (tmp_path / "out" / "index.html").as_uri()) as opened:
        page = opened.page
        page.get_by_text("and 13 not listed").wait_for()
        page.get_by_role("button", name="14 more").click()
        links = page.locator(".places a").all_inner_texts()
        assert len(set(links)) == 20
        assert all(link.startswith("[0/0] a") for link in links)
        wait_until(page, LOADED)
        page.get_by_label("Filter by").fill(original)
        page.get_by_text("1 match", exact=True).wait_for()
        assert opened.errors == []


def test_without_javascript_plain_lists_lead_to_every_artifact(folder, browser):
    index = (folder / "recompiles" / "index.html").as_uri()
    with open_page(browser, index, java_script_enabled=False) as opened:
        page = opened.page
        page.get_by_role("link", name="list of all artifacts").click()
        listed = jsonl(folder / "recompiles" / "directory.jsonl")
        assert page.locator("tbody tr").count() == len(listed)
        page.get_by_role("link", name="dynamo_output_graph.txt").first.click()
        assert page.url.endswith("0_0_0/dynamo_output_graph.txt")
        assert opened.errors == []


@pytest.mark.parametrize("width", [380, 700])
def test_narrow_screens(width, web, browser):
    size = {"width": width, "height": 800}
    with open_page(browser, f"{web}recompiles/index.html", viewport=size) as opened:
        page = opened.page
        wait_until(page, READY)
        too_wide = "document.documentElement.scrollWidth - innerWidth"
        assert page.evaluate(too_wide) <= 0
        page.locator(".row", has_text="dynamo_output_graph.txt").first.click()
        page.locator("pre.numbered").wait_for()
        assert page.evaluate(too_wide) <= 0
        assert not page.locator("#tree").is_visible()
        page.get_by_role("button", name="List").click()
        assert page.locator("#tree").is_visible()
        page.locator(".row", has_text="dynamo_output_graph.txt").first.click()
        page.locator("#tree").wait_for(state="hidden")
        assert page.locator("pre.numbered").is_visible()


def test_everything_leads_back_to_the_list_on_narrow_screens(web, browser):
    size = {"width": 400, "height": 800}
    address = f"{web}training/index.html#"
    with open_page(browser, f"{address}compare={FORWARD}&{BACKWARD}", viewport=size) as opened:
        page = opened.page
        wait_until(page, COMPARED)
        assert not page.locator("#tree").is_visible()
        page.get_by_role("button", name="List").click()
        assert page.locator("#tree").is_visible()
    with open_page(browser, f"{address}/0_0_0/nothing.txt", viewport=size) as opened:
        opened.page.get_by_text("There is no artifact").wait_for()
        assert opened.page.locator("#tree").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(scheme, folder, web, browser):
    code = next((folder / "training" / "0_0_0").glob("inductor_output_code_*.html")).name
    addresses = {
        "training/index.html": "#tree .row",
        "graph_breaks/index.html": ".reason",
        "hostile/index.html#/0_0_0/j.json": ".json",
        f"training/index.html#/0_0_0/{code}:L3": ".hljs-keyword",
        f"training/index.html#compare={FORWARD}&{BACKWARD}": "ins",
        "ddp/index.html": ".reason",
        "ddp/index.html#ranks=rank_0/&rank_1/": ".ranks a",
        "recompiles/report/list-1.html": "table",
    }
    for address, ready in addresses.items():
        with open_page(browser, web + address, color_scheme=scheme, bypass_csp=True) as opened:
            opened.page.locator(ready).first.wait_for()
            opened.page.evaluate(AXE)
            result = opened.page.evaluate("axe.run()")
            assert len(result["passes"]) > 10
            found = [
                (violation["id"], [node["html"][:200] for node in violation["nodes"][:3]])
                for violation in result["violations"]
                if violation["impact"] in ("serious", "critical")
            ]
            assert found == [], address


def test_subgraphs_and_processes_stand_beside_names_and_are_found(tmp_path, browser):
    first = raw_entry("graph_dump", b"a", {"name": "g"}, **FRAME_0, subgraph_name="sub_a")
    second = raw_entry("graph_dump", b"b", {"name": "g"}, **FRAME_0, subgraph_name="sub_b")
    words = second.split(b" ", 3)
    words[2] = b"4711"
    (tmp_path / "t.log").write_bytes(first + b" ".join(words))
    run([str(tmp_path / "t.log")], str(tmp_path / "out"))
    with report(browser, (tmp_path / "out" / "index.html").as_uri()) as opened:
        page = opened.page
        wait_until(page, LOADED)
        contexts = page.locator(".row .context")
        [one, other] = contexts.all_inner_texts()
        assert re.fullmatch(r"sub_a · process \d+", one)
        assert other == "sub_b · process 4711"
        assert "4711" in page.locator(".subtitle").inner_text()
        for query, found in (("sub_a", one), ("4711", other)):
            page.get_by_label("Filter by").fill(query)
            page.get_by_text("1 match", exact=True).wait_for()
            assert contexts.all_inner_texts() == [found]
        assert opened.errors == []
