"""What a run writes for the report page: data in scripts, plain lists, what is worth a look."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from artifact_stream import Options, run
from artifact_stream.errors import OutputUnusable
from artifact_stream.layout import is_report_file
from artifact_stream.report.data_files import script_json
from artifact_stream.report.parts import told
from artifact_stream.report.parts import worth as worth_a_look
from artifact_stream.report.parts.lists import PAGE_ROWS
from artifact_stream.report.parts.rows import OUTLINE_GROUPS, SHARD_ROWS
from tests.helpers.reports import values_of as data
from tests.helpers.support import FRAME_0, TRACES, jsonl, raw_entry, tree

HOSTILE = "</script><script>run()</script><!--\u2028\u2029\ud800"


def extract(tmp_path: Path, log: bytes, **options: Any) -> Path:
    (tmp_path / "t.log").write_bytes(log)
    run([str(tmp_path / "t.log")], str(tmp_path / "out"), **options)
    return tmp_path / "out"


def test_a_page_lists_what_the_index_lists_graphs_in_compile_order(tmp_path):
    out = tmp_path / "out"
    run([str(TRACES / "training")], str(out))
    [head] = data(out / "report" / "head.js")
    [groups] = data(out / "report" / "outline-0.js")
    rows, types, flags = data(out / "report" / "rows-0.js")
    index = jsonl(out / "directory.jsonl")
    assert head["rows"] == len(rows) == len(index)
    assert [group[0] for group in groups] == list(dict.fromkeys(e["compile_id"] for e in index))
    by_name = {(entry["compile_id"], entry["name"]): entry for entry in index}
    keys = [group[0] for group in groups for _ in range(sum(group[4]))]
    for key, (name, type_number, size, lines, line, *more) in zip(keys, rows, strict=True):
        entry = by_name.pop((key, name))
        assert (size, lines, line) == (entry["bytes"], entry["lines"], entry["line"])
        assert types[type_number] == entry["type"]
        extra = more[1] if len(more) == 2 else {}
        assert extra.get("t") == entry.get("text_url")
        assert list(flags[extra["f"]] if "f" in extra else []) == entry["flags"]
    assert not by_name
    names = [row[0] for key, row in zip(keys, rows, strict=True) if key == "0_0_0"]
    order = ["dynamo_output_graph.txt", "aot_joint_graph.txt", "aot_forward_graph.txt",
             "aot_backward_graph.txt", "inductor_post_grad_graph.txt"]  # fmt: skip
    assert [name for name in names if name in order] == order
    kinds = [kind["name"] for kind in head["kinds"]]
    counts = {name: n for name, n in zip(kinds, groups[1][4], strict=True) if n}
    graphs, code, artifacts = counts.values()
    assert list(counts) == ["graph", "codegen", "artifact"]
    assert sum(groups[1][4]) == len(names)
    assert code == 2
    assert [name.endswith(".html") for name in names[graphs : graphs + code]] == [True, True]
    assert not any(name.endswith("_graph.txt") for name in names[-artifacts:])


def test_the_parts_of_a_split_graph_follow_the_graph(tmp_path):
    run([str(TRACES / "ddp")], str(tmp_path / "out"))
    rows = data(tmp_path / "out" / "rank_0" / "report" / "rows-0.js")[0]
    names = [row[0] for row in rows]
    at = names.index("dynamo_output_graph.txt")
    assert names[at : at + 6] == [
        "dynamo_output_graph.txt", "optimize_ddp_split_graph.txt",
        *(f"optimize_ddp_split_child_submod_{n}.txt" for n in range(3)),
        "before_pre_grad_graph.txt",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("payload", "lines"), [(b"", 0), (b"a", 1), (b"a\n", 1), (b"a\nb", 2), (b"\n\n", 2)]
)
@pytest.mark.parametrize("options", [Options(), Options(plain_text=True)])
def test_lines_of_a_payload_are_counted(payload, lines, options, tmp_path):
    log = raw_entry("inductor_output_code", payload, **FRAME_0)
    log += raw_entry("aot_joint_graph", payload, **FRAME_0)
    out = extract(tmp_path, log, options=options)
    assert [entry["lines"] for entry in jsonl(out / "directory.jsonl")] == [lines, lines]


def test_a_long_payload_has_its_lines_counted(tmp_path):
    out = extract(tmp_path, raw_entry("aot_joint_graph", b"0123456\n" * 400_000 + b"x"))
    assert jsonl(out / "directory.jsonl")[0]["lines"] == 400_001


@pytest.mark.slow
def test_data_and_lists_come_in_files_of_bounded_length(tmp_path):
    count = SHARD_ROWS + OUTLINE_GROUPS + 5
    log = b"".join(
        raw_entry("aot_joint_graph", b"x", frame_id=max(0, n - SHARD_ROWS), frame_compile_id=0)
        for n in range(count)
    )
    report = extract(tmp_path, log) / "report"
    [head] = data(report / "head.js")
    assert (head["rows"], head["groups"]) == (count, count - SHARD_ROWS)
    shards = [data(report / f"rows-{n}.js")[0] for n in range(3)]
    assert [len(shard) for shard in shards] == [SHARD_ROWS, SHARD_ROWS, 5]
    outlines = [data(report / f"outline-{n}.js")[0] for n in range(2)]
    assert [len(outline) for outline in outlines] == [OUTLINE_GROUPS, 5]
    assert sum(sum(group[4]) for outline in outlines for group in outline) == count
    pages = sorted(report.glob("list-*.html"))
    assert len(pages) == -(-count // PAGE_ROWS)
    rows = [page.read_text(encoding="utf-8").count("<tr><td>") for page in pages]
    assert sum(rows) == count
    assert max(rows) == PAGE_ROWS
    assert 'href="list-2.html"' in pages[0].read_text(encoding="utf-8")
    assert {path.name for path in report.iterdir()} == {
        "head.js", "worth.js", "rows-0.js", "rows-1.js", "rows-2.js", "outline-0.js",
        "outline-1.js", *(page.name for page in pages),
    }  # fmt: skip


def test_nothing_that_a_trace_says_ends_a_script(tmp_path):
    log = (
        raw_entry("graph_dump", HOSTILE.encode("utf-8", "replace"), {"name": HOSTILE}, **FRAME_0)
        + raw_entry("link", None, {"name": HOSTILE, "url": f"https://x/{HOSTILE}"}, **FRAME_0)
        + raw_entry(HOSTILE, b"x", frame_id=HOSTILE, frame_compile_id=0)
        + raw_entry("artifact", HOSTILE.encode("utf-8", "replace"),
                    {"name": "dynamo_graph_break_reason", "encoding": "string"}, **FRAME_0)
        + f"{HOSTILE[:-1]} no entry\n".encode()
    )  # fmt: skip
    report = extract(tmp_path, log) / "report"
    for path in report.glob("*.js"):
        text = path.read_bytes()
        assert b"<" not in text, path
        assert not re.search(rb"\xe2\x80[\xa8\xa9]", text), path
        data(path)
    rows = data(report / "rows-0.js")[0]
    assert HOSTILE in [row[0] for row in rows], "the link's name"
    assert json.loads(script_json(HOSTILE)) == HOSTILE


def test_a_link_planted_for_the_report_folder_is_not_followed(tmp_path):
    elsewhere, out = tmp_path / "elsewhere", tmp_path / "out"
    elsewhere.mkdir()
    out.mkdir()
    extract(tmp_path, raw_entry("aot_joint_graph", b"x"))
    for path in (out / "report").iterdir():
        path.unlink()
    (out / "report").rmdir()
    (out / "report").symlink_to(elsewhere)
    (elsewhere / "head.js").write_text("mine")
    with pytest.raises(OutputUnusable):
        extract(tmp_path, raw_entry("aot_joint_graph", b"x"), overwrite=True)
    assert tree(elsewhere) == {"head.js": b"mine"}


def test_overwrite_removes_the_report_and_leaves_what_others_put_there(tmp_path):
    out = extract(tmp_path, raw_entry("aot_joint_graph", b"x") * (PAGE_ROWS + 1))
    (out / "report" / "mine.txt").write_text("mine")
    (out / "report" / "rows-7.js.part").write_text("of a killed run")
    extract(tmp_path, raw_entry("aot_joint_graph", b"x"), overwrite=True)
    names = {path.name for path in (out / "report").iterdir()}
    of_parts = {"head.js", "worth.js", "rows-0.js", "outline-0.js", "list-1.html"}
    assert names >= {*of_parts, "mine.txt"}
    assert not names & {"rows-1.js", "rows-7.js.part", "list-2.html"}
    assert all(is_report_file(name) for name in names - {"mine.txt"})


def test_graph_breaks_and_recompilations_are_grouped(tmp_path):
    run([str(TRACES / name) for name in ("graph_breaks", "recompiles")], str(tmp_path / "out"))
    [worth] = data(next((tmp_path / "out").glob("*340jp6ww/report/worth.js")))
    breaks = worth["graph_breaks"]
    assert (breaks["entries"], breaks["unread"], breaks["left_out"]) == (4, 0, 0)
    first = breaks["reasons"][0]
    assert (first["title"], first["count"]) == ("Data-dependent branching", 2)
    assert first["place"] == "/opt/traces/make_traces.py:114"
    assert first["places"][0] == [
        "[2/0]", "2_0_0/dynamo_graph_break_reason.txt", "dynamo_graph_break_reason.txt",
    ]  # fmt: skip
    [worth] = data(next((tmp_path / "out").glob("*2nno3p4p/report/worth.js")))
    recompiles = {r["title"]: r["count"] for r in worth["recompiles"]["reasons"]}
    assert recompiles == {
        "tensor 'x' size mismatch at index 0. expected \u2026, actual \u2026": 3,
        "factor == \u2026": 1,
        "tensor 'x' rank mismatch. expected \u2026, actual \u2026": 1,
        "tensor 'x' dtype mismatch. expected Float, actual Long": 1,
    }
    sizes = [item[3] for item in worth["largest"]]
    assert sizes == sorted(sizes, reverse=True)
    assert len(sizes) == worth_a_look.LARGEST


def test_what_is_worth_a_look_is_bounded_and_says_what_is_left_out(tmp_path, monkeypatch):
    monkeypatch.setattr(told, "MAX_REASONS", 10)
    metadata = {"name": "dynamo_graph_break_reason", "encoding": "string"}
    log = b"".join(
        raw_entry("artifact", f"Reason: number {n}".encode(), metadata, frame_id=n)
        for n in range(40)
    )
    long_list = json.dumps(["0/0: x" * 200_000]).encode()
    log += raw_entry("artifact", long_list, {"name": "recompile_reasons", "encoding": "json"})
    out = extract(tmp_path, log + b"no entry\n" * 50)
    [worth] = data(out / "report" / "worth.js")
    breaks = worth["graph_breaks"]
    assert (breaks["entries"], breaks["unread"], breaks["left_out"]) == (40, 0, 30)
    assert len(breaks["reasons"]) == 10
    assert worth["recompiles"]["unread"] == 1
    [problem] = worth["problems"]
    assert (problem["slug"], problem["count"]) == ("not_an_entry", 50)
    assert len(problem["examples"]) == worth_a_look.MAX_PROBLEM_EXAMPLES


def test_entries_with_problems_are_linked(tmp_path):
    log = raw_entry("aot_joint_graph", b"x", md5="0" * 32, **FRAME_0)
    [worth] = data(extract(tmp_path, log) / "report" / "worth.js")
    [problem] = worth["problems"]
    assert problem["slug"] == "payload_md5_mismatch"
    assert problem["places"] == [["[0/0]", "0_0_0/aot_joint_graph.txt", "aot_joint_graph.txt"]]


def test_the_number_of_entries_with_a_problem_is_known(tmp_path):
    log = b"".join(
        raw_entry("artifact", b"{", {"name": f"a{n}", "encoding": "json"}, **FRAME_0)
        for n in range(33)
    )
    [worth] = data(extract(tmp_path, log) / "report" / "worth.js")
    [problem] = worth["problems"]
    assert (problem["flagged"], len(problem["places"])) == (33, worth_a_look.MAX_PLACES)


def test_the_head_tells_of_packs_and_of_the_only_rank(tmp_path):
    def head(log: bytes, **options: Any) -> tuple[Any, Any]:
        out = extract(tmp_path, log, overwrite=True, **options)
        [found] = data(out / "report" / "head.js")
        return found["rank"], found["lazy"]

    one, two = (raw_entry("aot_joint_graph", b"x", rank=rank) for rank in (0, 1))
    assert head(raw_entry("graph_dump", b"x", {"name": "g"})) == (None, False)
    assert head(one + raw_entry("graph_dump", b"x", {"name": "g"})) == (0, False)
    assert head(one + two + two) == (None, False)
    assert head(one, options=Options(lazy=True)) == (0, True)


def test_several_traces_have_a_page_over_them(tmp_path):
    out = tmp_path / "out"
    run([str(TRACES / "ddp")], str(out))
    [listed] = data(out / "report" / "traces.js")
    assert [trace["url"] for trace in listed["traces"]] == ["rank_0/", "rank_1/"]
    assert (out / "rank_0" / "report" / "head.js").is_file()
    run([str(TRACES / "inference")], str(out), overwrite=True)
    assert not (out / "rank_0").exists()
    assert not (out / "report" / "traces.js").exists()
