"""Plain lists for browsers without JavaScript."""

from __future__ import annotations

import re

from artifact_stream.report.parts import lists as lists_part
from artifact_stream.report.parts.lists import PAGE_ROWS, ListPages
from tests.helpers.reports import fill, index_entry, link_entry, reported_trace


def made_of(groups, tmp_path):
    with reported_trace(tmp_path) as trace:
        part = ListPages(trace)
        fill(part, groups)
    return part


def page(number: int, tmp_path) -> str:
    return (tmp_path / "report" / f"list-{number}.html").read_text(encoding="utf-8")


def test_a_trace_of_nothing_has_one_page(tmp_path):
    part = made_of({"0_0_0": []}, tmp_path)
    assert [(link.name, link.url) for link in part.links()] == [
        ("list of all artifacts", "report/list-1.html")
    ]
    assert "<title>t.log</title>" in page(1, tmp_path)
    assert "<table" not in page(1, tmp_path)


def test_a_page_ends_within_a_compile_id_and_the_next_goes_on(tmp_path):
    entries = [index_entry(f"{n}.txt") for n in range(PAGE_ROWS + 2)]
    part = made_of({"0_0_0": entries[:-1], "1_0_0": entries[-1:]}, tmp_path)
    first, second = page(1, tmp_path), page(2, tmp_path)
    assert [link.name for link in part.links()] == ["page 1", "page 2"]
    assert first.count('href="../0_0_0/') == PAGE_ROWS
    assert re.findall(r'href="\.\./0_0_0/(\d+)\.txt"', second) == ["1000", "1001"]
    assert first.count("[0/0]") == 1
    assert "[1/0]" not in first
    assert "[0/0]" in second
    assert "[1/0]" in second
    assert 'href="list-2.html"' in first
    assert 'href="list-1.html"' in second
    assert "<title>t.log, page 2</title>" in second
    for text in (first, second):
        assert text.count("<table") == text.count("</table>")


def test_the_page_leads_to_the_first_of_very_many(tmp_path, monkeypatch):
    monkeypatch.setattr(lists_part, "PAGE_ROWS", 1)
    monkeypatch.setattr(lists_part, "MAX_LISTED_PAGES", 3)
    part = made_of({"0_0_0": [index_entry(f"{n}.txt") for n in range(5)]}, tmp_path)
    assert [link.url for link in part.links()] == [f"report/list-{n}.html" for n in (1, 2, 3)]
    assert "3.txt" not in page(5, tmp_path)
    assert "4.txt" in page(5, tmp_path)


def test_a_row_says_what_there_is_to_know(tmp_path):
    made_of(
        {
            "<b>": [
                index_entry("<i>.txt", "<u>", url="x", original_name="a\nb", flags=("renamed",)),
                index_entry("g.txt", url="packs/000001.js#4", lazy_loader="loader.renderGraph"),
                link_entry("bad", "javascript:x"),
                link_entry("good", "https://x"),
            ]
        },
        tmp_path,
    )
    text = page(1, tmp_path)
    for tag in ("<b>", "<i>", "<u>"):
        assert tag not in text
    assert "logged as a\ufffdb" in text
    assert 'id="compile-id-0"' in text
    assert 'href="../packs/000001.js"' in text
    assert "in a pack" in text
    assert 'href="javascript' not in text
    assert 'href="https://x"' in text


def test_an_anchor_is_the_key_where_that_is_safe(tmp_path):
    made_of({"!0_0_0": [index_entry("a")], "0 0": [index_entry("b")]}, tmp_path)
    assert 'id="!0_0_0"' in page(1, tmp_path)
    assert 'id="compile-id-1"' in page(1, tmp_path)


def test_subgraphs_and_processes_are_notes(tmp_path):
    entries = [
        index_entry("a.txt", process=7, subgraph_name="<sub>"),
        index_entry("b.txt", process=7),
        index_entry("c.txt", process=8),
        index_entry("d.txt", process=7),
    ]
    made_of({"0_0_0": entries}, tmp_path)
    notes = [re.findall(r'"flag">([^<]*)<', row) for row in page(1, tmp_path).split("<tr>")[2:]]
    assert notes == [["subgraph &lt;sub&gt;"], [], ["process 8"], ["process 7"]]
