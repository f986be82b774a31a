"""The report page of a large trace in headless Chromium: how soon it opens, filters, what it holds.

Makes a trace of 100,000 artifacts in 5,000 compile ids, extracts it, opens its report from the disk
and prints a table.  Run by ``make bench-report``.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Page  # noqa: E402

from artifact_stream import run  # noqa: E402
from tests.helpers.browser import chromium, wait_until  # noqa: E402
from tests.helpers.support import raw_entry  # noqa: E402

GRAPHS = (
    "dynamo_output_graph",
    "aot_joint_graph",
    "aot_forward_graph",
    "aot_backward_graph",
    "inductor_post_grad_graph",
)
QUERIES = ("forward", "42/0", "artifact 7 13/", "nothing-like-this")

# Notes when rows of the list are first painted.
FIRST_VIEW = """
new MutationObserver((records, observer) => {
  if (document.querySelector('.tree .row') !== null) {
    observer.disconnect();
    requestAnimationFrame(() => requestAnimationFrame(() => {
      window.firstViewMs = performance.now();
    }));
  }
}).observe(document, { childList: true, subtree: true });
"""
FILTER = """async (query) => {
  const field = document.getElementById('filter');
  const status = document.getElementById('tree-status');
  const frame = () => new Promise(requestAnimationFrame);
  const started = performance.now();
  let last = started, longest = 0;
  field.value = query;
  field.dispatchEvent(new Event('input'));
  do {
    await frame();
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  } while (!/match(es)?$/.test(status.textContent));
  await frame();
  const result = [performance.now() - started, longest];
  field.value = '';
  field.dispatchEvent(new Event('input'));
  await frame();
  await frame();
  return result;
}"""


def trace_of(artifacts: int, compile_ids: int) -> Iterator[bytes]:
    """A raw log: some graphs and many small artifacts in each compile id."""
    each = artifacts // compile_ids
    for number in range(compile_ids):
        context = {"frame_id": number // 4, "frame_compile_id": number % 4, "attempt": 0}
        for position in range(each):
            if position < len(GRAPHS):
                yield raw_entry(GRAPHS[position], b"class GraphModule: ...\n", **context)
            else:
                name = f"some_artifact_with_a_name_{position}"
                yield raw_entry("artifact", b"x", {"name": name, "encoding": "string"}, **context)


def renderer_bytes(page: Page) -> int:
    """Private memory of the page's process, from Linux; the largest renderer is the page's."""
    session = page.context.browser.new_browser_cdp_session()
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    found = []
    for process in processes:
        if process["type"] == "renderer":
            status = Path(f"/proc/{process['id']}/smaps_rollup").read_text(encoding="ascii")
            found.append(
                sum(
                    int(line.split()[1]) * 1024
                    for line in status.splitlines()
                    if line.startswith("Private_")
                )
            )
    return max(found)


def heap_bytes(page: Page) -> int:
    """The JavaScript heap after a collection."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    session.send("Performance.enable")
    metrics = session.send("Performance.getMetrics")["metrics"]
    return int(next(item["value"] for item in metrics if item["name"] == "JSHeapUsedSize"))


def measure(url: str, rounds: int) -> Iterator[tuple[str, str]]:
    """Rows of the table: what was measured, and the median with the worst in brackets."""
    first_views, loaded, filters, frames = [], [], [], []
    with chromium() as browser:
        for _ in range(rounds):
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            page.add_init_script(FIRST_VIEW)
            page.goto(url)
            wait_until(page, "window.firstViewMs !== undefined")
            first_views.append(page.evaluate("window.firstViewMs"))
            wait_until(page, "document.documentElement.classList.contains('loaded')")
            loaded.append(page.evaluate("performance.now()"))
            for query in QUERIES:
                milliseconds, longest = page.evaluate(FILTER, query)
                filters.append(milliseconds)
                frames.append(longest)
            heap, private = heap_bytes(page), renderer_bytes(page)
            elements = page.evaluate("document.getElementsByTagName('*').length")
            page.close()
    yield "first view", spread(first_views, lambda value: f"{value:.0f} ms")
    yield "all rows loaded, in the background", spread(loaded, lambda value: f"{value:.0f} ms")
    yield f"filter, {len(QUERIES)} queries", spread(filters, lambda value: f"{value:.0f} ms")
    yield "longest frame while filtering", spread(frames, lambda value: f"{value:.0f} ms")
    yield "elements in the page", f"{elements:,}"
    yield "JavaScript heap", f"{heap / 1e6:.0f} MB"
    yield "private memory of the page's process", f"{private / 1e6:.0f} MB"


def spread(values: list[float], shown: Callable[[float], str]) -> str:
    return f"{shown(statistics.median(values))} (worst {shown(max(values))})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--artifacts", type=int, default=100_000)
    parser.add_argument("--compile-ids", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        log, out = Path(folder) / "trace.log", Path(folder) / "out"
        with log.open("wb") as file:
            file.writelines(trace_of(arguments.artifacts, arguments.compile_ids))
        started = time.perf_counter()
        summary = run([str(log)], str(out))
        seconds = time.perf_counter() - started
        data = sum(path.stat().st_size for path in (out / "report").glob("*.js"))
        print(f"{summary.counts.files:,} artifacts in {arguments.compile_ids:,} compile ids,")
        print(f"extracted in {seconds:.1f} s; data of the report: {data / 1e6:.1f} MB\n")
        print("| | |\n| --- | --- |")
        for name, value in measure((out / "index.html").as_uri(), arguments.rounds):
            print(f"| {name} | {value} |")


if __name__ == "__main__":
    main()
