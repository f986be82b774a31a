"""What the scripts of a page leave in its global scope: one name, which data files call."""

from __future__ import annotations

import pytest

from artifact_stream import run
from tests.helpers.browser import chromium, open_page, wait_until
from tests.helpers.support import raw_entry

NAMES = "Object.getOwnPropertyNames(window).sort()"
CODE = "inductor_output_code"


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("globals")
    for name in ("one", "two"):
        code = f"{name} = 1\n".encode()
        log = raw_entry(CODE, code, {"filename": "c.py"}, frame_id=0, frame_compile_id=0)
        (folder / f"{name}.log").write_bytes(log)
    run([str(folder / f"{name}.log") for name in ("one", "two")], str(folder / "out"))
    return folder / "out"


@pytest.fixture(scope="module")
def browser():
    with chromium() as started:
        yield started


def globals_of(path, browser, until):
    """The names that a page has and a page without scripts has not."""
    with open_page(browser, (path.parents[0] / "blank.html").as_uri()) as opened:
        opened.page.evaluate(NAMES)
        blank = set(opened.page.evaluate(NAMES))
    with open_page(browser, path.as_uri()) as opened:
        opened.page.evaluate(NAMES)
        wait_until(opened.page, f"document.documentElement.classList.contains('{until}')")
        found = set(opened.page.evaluate(NAMES))
        entry = opened.page.evaluate("Object.keys(window.artifactStream ?? {})")
        assert opened.errors == []
    return found - blank, entry


@pytest.mark.parametrize(
    ("page", "until", "expected"),
    [
        ("index.html", "loaded", {"artifactStream"}),
        ("one/index.html", "loaded", {"artifactStream"}),
        ("one/0_0_0/inductor_output_code_c.html", "scripted", set()),
    ],
)
def test_a_page_has_one_global_at_most(page, until, expected, out, browser):
    path = out / page
    (path.parent / "blank.html").write_text("<!doctype html><title>blank</title>")
    found, entry = globals_of(path, browser, until)
    assert found == expected
    functions = ["head", "outline", "rows", "worth", "traces", "pack", "loader"]
    assert entry == (functions if expected else [])


def test_the_loaders_are_where_their_names_say(out, browser):
    with open_page(browser, (out / "one" / "index.html").as_uri()) as opened:
        wait_until(opened.page, "document.documentElement.classList.contains('loaded')")
        loaders = opened.page.evaluate("Object.keys(artifactStream.loader)")
    assert loaders == ["renderGraph", "renderInductorCode"]
