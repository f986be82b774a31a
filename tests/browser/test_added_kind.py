"""A kind of entry that has been added in Python alone has its heading on the page."""

from __future__ import annotations

import pytest

from tests.helpers.added_kind import LOG, add_coffee, run_command
from tests.helpers.browser import chromium, open_page, wait_until


@pytest.mark.parametrize("options", [[], ["--lazy"]])
def test_the_page_shows_it_under_its_title(options, tmp_path):
    (tmp_path / "t.log").write_bytes(LOG)
    out = tmp_path / "out"
    package = add_coffee(tmp_path / "package")
    done = run_command(package, "run", str(tmp_path / "t.log"), str(out), *options)
    assert done.returncode == 0, done.stderr
    with chromium() as browser, open_page(browser, (out / "index.html").as_uri()) as opened:
        page = opened.page
        wait_until(page, "document.documentElement.classList.contains('loaded')")
        rows = page.locator(".tree .row").all_text_contents()
        at = rows.index("Cups of <coffee> 2")
        assert rows[at - 2] == "Graphs 1"
        assert rows[at + 1].startswith("blend.txt")
        assert rows[at + 2].startswith("arabica.txt")
        assert rows[at + 3] == "Code 1"
        if options:
            page.locator(".row", has_text="arabica.txt").click()
            text = "document.querySelector('pre.numbered code')?.textContent"
            wait_until(page, f"{text} !== undefined")
            assert page.evaluate(text) == "short and black\n"
        assert opened.errors == []
