"""What is worth a look, from entries and the files that they list."""

from __future__ import annotations

import json

from artifact_stream.output.counts import TraceCounts
from artifact_stream.report.parts import worth as worth_part
from artifact_stream.report.parts.worth import WorthALook
from tests.helpers.reports import fill, index_entry, link_entry, reported_trace, values_of


def collected(groups, tmp_path, *, counts=None, problems=b""):
    (tmp_path / "problems.jsonl").write_bytes(problems)
    with reported_trace(tmp_path, counts=counts) as trace:
        fill(WorthALook(trace), groups)
    [worth] = values_of(tmp_path / "report" / "worth.js")
    return worth


def test_nothing_is_worth_a_look_in_nothing(tmp_path):
    empty = {"entries": 0, "unread": 0, "left_out": 0, "reasons": []}
    worth = collected({}, tmp_path)
    assert {key: worth[key] for key in ("failures", "graph_breaks", "recompiles")} == {
        "failures": empty, "graph_breaks": empty, "recompiles": empty,
    }  # fmt: skip
    assert (worth["problems"], worth["largest"]) == ([], [])
    # Nothing tells of compilations there: nothing is claimed of them.
    assert worth["known"] == {"failures": False, "graph_breaks": False, "recompiles": False}
    assert worth["notes"][0].startswith("The log holds no compilation metrics")


def test_what_entries_tell_is_read_from_their_facts(tmp_path):
    fact = {
        "kind": "failure", "compile_id": "1_0_0", "rank": None, "type": "compilation_metrics",
        "line": 3, "title": "KeyError: 1",
    }  # fmt: skip
    (tmp_path / "facts.jsonl").write_bytes(json.dumps(fact).encode() + b"\n")
    [failure] = collected({}, tmp_path)["failures"]["reasons"]
    assert (failure["title"], failure["places"]) == ("KeyError: 1", [["[1/0]", "", ""]])


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


def test_how_a_log_was_read_stands_among_the_notes(tmp_path):
    counts = TraceCounts()
    counts.note("cr_before_newline", "Lines ended in CR LF.")
    assert collected({}, tmp_path, counts=counts)["notes"][-1] == "Lines ended in CR LF."
