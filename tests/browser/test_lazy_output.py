"""Outputs of real lazy runs in Chromium, from the disk and from ``serve``: nothing made by hand."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import pytest

from artifact_stream import Options, run
from tests.helpers.browser import chromium, open_page, wait_until
from tests.helpers.support import DATA, FRAME_0, TRACES, jsonl, raw_entry

AXE = (DATA / "vendored" / "axe.min.js").read_text(encoding="utf-8")
SCRIPT = "<script>document.title = 'run'</script><img src=x onerror=\"document.title='run'\">"
TEXT = (
    f"</code></pre>{SCRIPT}<!-- </script>\u2028\u2029 x = '''\n{SCRIPT}\n'''\njavascript:alert(1)\n"
)
NAME = f"{SCRIPT} <!-- \u2028 javascript:alert(1) a b#c?%20&"
CODE_TEXT = "document.querySelector('pre.numbered code')?.textContent"
LOADED = "document.documentElement.classList.contains('loaded')"
COMPARED = "document.querySelector('table.diff') !== null"
TRACE_NAMES = ("training", "recompiles", "compiled_autograd")
PLACES = ("disk", "serve")


@pytest.fixture(scope="module")
def browser():
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """For each trace a lazy output, and one with `-eager` behind its name; of two, code pages."""
    folder = tmp_path_factory.mktemp("outputs")
    (folder / "hostile.log").write_bytes(
        raw_entry("graph_dump", TEXT.encode(), {"name": NAME}, **FRAME_0)
        + raw_entry("aot_joint_graph", TEXT.encode() * 2, **FRAME_0)
        + raw_entry("inductor_output_code", TEXT.encode(), {"filename": f"{NAME}.py"}, **FRAME_0)
        + raw_entry("link", None, {"name": NAME, "url": "javascript:document.title='run'"})
        + raw_entry("link", None, {"name": "l", "url": f'https://example.org/"><b>{SCRIPT}'})
        + raw_entry(SCRIPT, b"x", frame_id=SCRIPT, frame_compile_id=0)
        + f"{SCRIPT} is no entry\n".encode()
    )
    sources = {name: TRACES / name for name in TRACE_NAMES}
    for name, source in {**sources, "hostile": folder / "hostile.log"}.items():
        run([str(source)], str(folder / name), Options(lazy=True))
        run([str(source)], str(folder / f"{name}-eager"), Options(plain_text=True))
        if name in ("training", "hostile"):
            run([str(source)], str(folder / f"{name}-pages"))
    return folder


@contextmanager
def served(out: Path) -> Iterator[str]:
    """The output as `artifact-stream serve` shows it."""
    command = [sys.executable, "-m", "artifact_stream", "serve", str(out), "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        found = re.search(r"http://127\.0\.0\.1:\d+/", process.stderr.readline())
        assert found is not None
        yield found[0]
    finally:
        process.terminate()
        process.communicate(timeout=10)


@contextmanager
def address(out: Path, place: str) -> Iterator[str]:
    if place == "disk":
        yield f"{out.as_uri()}/index.html"
        return
    with served(out) as url:
        yield f"{url}index.html"


def packed(out: Path) -> list[tuple[dict, dict]]:
    """Entries in packs, each with what became of it in the eager output."""
    pairs = zip(
        jsonl(out / "directory.jsonl"),
        jsonl(out.with_name(f"{out.name}-eager") / "directory.jsonl"),
        strict=True,
    )
    found = [(mine, other) for mine, other in pairs if mine["lazy_loader"]]
    assert len(found) >= 3
    return found


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", [*TRACE_NAMES, "hostile"])
def test_every_payload_of_a_pack_is_shown_exactly(name, place, folder, browser):
    out, eager = folder / name, folder / f"{name}-eager"
    with address(out, place) as url, open_page(browser, url) as opened:
        page = opened.page
        wait_until(page, LOADED)
        for mine, other in packed(out)[:40]:
            text = (eager / unquote(other["url"])).read_bytes().decode()
            link = other["url"].rpartition("/")[0]
            name_ = quote(mine["name"], safe="!~*'()")
            page.evaluate("hash => { location.hash = hash; }", f"#/{link}/{name_}")
            wait_until(page, f"{CODE_TEXT} === {json.dumps(text)}")
        assert page.title() != "run"
        assert page.locator("#tree script, #main script, #tree img, #main img").count() == 0
        protocols = page.evaluate("[...document.links].map(a => a.protocol)")
        assert set(protocols) <= {"file:", "http:", "https:", "blob:"}
        assert opened.errors == []


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", ["training", "hostile"])
def test_two_artifacts_of_packs_are_compared(name, place, folder, browser):
    out = folder / name
    (_, first), (_, second), *_ = packed(out)
    with address(out, place) as url:
        links = [quote(unquote(entry["url"]), safe="/!~*'()") for entry in (first, second)]
        with open_page(browser, f"{url}#compare={links[0]}&{links[1]}") as opened:
            page = opened.page
            wait_until(page, COMPARED)
            for side, entry in enumerate((first, second)):
                text = (folder / f"{name}-eager" / unquote(entry["url"])).read_bytes().decode()
                shown = page.locator(
                    f"table.diff tr td:nth-child({2 + 2 * side})"
                ).all_text_contents()
                assert {line for line in shown if line} <= {*text.split("\n")} | {
                    *re.split("[\r\n]", text)
                }
            assert page.locator("table.diff script, table.diff img").count() == 0
            assert page.title() != "run"
            assert opened.errors == []


@pytest.mark.parametrize("place", PLACES)
def test_a_missing_pack_is_said_and_the_rest_goes_on(place, folder, browser, tmp_path):
    out = tmp_path / "out"
    shutil.copytree(folder / "training", out)
    entry, other = packed(folder / "training")[0]
    pack = entry["url"].partition("#")[0]
    (out / pack).unlink()
    with address(out, place) as url, open_page(browser, f"{url}#/{other['url']}") as opened:
        alert = opened.page.get_by_role("alert").get_by_text("is missing or cannot be read")
        alert.wait_for()
        assert pack in alert.inner_text()
        opened.page.get_by_text("torch_version.json").first.click()
        opened.page.get_by_role("heading", name="torch_version.json").wait_for()


def test_a_lazy_output_does_not_advise_a_lazy_run(folder, browser):
    name = next(
        e["url"] for e in jsonl(folder / "training" / "directory.jsonl") if not e["lazy_loader"]
    )
    url = f"{folder.as_uri()}/training/index.html#/{name}"
    with open_page(browser, url) as opened:
        notice = opened.page.locator(".notice")
        notice.get_by_text("artifact-stream serve OUT or any web host.").wait_for()
        assert "--lazy" not in notice.inner_text()


def test_a_sign_is_shown_while_a_pack_loads(folder, browser):
    _, other = packed(folder / "training")[0]
    with served(folder / "training") as url:
        context = browser.new_context()
        try:
            page = context.new_page()
            held = []
            page.route("**/packs/*.js", lambda route: held.append(route))  # noqa: PLW0108
            page.goto(f"{url}index.html#/{other['url']}", wait_until="commit")
            page.get_by_role("status").get_by_text("Loading…").wait_for()
            for route in held:
                route.continue_()
            wait_until(page, f"{CODE_TEXT} !== undefined")
            assert page.get_by_text("Loading…").count() == 0
        finally:
            context.close()


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", ["training", "hostile", "training-pages", "hostile-pages"])
def test_every_link_of_every_page_resolves(name, place, folder, browser):
    out = folder / name
    with address(out, place) as url:
        base = url.removesuffix("index.html")
        for path in sorted(out.rglob("*.html")):
            with open_page(browser, base + quote(path.relative_to(out).as_posix())) as opened:
                if path.name == "index.html":
                    wait_until(opened.page, LOADED)
                links = opened.page.evaluate(
                    "[...document.querySelectorAll('[href], [src]')].map(e => e.href || e.src)"
                )
                ids = opened.page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
                assert opened.page.title() != "run"
                assert opened.errors == [], path
            for link in links:
                if link.startswith("https://example.org/"):
                    continue
                assert link.startswith(base), link
                target = out / unquote(urlsplit(link.removeprefix(base)).path)
                assert target.is_file() or target == out, link
                fragment = unquote(urlsplit(link).fragment)
                if target == path and not fragment.startswith("/"):
                    assert fragment == "" or fragment in ids, link


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_a_lazy_output(scheme, folder, browser):
    _, other = packed(folder / "training")[0]
    url = f"{folder.as_uri()}/training/index.html#/{other['url']}"
    assert_axe_is_content(browser, url, scheme, f"{CODE_TEXT} !== undefined")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_a_code_page(scheme, folder, browser):
    page = next((folder / "training-pages").rglob("inductor_output_code*.html"))
    assert_axe_is_content(browser, page.as_uri(), scheme, "document.readyState === 'complete'")


def assert_axe_is_content(browser, url, scheme, is_ready):
    with open_page(browser, url, color_scheme=scheme, bypass_csp=True) as opened:
        wait_until(opened.page, is_ready)
        opened.page.evaluate(AXE)
        found = [
            (violation["id"], [node["html"][:200] for node in violation["nodes"][:3]])
            for violation in opened.page.evaluate("axe.run()")["violations"]
            if violation["impact"] in ("serious", "critical")
        ]
        assert found == []
