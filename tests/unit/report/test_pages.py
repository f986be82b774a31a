"""The report pages themselves: what they say before anything is loaded."""

from __future__ import annotations

import pytest

from artifact_stream.options import Options
from artifact_stream.output.counts import TraceCounts
from artifact_stream.output.missing import PassedOverFile
from artifact_stream.output.summary import RunSummary, TraceSummary
from artifact_stream.report.pages import write_trace_report, write_traces_page
from tests.helpers.reports import index_entry, values_of

COUNTS = TraceCounts(entries_read=1234, files=5, written_bytes=2048, skipped={"string_table": 7})


@pytest.mark.parametrize(
    ("folder", "up", "title", "leads_to_all"),
    [(".", "", "&lt;t&gt;.log", False), ("rank_0", "../", "rank_0", True)],
)
def test_the_page_of_a_trace(folder, up, title, leads_to_all, tmp_path):
    root = tmp_path if folder == "." else tmp_path / folder
    root.mkdir(exist_ok=True)
    (root / "problems.jsonl").write_bytes(b"")
    summary = TraceSummary(folder, ["<t>.log"], COUNTS, 0.0)
    write_trace_report(str(root), summary, iter([("0_0_0", iter([index_entry("a.txt")]))]))
    page = (root / "index.html").read_text(encoding="utf-8")
    assert f"<title>{title}</title>" in page
    assert f'href="{up}assets/' in page
    assert f'href="{up}summary.json"' in page
    assert ("all traces" in page) is leads_to_all
    assert 'href="report/list-1.html">list of all artifacts<' in page
    assert "1,234" in page
    assert "2.0 KiB" in page
    [head] = values_of(root / "report" / "head.js")
    assert (head["folder"], head["rows"], head["groups"]) == (folder, 1, 1)


def test_the_page_over_several_traces(tmp_path):
    traces = [TraceSummary(name, ["t.log"], COUNTS, 0.0) for name in ("a b", "c")]
    traces[1].rank, traces[1].process_ids = 3, [7]
    traces[1].host, traces[1].copies = "gpu-1", ["again.log"]
    write_traces_page(str(tmp_path), RunSummary.of(["src"], "out", Options(), traces, 0, 0.0))
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "<title>2 traces</title>" in page
    assert 'href="a%20b/index.html"' in page
    assert "2,468" in page
    assert (
        '<div class="subtitle">t.log; rank 3; process 7; host gpu-1; the same as again.log' in page
    )
    [listed] = values_of(tmp_path / "report" / "traces.js")
    assert [(each["name"], each["url"]) for each in listed["traces"]] == [
        ("a b", "a%20b/"),
        ("c", "c/"),
    ]
    assert listed["traces"][1] == {
        "name": "c",
        "url": "c/",
        "sources": ["t.log"],
        "rank": 3,
        "process_ids": [7],
        "host": "gpu-1",
        "copies": ["again.log"],
    }


@pytest.mark.parametrize(("count", "more"), [(0, None), (2, None), (130, "30"), (2100, "2,000")])
def test_the_page_over_several_traces_names_what_was_passed_over(count, more, tmp_path):
    traces = [TraceSummary(name, ["t.log"], COUNTS, 0.0) for name in ("rank_0", "rank_1")]
    summary = RunSummary.of(["src"], "out", Options(), traces, 0, 0.0)
    summary.passed_over = [
        PassedOverFile(f"logs/<{number}>\x1b.log", "source_empty", "is empty")
        for number in range(min(count, 500))
    ]
    summary.passed_over_count = count
    write_traces_page(str(tmp_path), summary)
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    named = page.count(".log</code> is empty</li>")
    assert named == min(count, 100)
    assert ("Passed over" in page) is (count > 0)
    assert f"Passed over: {count:,}<" in page or count == 0
    assert ("&lt;1&gt;\ufffd.log" in page) is (count > 1)
    link = '<a href="summary.json">summary.json</a></li>'
    assert ((f"<li>{more} more, in {link}") in page) is (more is not None)
    assert page.index("<main") < page.find("Passed over") < page.index("<table") or count == 0
