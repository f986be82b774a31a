"""Folders as people have them: what is broken is named, and what is there twice is read once."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import os
import subprocess
import sys
import threading
import tracemalloc

import pytest

from artifact_stream import InputUnusable, run
from artifact_stream.sources.find import find_traces
from tests.helpers.packed import tar_of, zip_of
from tests.helpers.sources import LIKE_ANY_USER, extracted, in_folder, log
from tests.helpers.support import jsonl, raw_entry, tree

RANK = "dedicated_log_torch_trace_rank_{}_x.log"


def verified(out):
    command = [sys.executable, "-m", "artifact_stream", "verify", str(out)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


@pytest.fixture
def eight_ranks(tmp_path):
    """A folder of eight ranks, some of which are broken."""
    folder = tmp_path / "in"
    folder.mkdir()
    contents = {
        0: log(0),
        1: gzip.compress(log(1) * 3000)[:-300],
        2: b"\x1f\x8b\x08" + bytes(range(100)),
        3: lzma.compress(log(3)),
        4: b"",
        5: log(5),
        6: bz2.compress(log(6)),
        7: b"7z\xbc\xaf\x27\x1c" + bytes(100),
    }
    for rank, data in contents.items():
        (folder / RANK.format(rank)).write_bytes(data)
    (folder / RANK.format(5)).chmod(0)
    (folder / "lost+found").mkdir(mode=0)
    return folder


def test_eight_ranks_of_which_some_are_broken_are_all_accounted_for(tmp_path, eight_ranks):
    out = tmp_path / "out"
    command = [sys.executable, "-c", LIKE_ANY_USER, "run", str(eight_ranks), str(out)]
    command += ["--progress", "none"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    summary = json.loads((out / "summary.json").read_text())
    assert [trace["folder"] for trace in summary["traces"]] == [f"rank_{n}" for n in range(8)]
    slugs = {
        1: "source_damaged",
        2: "source_damaged",
        4: "source_empty",
        5: "source_unreadable",
        7: "source_unsupported",
    }
    for rank in range(8):
        problems = [line["slug"] for line in jsonl(out / f"rank_{rank}" / "problems.jsonl")]
        # What has no place of its own, the folder, is told in the first trace.
        expected = "source_unreadable" if rank == 0 else slugs.get(rank)
        assert problems == [expected] * (expected is not None)
        assert (out / f"rank_{rank}" / "index.html").is_file()
    passed_over = {file["path"]: file["slug"] for file in summary["passed_over"]}
    broken = {RANK.format(rank): slug for rank, slug in slugs.items() if rank != 1}
    assert passed_over == {**broken, "lost+found": "source_unreadable"}
    assert summary["passed_over_count"] == 5
    for path in passed_over:
        assert f"passed over: {path} " in done.stderr
    assert len(jsonl(out / "rank_1" / "directory.jsonl")) > 1000
    for rank in (0, 3, 6):
        assert len(jsonl(out / f"rank_{rank}" / "directory.jsonl")) == 2
    assert verified(out) == ""
    done = subprocess.run([*command, "--overwrite", "--strict"], capture_output=True, check=False)
    assert done.returncode == 1


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (gzip.compress(log(1), mtime=0)[:20], r"is damaged \(the gzip data ends before"),
        (b"\x1f\x8b\x08" + bytes(7) + b"\xff" * 50, r"is damaged \(the gzip data is corrupt"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(50), r"7z x"),
        (b"Rar!\x1a\x07\x01\x00" + bytes(50), r"unrar x"),
        (tar_of({"a.txt": b"hello"}), r"is a tar file that holds no trace"),
        (gzip.compress(zip_of({"a.log": log(1)})), r"zip that is compressed once more"),
    ],
    ids=["cut gzip", "corrupt gzip", "7-Zip", "RAR", "tar without a trace", "zip in gzip"],
)
def test_a_file_named_alone_is_said_to_be_what_it_is(tmp_path, content, says):
    (tmp_path / "t").write_bytes(content)
    with pytest.raises(InputUnusable, match=says):
        run([str(tmp_path / "t")], str(tmp_path / "out"))
    assert not (tmp_path / "out").exists()


def test_named_files_that_are_broken_do_not_end_the_run(tmp_path):
    folder = in_folder(tmp_path, {"rank_0.log": log(0), "rank_1.log": b""})
    summary = extracted(tmp_path, folder / "rank_0.log", folder / "rank_1.log")
    assert [trace.folder for trace in summary.traces] == ["rank_0", "rank_1"]
    assert summary.counts.problems == {"source_empty": 1}
    with pytest.raises(InputUnusable, match="cannot be read"):
        run([str(folder / "rank_0.log"), str(folder / "typo.log")], str(tmp_path / "o2"))


def test_a_broken_file_takes_no_place_that_another_has(tmp_path):
    folder = in_folder(tmp_path, {"rank_0.log": log(0), "rank_0_old.log": b""})
    summary = extracted(tmp_path, folder)
    assert [trace.folder for trace in summary.traces] == ["."]
    assert [line["source"] for line in jsonl(tmp_path / "out/problems.jsonl")] == ["rank_0_old.log"]


def test_thousands_that_are_passed_over_are_counted_and_told_of_and_some_are_named(tmp_path):
    empty = {f"{number}.log": b"" for number in range(600)}
    summary = extracted(tmp_path, in_folder(tmp_path, {"rank_0.log": log(0), **empty}))
    assert (summary.passed_over_count, len(summary.passed_over)) == (600, 500)
    assert len(jsonl(tmp_path / "out" / "problems.jsonl")) == 600


def test_ordinary_files_beside_a_trace_are_nobodys_problem(tmp_path):
    others = {
        "README.md": b"hello",
        "train.log": b"step 1\n",
        "trace.json": b'{"traceEvents": []}',
        "model.pt": zip_of({"model/data.pkl": b"x"}),
        "x/__init__.py": b"",
        ".gitkeep": b"",
        "a.bin": bytes(100),
        "metrics.jsonl": b'{"type": "train", "loss": 1.0}\n' * 3,
    }
    summary = extracted(tmp_path, in_folder(tmp_path, {"rank_0.log": log(0), **others}))
    assert [trace.folder for trace in summary.traces] == ["."]
    assert (summary.passed_over_count, summary.counts.problems) == (0, {})


@pytest.mark.parametrize(
    "line",
    [
        {"type": "graph_dump"},
        {"type": "new", "compile_id": "0_0_0"},
        {"type": "new", "payload": "x"},
        {"payload": "x" * 100_000, "type": "new"},
    ],
    ids=["known type", "compile id", "payload", "long payload"],
)
def test_jsonl_of_a_known_type_with_a_compile_id_or_a_payload_is_a_trace(tmp_path, line):
    folder = in_folder(tmp_path, {"t.jsonl": json.dumps(line).encode() + b"\n"})
    assert len(extracted(tmp_path, folder).traces) == 1


def test_other_jsonl_in_a_folder_is_no_trace(tmp_path):
    metrics = b'{"type": "train", "loss": 1.0}\n'
    with pytest.raises(InputUnusable, match="none has a known type"):
        run([str(in_folder(tmp_path, {"rank_3.jsonl": metrics}))], str(tmp_path / "out"))


def test_an_output_given_as_a_source_is_said_to_be_one(tmp_path):
    (tmp_path / "t.log").write_bytes(log(0))
    extracted(tmp_path, tmp_path / "t.log")
    members = {f"out/{name}": data for name, data in tree(tmp_path / "out").items()}
    (tmp_path / "out.zip").write_bytes(zip_of(members))
    for name in ("out", "out.zip"):
        with pytest.raises(InputUnusable, match="is an output of artifact-stream, not a trace"):
            run([str(tmp_path / name)], str(tmp_path / "again"))


@pytest.mark.parametrize(
    "part",
    ["rank_0", "rank_0/0_0_0", "rank_0/directory.jsonl", "rank_0/facts.jsonl", "index.html"],
)
def test_a_part_of_an_output_is_said_to_be_one(tmp_path, part):
    extracted(tmp_path, in_folder(tmp_path, {"rank_0.log": log(0), "rank_1.log": log(1)}))
    place = tmp_path / "out" / part
    says = "is (part of )?an output of artifact-stream, not a trace: name the log"
    with pytest.raises(InputUnusable, match=says):
        run([str(place)], str(tmp_path / "again"))
    packed = zip_of({f"{part}/{name}": data for name, data in tree(place).items()})
    if part == "rank_0":
        (tmp_path / "part.zip").write_bytes(packed)
        with pytest.raises(InputUnusable, match=says):
            run([str(tmp_path / "part.zip")], str(tmp_path / "again"))


@pytest.mark.parametrize("name", ["out", "out.zip"])
def test_an_output_named_beside_a_log_is_told_of(tmp_path, name):
    (tmp_path / "t.log").write_bytes(log(0))
    extracted(tmp_path, tmp_path / "t.log")
    (tmp_path / "out.zip").write_bytes(zip_of(tree(tmp_path / "out")))
    summary = extracted(tmp_path, tmp_path / name, tmp_path / "t.log", out="again")
    [file] = summary.passed_over
    assert (file.path, file.slug) == (str(tmp_path / name), "source_unrecognised")
    assert file.why.startswith("is an output of artifact-stream")
    assert summary.counts.problems == {"source_unrecognised": 1}


def test_an_index_on_stdin_is_no_trace(tmp_path):
    (tmp_path / "t.log").write_bytes(log(0))
    extracted(tmp_path, tmp_path / "t.log")
    command = [sys.executable, "-m", "artifact_stream", "run", "-", str(tmp_path / "again")]
    with open(tmp_path / "out" / "directory.jsonl", "rb") as file:
        done = subprocess.run(command, stdin=file, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert "stdin is part of an output of artifact-stream" in done.stderr


def test_what_macos_puts_beside_files_is_nobodys_problem(tmp_path):
    beside = b"\0\5\x16\7\0\2\0\0Mac OS X        " + bytes(100)
    members = {"rank_0.log": log(0), "._rank_0.log": beside, "a/._rank_1.log": beside}
    (tmp_path / "t.tar").write_bytes(tar_of(members))
    for source in (in_folder(tmp_path, members), tmp_path / "t.tar"):
        summary = extracted(tmp_path, source, overwrite=True)
        assert (summary.passed_over_count, summary.counts.problems) == (0, {})


def test_an_output_that_a_kill_left_is_not_searched(tmp_path):
    folder = in_folder(tmp_path, {"rank_0.log": log(0), "out/format.json": b"{}"})
    (folder / "out" / ".artifact-stream").mkdir()
    (folder / "out" / "rank_1").mkdir()
    (folder / "out" / "rank_1" / "directory.jsonl").write_bytes(b"")
    (folder / "out" / "rank_1" / "t.log").write_bytes(log(1))
    assert len(extracted(tmp_path, folder).traces) == 1


# Which run is it?


def test_folders_tell_apart_what_ranks_do_not(tmp_path):
    members = {
        f"job_{job}/logs/rank_{rank}.log": log(10 * job + rank)
        for job in (17, 18)
        for rank in (0, 1)
    }
    folder = in_folder(tmp_path, members)
    summary = extracted(tmp_path, folder)
    folders = [trace.folder for trace in summary.traces]
    assert folders == ["job_17/rank_0", "job_17/rank_1", "job_18/rank_0", "job_18/rank_1"]
    page = (tmp_path / "out/job_17/rank_0/index.html").read_text()
    assert "../../assets/" in page
    assert "../../index.html" in page
    assert "job_17/rank_0/index.html" in (tmp_path / "out/index.html").read_text()
    assert verified(tmp_path / "out") == ""
    extracted(tmp_path, folder / "job_17/logs/rank_0.log", overwrite=True)
    assert not (tmp_path / "out" / "job_17").exists()
    assert not (tmp_path / "out" / "job_18").exists()


def test_a_rank_is_that_of_the_name_or_the_entries_or_the_folder(tmp_path):
    members = {
        "rank_5.log": log(0, rank=1),
        "a.log": log(1, rank=2),
        "rank_3/host_gpu7.log": log(2),
        "c.log": log(3),
    }
    summary = extracted(tmp_path, in_folder(tmp_path, members))
    told = {trace.sources[0]: (trace.folder, trace.rank, trace.host) for trace in summary.traces}
    assert told == {
        "rank_5.log": ("rank_5", 5, None),
        "a.log": ("rank_2", 2, None),
        "rank_3/host_gpu7.log": ("rank_3", 3, "gpu7"),
        "c.log": ("c", None, None),
    }
    assert all(trace.process_ids == [2407] for trace in summary.traces)
    data = (tmp_path / "out/report/traces.js").read_text()
    assert '"host":"gpu7"' in data
    assert '"sources":["rank_3/host_gpu7.log"]' in data


def test_the_same_bytes_are_read_once_and_told_of(tmp_path):
    long = log(0) * 100
    members = {
        "logs/dedicated_log_torch_trace_rank_0_x.log.gz": gzip.compress(long),
        "parsed/rank_0/raw.log": long,
        "copy.log": long,
        "longer.log": long + log(1),
        "ranks/rank_1.log": log(5),
        "ranks/rank_2.log": log(5),  # Two that say that they are two.
    }
    summary = extracted(tmp_path, in_folder(tmp_path, members))
    assert {trace.folder: trace.sources[0] for trace in summary.traces} == {
        "rank_0": "logs/dedicated_log_torch_trace_rank_0_x.log.gz",
        "longer": "longer.log",
        "rank_1": "ranks/rank_1.log",
        "rank_2": "ranks/rank_2.log",
    }
    copies = next(trace.copies for trace in summary.traces if trace.folder == "rank_0")
    assert sorted(copies) == ["copy.log", "parsed/rank_0/raw.log"]
    assert summary.counts.problems == {}


# Names and places that are not as usual.


def test_names_that_are_no_utf8_cost_nothing(tmp_path):
    folder = os.fsencode(tmp_path) + b"/in\xff"
    os.mkdir(folder)
    for name, data in ((b"rank_0\xfe.log", log(0)), (b"b\xfd.log", log(1)), (b"c.log", log(2))):
        with open(folder + b"/" + name, "wb") as file:
            file.write(data)
    command = [sys.executable.encode(), b"-m", b"artifact_stream", b"run", folder]
    command.append(os.fsencode(tmp_path / "out"))
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert [trace["sources"] for trace in summary["traces"]] == [
        ["b\\xfd.log"],
        ["c.log"],
        ["rank_0\\xfe.log"],
    ]
    done = subprocess.run([*command, b"--resume"], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    # Alone, and where it is no trace.
    for name, code in ((b"b\xfd.log", 0), (b"none\xfd.log", 3)):
        command[-2:] = [folder + b"/" + name, os.fsencode(tmp_path / f"out-{code}")]
        done = subprocess.run(command, capture_output=True, check=False)
        assert done.returncode == code, done.stderr


def test_a_working_folder_that_was_deleted(tmp_path):
    (tmp_path / "t.log").write_bytes(log(0))
    gone = tmp_path / "gone"
    gone.mkdir()
    script = f"cd {gone} && rmdir {gone} && exec {sys.executable} -m artifact_stream run "
    for arguments, code in (
        (f"{tmp_path}/t.log {tmp_path}/out", 0),
        ("t.log out", 3),
        (f"{tmp_path}/t.log out", 4),
    ):
        done = subprocess.run(["sh", "-c", script + arguments], capture_output=True, check=False)
        assert done.returncode == code, (arguments, done.stderr)
        gone.mkdir()
    assert (tmp_path / "out/0_0_0/aot_joint_graph.txt").is_file()


# Pipes.


def fed(*contents):
    """Feed pipes one after the other: opening one waits for its reader."""

    def feed():
        for pipe, data in contents:
            pipe.write_bytes(data)

    for pipe, _ in contents:
        os.mkfifo(pipe)
    writer = threading.Thread(target=feed, daemon=True)
    writer.start()
    return writer


def test_two_pipes_that_are_fed_one_after_the_other(tmp_path):
    pipes = [tmp_path / "rank_0", tmp_path / "rank_1"]
    writer = fed(*zip(pipes, (log(0), log(1)), strict=True))
    summary = extracted(tmp_path, *pipes)
    writer.join(10)
    assert not writer.is_alive()
    assert [trace.folder for trace in summary.traces] == ["rank_0", "rank_1"]
    assert summary.counts.entries_written == 4


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"hello\n", "holds other text"), (tar_of({"a.log": log(1)}), "is a container")],
    ids=["text", "tar"],
)
def test_a_later_pipe_that_cannot_be_read_costs_itself(tmp_path, content, why):
    pipes = [tmp_path / "rank_0", tmp_path / "rank_1"]
    fed(*zip(pipes, (log(0), content), strict=True))
    summary = extracted(tmp_path, *pipes)
    assert summary.counts.problems == {"source_unreadable": 1}
    assert summary.passed_over[0].why.startswith(why)
    assert [trace.folder for trace in summary.traces] == ["rank_0", "rank_1"]


def test_a_stop_while_a_later_pipe_is_waited_for_ends_the_run_in_order(tmp_path):
    (tmp_path / "rank_0.log").write_bytes(log(0))
    os.mkfifo(tmp_path / "rank_1")
    os.mkfifo(tmp_path / "rank_2")
    command = [sys.executable, "-m", "artifact_stream", "run"]
    command += [str(tmp_path / name) for name in ("rank_1", "rank_2", "out")]
    process = subprocess.Popen(command, stderr=subprocess.PIPE)
    (tmp_path / "rank_1").write_bytes(log(1))
    while not (tmp_path / "out/rank_1/index.html").exists():
        assert process.poll() is None
    process.terminate()
    assert process.wait(20) == 143
    process.stderr.close()
    assert json.loads((tmp_path / "out/summary.json").read_text())["interrupted"]


def test_thousands_of_logs_of_one_rank_take_memory_in_proportion(tmp_path):
    folder = in_folder(
        tmp_path,
        {
            f"dedicated_log_torch_trace_rank_0_{number:06}.log": raw_entry("a", b"%d" % number)
            for number in range(3000)
        },
    )
    find_traces([str(folder)], str(tmp_path / "out"))
    tracemalloc.start()
    found = find_traces([str(folder)], str(tmp_path / "out"))
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len({trace.name for trace in found}) == 3000
    assert held < 3000 * 3000
