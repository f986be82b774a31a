"""Rows and outlines that a page loads."""

from __future__ import annotations

import pytest

from artifact_stream.handlers.registry import built_in
from artifact_stream.report.parts import rows as rows_part
from artifact_stream.report.parts.rows import MAX_URL_CHARS, TraceData
from tests.helpers.reports import (
    fill,
    index_entry,
    link_entry,
    per_kind,
    reported_trace,
    values_of,
)

KINDS = [
    {"name": "graph", "title": "Graphs", "loader": "loader.renderGraph"},
    {"name": "codegen", "title": "Code", "loader": "loader.renderInductorCode"},
    {"name": "artifact", "title": "Artifacts", "loader": None},
    {"name": "dump_file", "title": "Dump files", "loader": None},
    {"name": "other", "title": "Other entries", "loader": None},
    {"name": "link", "title": "Links", "loader": None},
]


def made_of(groups, tmp_path):
    with reported_trace(tmp_path) as trace:
        fill(TraceData(trace), groups)
    return tmp_path / "report"


def row_of(entry, tmp_path):
    report = made_of({"0_0_0": [entry]}, tmp_path)
    [[row], _, _] = values_of(report / "rows-0.js")
    return row


def test_the_head_tells_what_there_is(tmp_path):
    groups = {"0_0_0": [index_entry("a.txt"), link_entry("l", "#")], "1_0_0": []}
    [head] = values_of(made_of(groups, tmp_path) / "head.js")
    kinds = head.pop("kinds")
    assert [kind for kind in kinds if kind in KINDS] == KINDS
    assert len(kinds) == len(built_in().on_page)
    assert head == {
        "version": 1, "title": "t.log", "folder": ".", "groups": 2, "rows": 2, "rank": None,
        "lazy": False, "shard_rows": 2000, "outline_groups": 2000,
    }  # fmt: skip


def test_a_trace_of_nothing_has_a_head_alone(tmp_path):
    report = made_of({}, tmp_path)
    assert [path.name for path in report.iterdir()] == ["head.js"]


def test_an_outline_counts_each_kind(tmp_path):
    groups = {
        "0_0_1": [
            index_entry("a.txt", "aot_joint_graph"), index_entry("b.txt", "graph_dump"),
            index_entry("c.html", "inductor_output_code", text_bytes=7, text_url="c.txt"),
            index_entry("d.txt", "new_type"), link_entry("l", "#"),
        ],
        "__global__": [index_entry("e.html", "dump_file"), index_entry("f.html", "dump_file")],
        "unknown": [index_entry("g.txt", "artifact")],
    }  # fmt: skip
    [outline] = values_of(made_of(groups, tmp_path) / "outline-0.js")
    assert outline == [
        ["0_0_1", "[0/0_1]", "0_0_1/", 37, per_kind(graph=2, codegen=1, other=1, link=1)],
        ["__global__", "Whole trace", "dump_file/", 20, per_kind(dump_file=2)],
        ["unknown", 0, "unknown/", 10, per_kind(artifact=1)],
    ]


@pytest.mark.parametrize(
    ("entry", "row"),
    [
        (index_entry("a.txt", lines=2), ["a.txt", 0, 10, 2, 1]),
        (index_entry("a.txt", rank=3), ["a.txt", 0, 10, None, 1, 3]),
        (index_entry("a.txt", url="x/y"), ["a.txt", 0, 10, None, 1, None, {"u": "x/y"}]),
        (
            index_entry("a.txt", flags=("renamed",), original_name="a/b"),
            ["a.txt", 0, 10, None, 1, None, {"f": 0, "o": "a/b"}],
        ),
        (
            index_entry("a.html", text_url="0_0_0/a.txt", text_bytes=4),
            ["a.html", 0, 10, None, 1, None, {"t": "0_0_0/a.txt", "b": 4}],
        ),
        (
            link_entry("l", "https://x"),
            ["l", 0, None, None, 1, None, {"u": "https://x", "w": 1}],
        ),
        (
            link_entry("l", "javascript:x"),
            ["l", 0, None, None, 1, None, {"u": "javascript:x"}],
        ),
    ],
)
def test_a_row_holds_what_is_not_the_usual(entry, row, tmp_path):
    assert row_of(entry, tmp_path) == row


def test_a_link_too_long_for_a_browser_is_no_link(tmp_path):
    more = row_of(link_entry("l", "https://" + "x" * MAX_URL_CHARS), tmp_path)[6]
    assert list(more) == ["u"]
    assert len(more["u"]) == MAX_URL_CHARS


@pytest.mark.parametrize(
    ("loader", "kind"),
    [("loader.renderGraph", "graph"), ("loader.renderInductorCode", "codegen"), ("mine", None)],
)
def test_a_loader_is_the_number_of_the_first_kind_that_has_it(loader, kind, tmp_path):
    entry = index_entry("a.txt", url="packs/000001.js#0", lazy_loader=loader)
    more = row_of(entry, tmp_path)[6]
    [head] = values_of(tmp_path / "report" / "head.js")
    assert head["lazy"] is True
    names = [each["name"] for each in head["kinds"]]
    number = loader if kind is None else names.index(kind) + 1
    assert more == {"u": "packs/000001.js#0", "z": number}


@pytest.mark.parametrize(
    ("ranks", "rank"),
    [([None, 2, 2], 2), ([1, 2], None), ([1, 2, 1], None), ([None], None), ([0], 0)],
)
def test_the_only_rank_is_told(ranks, rank, tmp_path):
    groups = {"0_0_0": [index_entry("a.txt", rank=one) for one in ranks]}
    [head] = values_of(made_of(groups, tmp_path) / "head.js")
    assert head["rank"] == rank


def test_a_file_of_rows_has_types_and_flags_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setattr(rows_part, "SHARD_ROWS", 2)
    monkeypatch.setattr(rows_part, "OUTLINE_GROUPS", 1)
    entries = [
        index_entry("a", "graph_dump"), index_entry("b", "artifact", flags=("renamed",)),
        index_entry("c", "artifact", flags=("repeated",)),
    ]  # fmt: skip
    report = made_of({"0_0_0": entries, "1_0_0": []}, tmp_path)
    first, second = (values_of(report / f"rows-{n}.js") for n in range(2))
    assert [row[1] for row in first[0]] == [0, 1]
    assert first[1:] == [["graph_dump", "artifact"], [["renamed"]]]
    assert second[1:] == [["artifact"], [["repeated"]]]
    assert [len(values_of(report / f"outline-{n}.js")[0]) for n in range(2)] == [1, 1]


def test_a_row_names_its_subgraph(tmp_path):
    row = row_of(index_entry("a.txt", subgraph_name="sub_a", process=7), tmp_path)
    assert row == ["a.txt", 0, 10, None, 1, None, {"s": "sub_a"}]


def test_rows_of_other_processes_than_the_first_name_theirs(tmp_path):
    entries = [
        index_entry("a.txt", process=7),
        index_entry("b.txt", process=8),
        index_entry("c.txt"),
        index_entry("d.txt", process=7),
    ]
    report = made_of({"0_0_0": entries}, tmp_path)
    [rows, _, _] = values_of(report / "rows-0.js")
    assert [row[6:] for row in rows] == [[], [{"p": 8}], [{"p": 0}], []]
    assert values_of(report / "head.js")[0]["process"] == 7


def test_one_process_is_not_told_with_every_row(tmp_path):
    entries = [index_entry(name, process=7) for name in ("a.txt", "b.txt")]
    report = made_of({"0_0_0": entries}, tmp_path)
    [rows, _, _] = values_of(report / "rows-0.js")
    assert {len(row) for row in rows} == {5}
    assert "process" not in values_of(report / "head.js")[0]
