"""Make the pictures in the README from a real trace; run by ``make screenshots``."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from artifact_stream import run  # noqa: E402
from tests.helpers.browser import chromium  # noqa: E402
from tests.helpers.web_site import web_site  # noqa: E402

IMAGES = ROOT / "docs" / "images"
WIDTH, HEIGHT = 1200, 720


def pictures(folder: Path, web: str) -> dict[str, tuple[str, str, str]]:
    """For each file: what is opened, in which colours, and what must be there first."""
    code = next(folder.glob("training/0_0_0/inductor_output_code_*.html"))
    text = code.with_suffix(".txt").read_text(encoding="utf-8")
    line = text.split("async_compile.cpp_pyb")[0].count("\n") + 1
    lines = f"L{line + 8}-L{line + 12}"
    graphs = ("aot_forward_graph", "aot_backward_graph")
    one, other = (f"0_0_0/{name}.txt" for name in graphs)
    report = f"{web}training/index.html"
    return {
        "code-page.png": (f"{code.as_uri()}#{lines}", "light", ".chunk"),
        "code-page-dark.png": (f"{code.as_uri()}#{lines}", "dark", ".chunk"),
        "report.png": (f"{web}graph_breaks/index.html", "light", ".reason"),
        "code.png": (f"{report}#/0_0_0/{code.name}:{lines}", "light", ".hljs-keyword"),
        "compare.png": (f"{report}#compare={one}&{other}", "light", "table.diff"),
        "dark.png": (f"{report}#compare={one}&{other}", "dark", "table.diff"),
    }


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name, web_site(Path(name)) as web, chromium() as browser:
        folder = Path(name)
        for trace in ("training", "graph_breaks"):
            run([str(ROOT / "tests" / "data" / "traces" / trace)], str(folder / trace))
        for file, (url, scheme, ready) in pictures(folder, web).items():
            page = browser.new_page(
                viewport={"width": WIDTH, "height": HEIGHT}, color_scheme=scheme
            )
            page.goto(url)
            page.locator(ready).first.wait_for()
            page.wait_for_timeout(500)
            page.screenshot(path=IMAGES / file)
            page.close()


if __name__ == "__main__":
    main()
