"""Logs that collectors, editors and shells have handled give what was logged."""

from __future__ import annotations

import gzip
import json
import os
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artifact_stream import Options, run
from artifact_stream.framing.framer import Framer
from fuzz.targets import check_handled_log, check_line_prefix
from tests.helpers.crashes import ROOT
from tests.helpers.line_numbers import is_of_the_page, without_line_numbers
from tests.helpers.support import FRAME_0, PREFIX, TRACES, jsonl, jsonl_entry, raw_entry, tree

LOGS = sorted(TRACES.glob("*/*.log.gz"))
SMALL = sorted(LOGS, key=lambda log: log.stat().st_size)[:4]

GRAPH = b"class G:\n    a = 1\n\n    b = 2"
TWO = raw_entry("dynamo_output_graph", GRAPH, **FRAME_0) + raw_entry(
    "aot_forward_graph", b"class F: pass\n", **FRAME_0
)


def before_each_line(prefix: bytes, data: bytes) -> bytes:
    return re.sub(rb"(?m)^(?=.|\n)", prefix, data)


def stamped(data: bytes) -> bytes:
    lines = data.removesuffix(b"\n").split(b"\n")
    return b"".join(
        b"2026-11-23T19:%02d:%02d.%09dZ %b\n" % (n // 60 % 60, n % 60, n, line)
        for n, line in enumerate(lines)
    )


HOW = {
    "blank line behind each": (lambda data: data.replace(b"\n", b"\n\n"), "blank_lines"),
    "CR LF": (lambda data: data.replace(b"\n", b"\r\n"), "cr_before_newline"),
    "lone tabs stripped": (
        lambda data: re.sub(rb"(?m)^\t$", b"", data),
        "stripped_blanks",
    ),
    "rank": (lambda data: before_each_line(b"[rank0]: ", data), "line_prefix"),
    "srun": (lambda data: before_each_line(b"0: ", data), "line_prefix"),
    "compose": (lambda data: before_each_line(b"name-0  | ", data), "line_prefix"),
    "kubectl": (stamped, "line_prefix"),
    "colour": (
        lambda data: re.sub(rb"(?m)^(.+)$", b"\x1b[32m\\1\x1b[0m", data),
        "line_prefix",
    ),
    "byte-order mark": (lambda data: b"\xef\xbb\xbf" + data, "byte_order_mark"),
    "UTF-16": (lambda data: data.decode().encode("utf-16"), "utf_16"),
    "UTF-16 without mark": (lambda data: data.decode().encode("utf-16-be"), "utf_16"),
}


def made(out: Path) -> dict[str, bytes]:
    """What a run has made of the entries, without what tells where they stood."""
    # Pages are titled by the source as given.
    return without_line_numbers(
        {
            name: data.replace(str(out.parent).encode(), b"")
            for name, data in tree(out).items()
            if name != "summary.json" and not is_of_the_page(name)
        }
    )


def notes(out: Path) -> dict[str, int]:
    summary = json.loads((out / "summary.json").read_bytes())
    return {note["slug"]: note["count"] for note in summary["traces"][0]["notes"]}


def extract(folder: Path, data: bytes, name: str = "t.log", **options) -> Path:
    """Run on a log; the output folder."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(data)
    out = folder / "out"
    run([str(folder / name)], str(out), Options(**options), jobs=1)
    return out


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("log", SMALL, ids=lambda log: log.parent.name)
def test_a_real_trace_gives_the_tree_of_the_original(log, how, tmp_path, originals):
    handled, note = HOW[how]
    data = gzip.decompress(log.read_bytes())
    out = extract(tmp_path / "handled", handled(data), "trace.log", plain_text=True)
    assert (out / "problems.jsonl").read_bytes() == b""
    assert list(notes(out)) == [note]
    assert made(out) == originals(log)


@pytest.fixture(scope="module")
def originals(tmp_path_factory):
    found = {}

    def original(log):
        if log not in found:
            folder = tmp_path_factory.mktemp("original")
            data = gzip.decompress(log.read_bytes())
            out = extract(folder, data, "trace.log", plain_text=True)
            assert notes(out) == {}
            found[log] = made(out)
        return found[log]

    return original


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("lazy", [False, True])
def test_every_way_in_gives_the_same(how, lazy, tmp_path, monkeypatch):
    """From a file, a pipe, by workers, in packs."""
    code = b"".join(b"x%d = 1\n\n" % n for n in range(200))
    log = TWO + raw_entry("artifact", b'{"a": 1}\n', {"name": "j", "encoding": "json"}, **FRAME_0)
    log += raw_entry("inductor_output_code", code, {"filename": "/t/c.py"}, **FRAME_0)
    log += raw_entry("artifact", b"", {"name": "empty", "encoding": "string"}, **FRAME_0)
    expected = made(extract(tmp_path / "plain", log, lazy=lazy))
    handled, note = HOW[how]
    for jobs in (1, 2):
        folder = tmp_path / f"jobs{jobs}"
        folder.mkdir()
        (folder / "t.log").write_bytes(handled(log))
        run([str(folder / "t.log")], str(folder / "out"), Options(lazy=lazy), jobs=jobs)
        assert made(folder / "out") == expected
        assert list(notes(folder / "out")) == [note]
    out = extract(tmp_path / "compressed", gzip.compress(handled(log)), lazy=lazy)
    assert made(out) == expected


LONG = b"".join(b"line %d\n%b" % (n, b"\n" if n % 7 == 0 else b"") for n in range(50_000))


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("kind", ["text", "json", "code"])
@pytest.mark.parametrize(
    "how",
    ["blank line behind each", "CR LF", "lone tabs stripped", "rank", "one blank line", "late CR"],
)
def test_a_payload_that_is_too_long_for_memory(how, kind, compressed, tmp_path, monkeypatch):
    monkeypatch.setattr(Framer, "large_bytes", 100_000)
    payload = LONG
    if kind == "json":
        payload = b"[\n" + b",\n".join(b'"line %d"\n' % n for n in range(50_000)) + b"]\n"
    kinds = {
        "text": ("graph_dump", {"name": "g"}, "g.txt"),
        "json": ("artifact", {"name": "g", "encoding": "json"}, "g.json"),
        "code": ("inductor_output_code", {"filename": "/t/g.py"}, "inductor_output_code_g.txt"),
    }
    entry_type, metadata, name = kinds[kind]
    log = raw_entry(entry_type, payload, metadata, **FRAME_0) + TWO
    if how == "one blank line":
        place = log.index(b"\n\t", 400_000)
        handled = log[:place] + b"\n" + log[place:]
    elif how == "late CR":
        handled = log[:400_000] + log[400_000:].replace(b"\n", b"\r\n")
    else:
        handled = HOW[how][0](log)
    expected = extract(tmp_path / "original", log) / "0_0_0" / name
    data = gzip.compress(handled, 1) if compressed else handled
    out = extract(tmp_path / "handled", data)
    assert (out / "problems.jsonl").read_bytes() == b""
    assert (out / "0_0_0" / name).read_bytes() == expected.read_bytes()
    assert len(notes(out)) == 1
    assert not [path for path in out.rglob("*") if "staging" in path.name]


PIECES = st.sampled_from(
    [
        b"\n",
        b"\n\n",
        b"\t",
        b"\r",
        b"\r\n",
        b"\0",
        b" ",
        b"a",
        b"\xff",
        b"V1123 ",
        b"\n\t",
        b"a = 1\n",
    ]
)
PAYLOADS = st.one_of(st.binary(max_size=30), st.lists(PIECES, max_size=25).map(b"".join))
CUTS = st.lists(st.integers(0, 10_000), max_size=12)


@settings(max_examples=150, deadline=None)
@given(payload=PAYLOADS, how=st.integers(0, 7), cuts=CUTS)
def test_any_payload_comes_back_however_it_was_handled_and_is_cut(payload, how, cuts):
    check_handled_log(payload, how, cuts)


@settings(max_examples=60, deadline=None)
@given(payload=PAYLOADS, cuts=CUTS)
def test_any_payload_comes_back_from_behind_a_prefix(payload, cuts):
    check_line_prefix(payload, cuts)


def test_cr_that_was_logged_stays(tmp_path):
    payload = b"a\r\nb\r\n"
    out = extract(tmp_path, raw_entry("graph_dump", payload, {"name": "g"}, **FRAME_0) + TWO)
    assert (out / "0_0_0" / "g.txt").read_bytes() == payload
    assert notes(out) == {}
    # Written in text mode, its own CR is kept still.
    log = raw_entry("graph_dump", payload, {"name": "g"}, **FRAME_0) + TWO
    out = extract(tmp_path / "crlf", log.replace(b"\n", b"\r\n"))
    assert (out / "0_0_0" / "g.txt").read_bytes() == payload


def test_entries_of_one_log_may_be_handled_in_different_ways(tmp_path):
    one, two = TWO[: TWO.index(b"V", 1)], TWO[TWO.index(b"V", 1) :]
    log = one.replace(b"\n", b"\r\n") + two + one.replace(b"\n", b"\n\n") + two
    out = extract(tmp_path, log)
    assert (out / "problems.jsonl").read_bytes() == b""
    for name in ("dynamo_output_graph.txt", "dynamo_output_graph_1.txt"):
        assert (out / "0_0_0" / name).read_bytes() == GRAPH
    assert notes(out) == {"blank_lines": 1, "cr_before_newline": 1}


def test_what_no_reading_agrees_with_is_kept_and_flagged(tmp_path):
    log = raw_entry("aot_joint_graph", b"a\n\nb", md5="0" * 32, **FRAME_0)
    out = extract(tmp_path, log.replace(b"\t\n", b"\n").replace(b"a\n", b"a\r\n"))
    assert (out / "0_0_0" / "aot_joint_graph.txt").read_bytes() == b"a\r\n\nb"
    assert [problem["slug"] for problem in jsonl(out / "problems.jsonl")] == [
        "payload_md5_mismatch"
    ]
    assert notes(out) == {}


@pytest.mark.parametrize(
    ("before", "slug"),
    [
        (b"\tthe rest of a payload\n" * 20_000, "payload_without_entry"),
        (b"e of a line\n\tof a payload\n", "not_an_entry"),
        (b"\0" * 300_000, "not_an_entry"),
        (b"\n" * 300_000, None),
        (b"epoch 1: loss 0.5\n" * 20_000, "not_an_entry"),
        (b"x" * 3_000_000 + b"\n", "not_an_entry"),
    ],
    ids=["payload", "torn", "NUL", "blank", "output", "one line"],
)
@pytest.mark.parametrize("piped", [False, True])
def test_a_log_may_begin_anywhere(before, slug, piped, tmp_path):
    data, out = before + TWO, tmp_path / "out"
    source = tmp_path / "dedicated_log_torch_trace_x.log"
    source.write_bytes(data)
    if piped:
        command = [sys.executable, "-m", "artifact_stream", "run", "-", str(out), "--jobs", "1"]
        subprocess.run(command, input=data, check=True, capture_output=True)
    else:
        run([str(tmp_path)], str(out), jobs=1)
    problems = jsonl(out / "problems.jsonl")
    assert [problem["slug"] for problem in problems] == ([slug] if slug else [])
    assert (out / "0_0_0" / "dynamo_output_graph.txt").read_bytes() == GRAPH
    lines = [line["line"] for line in jsonl(out / "directory.jsonl")]
    first = before.count(b"\n") + 1
    assert lines == [first, first + 5]


def test_other_files_of_a_folder_are_not_looked_through(tmp_path):
    for name, content in (
        ("weights.pt", b"PK\x03\x04\0\0" * 30_000 + TWO),
        ("other.jsonl", b'{"step": 1}\n' * 10_000 + TWO),
        ("notes.md", b"As in:\n\n    " + TWO.replace(b"\n", b"\n    ")),
    ):
        (tmp_path / name).write_bytes(content)
    (tmp_path / "a.log").write_bytes(TWO)
    summary = run([str(tmp_path)], str(tmp_path / "out"), jobs=1)
    assert [trace.sources for trace in summary.traces] == [["a.log"]]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_jsonl_with_a_mark_or_a_long_first_line(mark, tmp_path):
    line = jsonl_entry("graph_dump", b"x", {"name": "g"}, compile_id="0_0_0")
    for number, data in enumerate(
        [line, b'{"extra": "%b", %b' % (b"x" * 200_000, line[1:]), line.decode().encode("utf-16")]
    ):
        if mark and number == 2:
            continue
        out = extract(tmp_path / str(number), mark + data)
        assert (out / "0_0_0" / "g.txt").read_bytes() == b"x"
        assert (out / "problems.jsonl").read_bytes() == b""


def test_lines_of_several_ranks_are_told_apart(tmp_path):
    logs = [
        b"".join(
            raw_entry("graph_dump", b"rank %d\n\n%d" % (rank, n), {"name": "g"}, **FRAME_0)
            for n in range(20)
        ).splitlines(keepends=True)
        for rank in range(3)
    ]
    picks, mixed = random.Random(5), b""
    while any(logs):
        rank = picks.choice([rank for rank, lines in enumerate(logs) if lines])
        mixed += b"[rank%d]:" % rank + logs[rank].pop(0)
    out = extract(tmp_path, mixed)
    assert (out / "problems.jsonl").read_bytes() == b""
    index = jsonl(out / "directory.jsonl")
    assert len(index) == 60
    lines = mixed.split(b"\n")
    for line in index:
        text = (out / line["url"]).read_bytes()
        assert text.startswith(b"rank %d\n\n" % line["rank"])
        assert lines[line["line"] - 1].startswith(b"[rank%d]:V1123" % line["rank"])
    assert notes(out) == {"line_prefix": 1}
    summary = json.loads((out / "summary.json").read_bytes())
    assert "told apart" in summary["notes"][0]["message"]


def test_a_long_payload_among_lines_of_other_ranks(tmp_path):
    long_lines = raw_entry("graph_dump", LONG * 8, {"name": "g"}, **FRAME_0).splitlines(True)
    short_lines = TWO.splitlines(True)
    mixed = []
    for number, line in enumerate(long_lines):
        mixed.append(b"1: " + line)
        if number % 20_000 == 0 and short_lines:
            mixed.append(b"0: " + short_lines.pop(0))
    mixed += [b"0: " + line for line in short_lines]
    out = extract(tmp_path, b"".join(mixed))
    assert (out / "problems.jsonl").read_bytes() == b""
    assert (out / "0_0_0" / "g.txt").read_bytes() == LONG * 8
    assert (out / "0_0_0" / "dynamo_output_graph.txt").read_bytes() == GRAPH


def test_a_record_inside_a_payload_is_told_of(tmp_path):
    record = PREFIX.replace("2407", "101").encode() + b'{"artifact": {"name": "x"}}'
    log = raw_entry("graph_dump", b"a = 1\nb = 2\nc = 3", {"name": "g"}, **FRAME_0)
    torn = log.replace(b"b = 2", b"b " + record + b"\n= 2")
    out = extract(tmp_path, TWO + torn + TWO)
    problems = jsonl(out / "problems.jsonl")
    assert [(problem["slug"], problem["line"]) for problem in problems] == [
        ("payload_md5_mismatch", 9), ("torn_record", 11), ("not_an_entry", 12),
    ]  # fmt: skip
    assert problems[1]["offset_bytes"] == (TWO + torn).index(b"\tb V1123")
    assert problems[1]["excerpt"].startswith("V1123 19:25:59.805000 101 ")
    counts = json.loads((out / "summary.json").read_bytes())["entries"]
    assert counts == {"read": 7, "written": 5, "told": 0, "skipped": 0, "unusable": 2}


def test_the_process_and_other_context_are_in_the_index(tmp_path):
    log = raw_entry("graph_dump", b"x", {"name": "g"}, **FRAME_0, subgraph_name="sub_a")
    log += raw_entry("graph_dump", b"y", {"name": "g"}, prefix=PREFIX.replace("2407", "7"))
    index = jsonl(extract(tmp_path, log) / "directory.jsonl")
    assert [line["process"] for line in index] == [2407, 7]
    assert [line.get("subgraph_name") for line in index] == ["sub_a", None]


def test_an_unknown_type_whose_payload_was_torn_off_is_not_skipped(tmp_path):
    log = TWO + raw_entry("new_in_torch", b"x", **FRAME_0).partition(b"\n")[0]
    out = extract(tmp_path, log)
    assert [problem["slug"] for problem in jsonl(out / "problems.jsonl")] == [
        "payload_md5_mismatch"
    ]
    assert jsonl(out / "directory.jsonl")[-1]["flags"] == ["unknown_type", "payload_md5_mismatch"]


@pytest.mark.parametrize(
    "line",
    [
        b'{"type": "chromium_event", "payload": }',
        b'{"type": "chromium_event", "payload": "\\x"}',
        b'{"type": "chromium_event", "rank": 0}}',
        b'{"type": "chromium_event", "type": "graph_dump", "payload": "x"}',
        b'{"type": "graph_dump", "payload": "x", "type": "chromium_event"}',
    ],
)
def test_a_broken_line_of_a_passed_over_type_is_a_problem(line, tmp_path):
    good = jsonl_entry("chromium_event", b"x") + jsonl_entry("graph_dump", b"y", {"type": "m"})
    out = extract(tmp_path, good + line + b"\n")
    assert [problem["slug"] for problem in jsonl(out / "problems.jsonl")] == ["broken_line"]
    assert json.loads((out / "summary.json").read_bytes())["skipped"] == {"other_module": 1}


@pytest.mark.parametrize("size", [10, 3_000_000])
def test_of_two_metadata_the_last_counts_however_long_the_line_is(size, tmp_path):
    for last, name in ((b"7", "graph_dump.txt"), (b'{"name": "h"}', "h.txt")):
        line = b'{"type": "graph_dump", "metadata": {"name": "g"}, "metadata": %b, "payload": "%b"}'
        out = extract(tmp_path / name, line % (last, b"x" * size))
        assert [line["name"] for line in jsonl(out / "directory.jsonl")] == [name]


def test_a_run_that_was_stopped_goes_on_in_a_handled_log(tmp_path):
    """What is planned again counts its notes again."""
    log = (TWO * 30).replace(b"\n", b"\r\n")
    expected = extract(tmp_path / "whole", log)
    (tmp_path / "t.log").write_bytes(log)
    out = tmp_path / "out"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    code = (
        "import os, sys\n"
        "from artifact_stream import run\n"
        "from artifact_stream.pipeline.publishing import Publisher\n"
        "publish, count = Publisher.publish_made, []\n"
        "def killed(self, *args):\n"
        "    count.append(publish(self, *args))\n"
        "    if len(count) == 31: os._exit(9)\n"
        "Publisher.publish_made = killed\n"
        "run([sys.argv[1]], sys.argv[2], jobs=1)\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "t.log"), str(out)]
    assert subprocess.run(command, env=environment, check=False).returncode == 9
    run([str(tmp_path / "t.log")], str(out), resume=True, jobs=1)
    assert made(out) == made(expected)
    assert notes(out) == notes(expected) == {"cr_before_newline": 60}
