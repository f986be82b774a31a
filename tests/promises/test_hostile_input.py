"""Hostile input: nothing crashes, nothing hangs, memory stays flat, all is counted."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from html import unescape
from pathlib import Path

import pytest

from artifact_stream import InputUnusable, Options, run
from tests.helpers.hostile import CASES, GOOD, MARKUP, MIB, measure, run_case, zstd, zstd_bomb
from tests.helpers.stock_pygments import assert_like_stock
from tests.helpers.support import FRAME_0, jsonl, raw_entry, tree

pytestmark = pytest.mark.slow

COMMAND = [sys.executable, "-m", "artifact_stream", "run", "--json", "--progress", "none"]


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> int:
    """Peak memory for a few small entries of every kind."""
    folder = tmp_path_factory.mktemp("small")
    (folder / "t.log").write_bytes(
        raw_entry("inductor_output_code", b"import torch\n", {"filename": "a.py"}, **FRAME_0)
        + raw_entry("artifact", b'{"a": [1]}', {"name": "j", "encoding": "json"}, **FRAME_0)
        + GOOD * 8
    )
    return measure(["run", "--json", str(folder / "t.log"), str(folder / "out")]).peak_bytes


@pytest.mark.parametrize("name", CASES)
def test_memory_stays_flat_and_all_is_counted(name, small, tmp_path):
    case = CASES[name]
    outcome = run_case(case, tmp_path, case.small)
    said = "not read to its end" if "expands_too_much" in case.problems else ""
    assert (outcome.exit_code, outcome.said.partition(": ")[0]) == (case.exit_code, said)
    assert outcome.said.count("\n") == (1 if said else 0)
    entries = outcome.summary["entries"]
    assert entries["read"] == sum(
        entries[what] for what in ("written", "told", "skipped", "unusable")
    )
    assert outcome.summary["problems"] == case.problems
    if case.written is not None:
        assert entries["written"] == case.written
    else:
        assert entries["written"] > 1
    assert outcome.peak_bytes - small < case.allowed_mib * MIB
    assert not list((tmp_path / "out").rglob("part-*"))
    assert not (tmp_path / "out" / ".artifact-stream").exists()


@pytest.mark.parametrize("name", ["gzip bomb", "zstd bomb"])
def test_a_bomb_is_cut_where_the_limit_is(name, tmp_path):
    case = CASES[name]
    run_case(case, tmp_path, case.small)
    out = tmp_path / "out"
    assert 63 * MIB <= (out / "unknown" / "bomb.txt").stat().st_size < 512 * MIB
    assert (out / "0_0_0" / "aot_joint_graph.txt").read_bytes() == b"good"
    (problem,) = jsonl(out / "problems.jsonl")
    assert "give a greater max_expansion" in problem["message"]


def test_the_limit_can_be_raised_and_lowered(tmp_path):
    (tmp_path / "t.zst").write_bytes(b"".join(zstd_bomb(128 * MIB)))
    for limit, problems in ((0, {}), (1_000_000, {}), (10, {"expands_too_much": 1})):
        out = str(tmp_path / str(limit))
        summary = run([str(tmp_path / "t.zst")], out, Options(max_expansion=limit))
        assert summary.counts.problems == problems


def wide_zstd(text: bytes, window_log: int) -> bytes:
    compressor = zstd.ZstdCompressor(options={zstd.CompressionParameter.window_log: window_log})
    return compressor.compress(text) + compressor.flush()


@pytest.mark.parametrize("from_pipe", [False, True])
def test_a_zstd_window_that_takes_too_much_memory_is_refused_with_the_remedy(from_pipe, tmp_path):
    source = tmp_path / "t.zst"
    source.write_bytes(wide_zstd(GOOD * 100, 27))
    done = subprocess.run(
        [*COMMAND, "-" if from_pipe else str(source), str(tmp_path / "out")],
        input=source.read_bytes(), capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 3
    name, where = ("stdin", "FILE") if from_pipe else (source, source)
    assert done.stderr.decode() == (
        f"error: {name} cannot be read: the zstd data needs a window of more than 64 MiB; read it "
        f"by `zstd -d --long=31 -c {where} | artifact-stream run - OUT`.\n"
    )


def test_a_later_frame_with_too_large_a_window_is_a_problem(tmp_path):
    many = GOOD * 5000
    (tmp_path / "t.zst").write_bytes(wide_zstd(many, 26) + wide_zstd(GOOD, 27))
    summary = run([str(tmp_path / "t.zst")], str(tmp_path / "out"))
    assert summary.counts.entries_written == 5000
    assert summary.counts.problems == {"window_too_large": 1}


def test_a_single_segment_is_a_window_too(tmp_path):
    head = zstd.compress(GOOD)[:4] + bytes([0b1010_0000]) + (65 << 20).to_bytes(4, "little")
    (tmp_path / "t.zst").write_bytes(head + b"\x01\x00\x00" + b"x" * 100)
    with pytest.raises(InputUnusable, match="needs a window of more than 64 MiB"):
        run([str(tmp_path / "t.zst")], str(tmp_path / "out"))


def test_the_rest_of_a_run_goes_on_after_a_bomb(tmp_path):
    source = tmp_path / "in"
    source.mkdir()
    (source / "a.zst").write_bytes(b"".join(zstd_bomb(128 * MIB)))
    (source / "b.log").write_bytes(GOOD)
    summary = run([str(source)], str(tmp_path / "out"))
    assert summary.counts.problems == {"expands_too_much": 1}
    assert (tmp_path / "out" / "b" / "0_0_0" / "aot_joint_graph.txt").read_bytes() == b"good"


def test_real_sources_are_far_from_the_limit(tmp_path):
    import gzip

    data = gzip.compress(raw_entry("graph_dump", b"buf0 = x\n" * 10_000_000, {"name": "g"}), 9)
    (tmp_path / "t.gz").write_bytes(data)
    assert run([str(tmp_path / "t.gz")], str(tmp_path / "out")).counts.problems == {}


@pytest.mark.parametrize(
    ("device", "says"), [("/dev/zero", "holds binary data"), ("/dev/null", "holds nothing")]
)
def test_a_device_as_the_source(device, says, tmp_path):
    done = subprocess.run(
        [*COMMAND, device, str(tmp_path / "out")], capture_output=True, check=False, timeout=20
    )
    assert done.returncode == 3
    assert done.stderr.decode() == (
        f"error: {device} {says}: expected a raw TORCH_TRACE log or intermediate JSONL, plain or "
        "compressed (gzip, zstd, xz, bz2), a tar or zip file of such, or a tlparse report.\n"
    )
    assert not (tmp_path / "out").exists()


def test_special_files_in_a_source_folder_are_passed_over(tmp_path):
    source = tmp_path / "in"
    source.mkdir()
    (source / "t.log").write_bytes(GOOD)
    os.mkfifo(source / "pipe.log")
    (source / "zero.log").symlink_to("/dev/zero")
    (source / "lost.log").symlink_to("nowhere")
    (source / "self.log").symlink_to("self.log")
    done = subprocess.run(
        [*COMMAND, str(source), str(tmp_path / "out")], capture_output=True, check=True, timeout=20
    )
    assert json.loads(done.stdout)["entries"]["written"] == 1


def test_a_loop_of_folders_is_walked_once(tmp_path):
    deep = tmp_path / "in" / "a" / "b"
    deep.mkdir(parents=True)
    (deep / "t.log").write_bytes(GOOD)
    (deep / "up").symlink_to(tmp_path / "in")
    (deep / "here").symlink_to(".")
    (tmp_path / "in" / "again").symlink_to("a")
    done = subprocess.run(
        [*COMMAND, str(tmp_path / "in"), str(tmp_path / "out")],
        capture_output=True, check=True, timeout=20,
    )  # fmt: skip
    assert json.loads(done.stdout)["entries"]["written"] == 1


def test_a_folder_that_is_a_loop_itself(tmp_path):
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(InputUnusable, match="cannot be read"):
        run([str(tmp_path / "loop")], str(tmp_path / "out"))


def test_a_pipe_that_is_fed_slowly(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    def feed() -> None:
        with open(pipe, "wb", buffering=0) as file:
            file.writelines(GOOD[start : start + 7] for start in range(0, len(GOOD), 7))

    feeder = threading.Thread(target=feed)
    feeder.start()
    summary = run([str(pipe)], str(tmp_path / "out"))
    feeder.join()
    assert summary.counts.entries_written == 1


@pytest.mark.parametrize("escaped", [True, False])
def test_payloads_of_nul_come_out_byte_for_byte(escaped, tmp_path):
    case = CASES["nul in jsonl" if escaped else "nul"]
    outcome = run_case(case, tmp_path, 3 * MIB)
    text = (tmp_path / "out" / "unknown" / ("graph_dump.txt" if escaped else "g.txt")).read_bytes()
    assert text == b"\0" * len(text)
    assert len(text) == outcome.summary["written_bytes"] > MIB // 3


def test_deep_json_that_is_no_longer_pretty_comes_out_as_it_is(tmp_path):
    run_case(CASES["deep payload"], tmp_path, 100_000)
    made = (tmp_path / "out" / "unknown" / "j.json").read_bytes()
    assert made == b"[" * 100_000 + b"]" * 100_000


def test_long_numbers_come_out_as_they_are(tmp_path):
    run_case(CASES["digits"], tmp_path, 10_000)
    made = (tmp_path / "out" / "unknown" / "j.json").read_bytes()
    number = b"9" * 10_000
    assert made == b"[\n  -" + number + b",\n  1e" + number + b"\n]"
    for line in jsonl(tmp_path / "out" / "directory.jsonl"):
        assert len(line["url"]) < 1000


def test_markup_stays_text_everywhere(tmp_path):
    run_case(CASES["markup"], tmp_path, 1)
    out = tmp_path / "out"
    pages = list(out.rglob("*.html"))
    assert len(pages) == 4
    for page in pages:
        text = page.read_text(encoding="utf-8")
        scripts = text.count("<script")
        assert scripts == text.count("<script src=") == text.count("</script>")
        assert "<!--" not in text
        assert 'href="javascript:' not in text
        # The report page loads what it shows from scripts.
        assert page == out / "index.html" or "alert(1)" in unescape(text)
    for name, data in tree(out).items():
        assert "<" not in name
        if name.endswith(".txt") and "assets" not in name:
            assert data.decode() == MARKUP
    index = (out / "directory.jsonl").read_bytes().splitlines()
    links = [line for line in map(json.loads, index) if line["type"] == "link"]
    assert [line["flags"] for line in links] == [["unsafe_url"], ["unsafe_url"]]


@pytest.mark.parametrize(
    "text",
    ["\0" * 50 + "x = 1", "$$$???```\n$x = !5\n", "€€€ x €= 5 ℘ = 1 \u212e\u212e \u309b",
     "a\x01\x7f\x1b$\u00b7b",
     "f'''$$$ {$} {x!r:$$}''' $$$", "!!!!!=$$=\x1c\x1d $", "?" * 900 + "\n?", "·" * 90],
)  # fmt: skip
def test_runs_of_what_is_no_python_are_coloured_as_pygments_does(text):
    assert_like_stock(text)


def test_a_very_long_path_is_one_sentence(tmp_path):
    done = subprocess.run(
        [*COMMAND, "x" * 5000, str(tmp_path / "out")], capture_output=True, check=False
    )
    assert done.returncode == 3
    assert done.stderr.count(b"\n") == 1
    assert Path(tmp_path / "out").exists() is False
