"""Make the pictures in the README from a real trace; run by ``make screenshots``."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from artifact_stream import run  # noqa: E402
from tests.browser import chromium  # noqa: E402

IMAGES = ROOT / "docs" / "images"
WIDTH, HEIGHT = 1200, 720


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        run([str(ROOT / "tests" / "traces" / "training")], folder)
        code = next(Path(folder).glob("0_0_0/inductor_output_code_*.html"))
        kernel = code.with_suffix(".txt").read_text(encoding="utf-8").split("async_compile.cpp_pyb")
        line = kernel[0].count("\n") + 1
        pictures = {
            "code-page.png": (f"{code.as_uri()}#L{line + 8}-L{line + 12}", "light"),
            "code-page-dark.png": (f"{code.as_uri()}#L{line + 8}-L{line + 12}", "dark"),
            "index.png": ((Path(folder) / "index.html").as_uri(), "light"),
        }
        for name, (url, scheme) in pictures.items():
            page = browser.new_page(
                viewport={"width": WIDTH, "height": HEIGHT}, color_scheme=scheme
            )
            page.goto(url)
            page.wait_for_timeout(500)
            page.screenshot(path=IMAGES / name)
            page.close()


if __name__ == "__main__":
    main()
