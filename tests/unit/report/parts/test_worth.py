"""What is worth a look, from entries and the files that they list."""

from __future__ import annotations

import json

import pytest

from artifact_stream.output.counts import TraceCounts
from artifact_stream.report.parts import worth as worth_part
from artifact_stream.report.parts.worth import WorthALook
from tests.helpers.reports import fill, index_entry, link_entry, reported_trace, values_of

BREAK = "Graph break in user code at a.py:3\nReason: a print\n"


def collected(groups, tmp_path, *, counts=None, problems=b""):
    (tmp_path / "problems.jsonl").write_bytes(problems)
    with reported_trace(tmp_path, counts=counts) as trace:
        fill(WorthALook(trace), groups)
    [worth] = values_of(tmp_path / "report" / "worth.js")
    return worth


def artifact(name: str, text: str, tmp_path):
    (tmp_path / name).write_text(text)
    return index_entry(name, "artifact", url=name, bytes=len(text))


def test_nothing_is_worth_a_look_in_nothing(tmp_path):
    empty = {"entries": 0, "unread": 0, "left_out": 0, "reasons": []}
    assert collected({}, tmp_path) == {
        "graph_breaks": empty, "recompiles": empty, "problems": [], "largest": [],
    }  # fmt: skip


def test_equal_reasons_are_counted_together(tmp_path):
    first = artifact("dynamo_graph_break_reason.txt", BREAK, tmp_path)
    second = artifact("dynamo_graph_break_reason_1.txt", BREAK, tmp_path)
    other = artifact("recompile_reasons.json", '["0/0: x == 3", "0/1: y"]', tmp_path)
    worth = collected({"0_0_0": [first, other], "1_0_0": [second]}, tmp_path)
    [seen] = worth["graph_breaks"]["reasons"]
    assert (seen["title"], seen["place"], seen["count"]) == ("a print", "a.py:3", 2)
    assert seen["places"] == [
        ["[0/0]", f"0_0_0/{first.name}", first.name],
        ["[1/0]", f"1_0_0/{second.name}", second.name],
    ]
    assert [x["title"] for x in worth["recompiles"]["reasons"]] == ["x == \u2026", "y"]
    assert worth["recompiles"]["entries"] == 1


@pytest.mark.parametrize("url", ["missing.txt", "../up", "packs/000001.js#0", "%zz", "/etc/passwd"])
def test_what_cannot_be_read_is_counted(url, tmp_path):
    (tmp_path.parent / "up").write_text(BREAK)
    entry = index_entry("dynamo_graph_break_reason.txt", "artifact", url=url)
    breaks = collected({"0_0_0": [entry]}, tmp_path)["graph_breaks"]
    assert (breaks["entries"], breaks["unread"], breaks["reasons"]) == (1, 1, [])


def test_the_largest_are_kept_the_earlier_of_equals(tmp_path, monkeypatch):
    monkeypatch.setattr(worth_part, "LARGEST", 3)
    sizes = [5, 9, 5, 1, 9, 5]
    entries = [index_entry(f"{n}.txt", bytes=size) for n, size in enumerate(sizes)]
    worth = collected({"0_0_0": [*entries, link_entry("l", "#")]}, tmp_path)
    assert [(item[2], item[3]) for item in worth["largest"]] == [
        ("1.txt", 9), ("4.txt", 9), ("0.txt", 5),
    ]  # fmt: skip


def test_problems_come_with_their_places_and_examples(tmp_path):
    counts = TraceCounts(problems={"broken_line": 1, "invalid_json": 12})
    line = {
        "source": "t.log", "line": 3, "offset_bytes": 9, "slug": "invalid_json",
        "message": "It is none.", "excerpt": "x\x00", "entry_written": True,
    }  # fmt: skip
    text = json.dumps(line).encode() + b"\n"
    flagged = [index_entry(f"{n}.json", flags=("invalid_json",)) for n in range(25)]
    worth = collected(
        {"0_0_0": flagged}, tmp_path, counts=counts, problems=text + b"{}\n" + text * 11
    )
    most, least = worth["problems"]
    assert (most["slug"], most["count"], most["flagged"]) == ("invalid_json", 12, 25)
    assert len(most["places"]) == 20
    assert most["places"][0] == ["[0/0]", "0_0_0/0.json", "0.json"]
    assert most["examples"] == [["t.log", 3, "It is none.", "x\ufffd"]] * 10
    assert least == {
        "slug": "broken_line", "count": 1, "flagged": 0, "examples": [], "places": [],
    }  # fmt: skip
