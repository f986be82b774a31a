"""What the parts write is of the shapes that the page is told of."""

from __future__ import annotations

from typing import get_args

import msgspec
import pytest

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
    (tmp_path / "b.txt").write_text("Graph break in user code at a.py:3\nReason: a print\n")
    entries = [
        index_entry("dynamo_graph_break_reason.txt", "artifact", url="b.txt", bytes=52),
        index_entry("a.txt", flags=("invalid_json",)),
    ]
    [worth] = values_of(written_of(WorthALook, entries, tmp_path) / "worth.js")
    assert worth["graph_breaks"]["reasons"]
    assert worth["largest"]
    assert same([worth], WorthCall)


def test_a_run_of_several_traces_lists_them(tmp_path):
    traces = [TraceSummary(name, [f"{name}.log"], TraceCounts(), 0.0) for name in ("a", "b c")]
    write_traces_page(str(tmp_path), RunSummary.of(["s"], "o", Options(), traces, 0, 0.0))
    assert values_of(tmp_path / "report" / "traces.js") == [
        {"version": 1, "traces": [{"name": "a", "url": "a/"}, {"name": "b c", "url": "b%20c/"}]}
    ]


def test_short_names_stand_for_one_member_each():
    names = [field.encode_name for field in msgspec.structs.fields(RowMore)]
    assert len(set(names)) == len(names)
    assert msgspec.json.encode(RowMore()) == b"{}"
