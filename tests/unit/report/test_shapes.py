"""What the parts write is of the shapes that the page is told of."""

from __future__ import annotations

from typing import get_args

import msgspec
import pytest

from artifact_stream.facts.fact import Fact
from artifact_stream.facts.fact import Kind as FactKind
from artifact_stream.options import Options
from artifact_stream.output.counts import TraceCounts
from artifact_stream.output.summary import RunSummary, TraceSummary
from artifact_stream.report.pages import write_traces_page
from artifact_stream.report.parts.rows import TraceData
from artifact_stream.report.parts.worth import WorthALook
from artifact_stream.report.shapes import (
    DataFiles,
    DataFunction,
    FullRow,
    HeadCall,
    OutlineCall,
    RankedRow,
    Row,
    RowMore,
    RowsCall,
    WorthCall,
)
from tests.helpers.reports import fill, index_entry, link_entry, reported_trace, values_of


def written_of(part, entries, tmp_path):
    (tmp_path / "problems.jsonl").write_bytes(b"")
    with reported_trace(tmp_path, counts=TraceCounts()) as trace:
        fill(part(trace), {"0_0_0": entries})
    return tmp_path / "report"


def same(values, shape):
    """Values read as their shape and written again."""
    return msgspec.to_builtins(msgspec.convert(values, shape)) == values


def test_each_function_has_arguments():
    assert get_args(DataFunction) == tuple(
        field.name for field in msgspec.structs.fields(DataFiles)
    )


def test_head_and_outline_are_of_their_shapes(tmp_path):
    report = written_of(TraceData, [index_entry("a.txt")], tmp_path)
    assert same(values_of(report / "head.js"), HeadCall)
    assert same(values_of(report / "outline-0.js"), OutlineCall)


@pytest.mark.parametrize(
    ("entry", "shape"),
    [
        (index_entry("a.txt", lines=2), Row),
        (index_entry("a.txt", rank=2), RankedRow),
        (index_entry("a.txt", url="b", flags=("renamed",), original_name="x"), FullRow),
        (index_entry("a.txt", rank=2, lazy_loader="loader.renderGraph"), FullRow),
        (index_entry("a.txt", lazy_loader="mine"), FullRow),
        (index_entry("a.html", text_url="a.txt", text_bytes=1), FullRow),
        (link_entry("l", "https://x"), FullRow),
    ],
)
def test_a_row_is_as_long_as_it_must_be(entry, shape, tmp_path):
    values = values_of(written_of(TraceData, [entry], tmp_path) / "rows-0.js")
    assert same(values[0][0], shape)
    assert [len(part) for part in msgspec.to_builtins(msgspec.convert(values, RowsCall))] == [
        len(part) for part in values
    ]


def test_what_is_worth_a_look_is_of_its_shape(tmp_path):
    facts = [
        Fact(kind=kind, compile_id="0_0_0", rank=None, type="x", line=1, title="why", url=url)
        for kind in FactKind
        for url in (None, "0_0_0/x.txt")
    ]
    (tmp_path / "facts.jsonl").write_bytes(msgspec.json.Encoder().encode_lines(facts))
    entries = [index_entry("a.txt", flags=("invalid_json",))]
    [worth] = values_of(written_of(WorthALook, entries, tmp_path) / "worth.js")
    for events in ("failures", "graph_breaks", "recompiles"):
        assert worth[events]["reasons"]
    assert worth["notes"]
    assert worth["largest"]
    assert same([worth], WorthCall)


def test_a_run_of_several_traces_lists_them(tmp_path):
    traces = [TraceSummary(name, [f"{name}.log"], TraceCounts(), 0.0) for name in ("a", "b c")]
    traces[1].rank, traces[1].process_ids, traces[1].host = 3, [7, 8], "h"
    traces[1].copies = ["c.log"]
    write_traces_page(str(tmp_path), RunSummary.of(["s"], "o", Options(), traces, 0, 0.0))
    assert values_of(tmp_path / "report" / "traces.js") == [
        {
            "version": 1,
            "traces": [
                {"name": "a", "url": "a/", "sources": ["a.log"], "rank": None, "process_ids": []},
                {"name": "b c", "url": "b%20c/", "sources": ["b c.log"], "rank": 3,
                 "process_ids": [7, 8], "host": "h", "copies": ["c.log"]},
            ],
        }
    ]  # fmt: skip


def test_short_names_stand_for_one_member_each():
    names = [field.encode_name for field in msgspec.structs.fields(RowMore)]
    assert len(set(names)) == len(names)
    assert msgspec.json.encode(RowMore()) == b"{}"
