"""``summary.json``: one structure for writing and for reading."""

from __future__ import annotations

import json

import msgspec
import pytest

from artifact_stream.options import Options
from artifact_stream.output.counts import TraceCounts, TypeCounts
from artifact_stream.output.index_file import IndexFile
from artifact_stream.output.missing import MAX_PASSED_OVER, PassedOverFile, Unmatched
from artifact_stream.output.summary import RunSummary, TraceSummary, read_summary_text

COUNTS = TraceCounts(
    entries_read=5,
    entries_written=2,
    entries_unusable=1,
    files=3,
    links=1,
    written_bytes=10,
    by_type={"b\udc80": TypeCounts(1, 1, 2, 3), "a": TypeCounts(4, 1, 2, 7)},
    skipped={"not_selected": 2},
    skipped_by_type={"c": 2},
    problems={"z": 1, "a": 2},
    flags={"name_made_safe": 1},
)
SUMMARY = RunSummary(
    ["é.log"],
    "out",
    Options(only=("graph",), lazy=True),
    [TraceSummary(".", ["é.log"], COUNTS, 1.5, {"directory.jsonl": IndexFile(3, "md5:00")})],
    100,
    2.0,
    None,
    COUNTS,
    interrupted=True,
)


def test_what_is_written_is_read():
    assert read_summary_text(SUMMARY.as_json()) == SUMMARY


def test_what_was_not_found_is_written_and_read():
    summary = msgspec.structs.replace(
        SUMMARY,
        passed_over=[PassedOverFile("a\udc80.log", "source_empty", "is empty")],
        passed_over_count=MAX_PASSED_OVER + 1,
        unmatched=[Unmatched("include", "b", ["c"], has_more=True)],
    )
    assert read_summary_text(summary.as_json()) == summary
    content = json.loads(summary.as_json())
    assert content["passed_over_count"] == 501
    assert content["passed_over"][0]["why"] == "is empty"
    assert content["unmatched"] == [
        {"option": "include", "value": "b", "there": ["c"], "has_more": True}
    ]


def test_members_stand_in_the_order_of_the_format():
    content = json.loads(SUMMARY.as_json())
    counts = ["entries", "files", "links", "written_bytes", "types", "skipped", "skipped_types",
              "problems", "flags", "notes", "told", "facts", "findings"]  # fmt: skip
    assert list(content) == [
        "format_version", "generator", "version", "interrupted", "arguments", *counts, "traces",
        "source_bytes", "wall_seconds", "bytes_per_second", "peak_memory_bytes",
        "passed_over_count", "passed_over", "unmatched", "indexes",
    ]  # fmt: skip
    assert list(content["arguments"]) == ["sources", "out", *Options.__struct_fields__]
    assert list(content["traces"][0]) == [
        "folder", "sources", "wall_seconds", "rank", "process_ids", "host", "copies", "indexes",
        *counts,
    ]  # fmt: skip
    assert content["entries"] == {"read": 5, "written": 2, "told": 0, "skipped": 2, "unusable": 1}
    assert list(content["types"]) == ["a", "b\udc80"]
    assert list(content["problems"]) == ["a", "z"]
    assert content["bytes_per_second"] == 50


@pytest.mark.parametrize(
    "text",
    [b"", b"{}", b"[]", b"null", b"\xff", b"[" * 100_000, SUMMARY.as_json()[:-30],
     SUMMARY.as_json().replace(b'"files": 3', b'"files": "3"'),
     SUMMARY.as_json().replace(b'"read": 5', b'"read": null')],
)  # fmt: skip
def test_what_is_no_summary_is_a_value_error(text):
    with pytest.raises(ValueError, match=r"."):
        read_summary_text(text)


def test_what_a_later_version_adds_is_passed_over():
    content = json.loads(SUMMARY.as_json())
    content["traces"][0]["more"] = content["more"] = {"x": 1}
    assert read_summary_text(json.dumps(content).encode()) == SUMMARY
