"""Stopping in order, and resuming: with the same sources, grown ones, and none else."""

from __future__ import annotations

import gzip
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from artifact_stream import Options, run
from artifact_stream.errors import WrongUsage
from artifact_stream.layout import RUN_FILE, STAGING_FOLDER
from artifact_stream.stop import Interrupted, StopRequest
from tests.helpers.crashes import (
    INTERRUPTED,
    SMALL_LOG,
    assert_same_output,
    assert_true_so_far,
    comparable,
    emptied,
    findings,
)
from tests.helpers.intermediate import intermediate_files
from tests.helpers.support import FRAME_0, TRACES, jsonl, jsonl_entry, raw_entry, tree

pytestmark = pytest.mark.slow

COMMAND = [sys.executable, "-m", "artifact_stream"]


def command(*arguments: object, **options) -> subprocess.CompletedProcess[str]:
    options.setdefault("stdin", subprocess.DEVNULL)
    line = [*COMMAND, *map(str, arguments)]
    return subprocess.run(line, capture_output=True, check=False, text=True, **options)


@pytest.mark.parametrize("lazy", [False, True])
@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143)])
def test_a_stop_in_order_at_any_point(lazy, name, code, injector, log, tmp_path):
    order = {"options": {"lazy": lazy}}
    whole = injector.run(log, tmp_path / "whole", **order)
    expected = comparable(tmp_path / "whole")
    stopped = 0
    last = whole.operations
    for at in [*range(1, last, 12 if lazy else 22), *range(last - 9, last + 1)]:
        out = emptied(tmp_path / "out")
        outcome = injector.run(log, out, at=at, fault=name, **order)
        if outcome.exit_code == 0:  # It came when all had been read.
            assert_same_output(out, expected)
            continue
        assert outcome.exit_code == code, outcome.message
        assert outcome.message != "at once"
        stopped += 1
        summary = json.loads((out / "summary.json").read_bytes())
        assert summary["interrupted"] is True
        entries = summary["entries"]
        read = sum(entries[what] for what in ("written", "told", "skipped", "unusable"))
        assert entries["read"] == read < 15
        lines = len(jsonl(out / "directory.jsonl"))
        assert lazy or summary["files"] + summary["links"] >= lines
        assert (out / "index.html").is_file()
        json.loads((out / "compile_directory.json").read_bytes())
        assert findings(out) == [INTERRUPTED]
        again = injector.run(log, out, resume=True, **order)
        assert again.exit_code == 0, again.message
        assert_same_output(out, expected)
    assert stopped >= (1 if lazy else 2)


@pytest.mark.parametrize("jobs", [1, 3])
def test_stopped_again_and_again(jobs, injector, tmp_path):
    """Each time after some more of it, until it is done."""
    source, out = TRACES / "ddp", tmp_path / "out"
    order = {"jobs": jobs, "workers_at_once": True}
    injector.run(source, tmp_path / "whole", **order)
    done = 0
    for _ in range(40):
        outcome = injector.run(source, out, resume=True, at=150, fault="SIGTERM", **order)
        assert outcome.exit_code in (0, 143)
        if outcome.exit_code == 0:
            break
        lines = sum(path.read_bytes().count(b"\n") for path in out.rglob("directory.jsonl"))
        assert lines >= done
        done = lines
        assert_true_so_far(out)
    assert outcome.exit_code == 0
    assert_same_output(out, comparable(tmp_path / "whole"))


def test_ctrl_c_in_a_terminal_with_workers(tmp_path):
    """The signal goes to the workers too; they are not to die of it."""
    log, out = tmp_path / "t.log", tmp_path / "out"
    code = b"def f(x):\n    return x + 1  # comment\n" * 40
    log.write_bytes(
        b"".join(
            raw_entry("inductor_output_code", code, {"filename": f"{n}.py"}, **FRAME_0)
            for n in range(1500)
        )
    )
    line = [*COMMAND, "run", "-j", "3", str(log), str(out)]
    process = subprocess.Popen(
        line, stderr=subprocess.PIPE, process_group=0, stdin=subprocess.DEVNULL
    )
    while not (out / "0_0_0" / "inductor_output_code_300.html").exists():
        assert process.poll() is None
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate()
    assert process.returncode == 130
    assert b"artifact-stream: interrupted: " in said
    assert b"--resume" in said
    assert b"Traceback" not in said
    summary = json.loads((out / "summary.json").read_bytes())
    assert summary["interrupted"] is True
    assert summary["problems"] == {}
    assert 300 < summary["entries"]["written"] < 1500
    assert findings(out) == [INTERRUPTED]
    done = command("run", "--resume", "-j", "3", log, out)
    assert done.returncode == 0, done.stderr
    run([str(log)], str(tmp_path / "whole"), jobs=1)
    assert_same_output(out, comparable(tmp_path / "whole"))


def test_the_second_signal_ends_it_at_once(tmp_path):
    out = tmp_path / "out"
    log = tmp_path / "t.log"
    log.write_bytes(raw_entry("aot_joint_graph", b"0123456789abcde\n" * 3_000_000, **FRAME_0))
    process = subprocess.Popen([*COMMAND, "run", str(log), str(out)], stderr=subprocess.PIPE)
    while not (out / ".artifact-stream" / "1").exists():
        assert process.poll() is None
        time.sleep(0.002)
    process.send_signal(signal.SIGTERM)
    time.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    process.communicate()
    assert process.returncode in (-signal.SIGTERM, 143)


def test_a_run_that_waits_for_its_input_stops_too(tmp_path):
    out = tmp_path / "out"
    payloads = [b"%d" % number * 300_000 for number in range(20)]
    entries = [raw_entry("graph_dump", each, {"name": "g"}, **FRAME_0) for each in payloads]
    process = subprocess.Popen(
        [*COMMAND, "run", "-", str(out)], stdin=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdin is not None
    process.stdin.write(b"".join(entries[:10]) + entries[10][:200_000])
    process.stdin.flush()
    while not (out / "0_0_0" / "g_5.txt").exists():
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate()
    assert process.returncode == 143
    assert b"--resume" in said
    assert json.loads((out / "summary.json").read_bytes())["interrupted"] is True
    assert findings(out) == [INTERRUPTED]
    inode = os.stat(out / "0_0_0" / "g_5.txt").st_ino
    # The same again from a pipe: what was written is not written again.
    with subprocess.Popen(
        [*COMMAND, "run", "--resume", "-", str(out)], stdin=subprocess.PIPE, stderr=subprocess.PIPE
    ) as again:
        again.communicate(b"".join(entries))
    assert again.returncode == 0
    made = [out / "0_0_0" / f"g{'' if n == 0 else f'_{n}'}.txt" for n in range(20)]
    assert [path.read_bytes() for path in made] == payloads
    assert os.stat(made[5]).st_ino == inode
    assert findings(out) == []


def test_one_run_at_a_time(tmp_path):
    out, log = tmp_path / "out", tmp_path / "t.log"
    log.write_bytes(SMALL_LOG)
    process = subprocess.Popen(
        [*COMMAND, "run", "-", str(out)], stdin=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdin is not None
    process.stdin.write(raw_entry("graph_dump", b"x" * 600_000, {"name": "g"}, **FRAME_0) * 3)
    process.stdin.flush()
    while not (out / "0_0_0" / "g.txt").exists():
        assert process.poll() is None
        time.sleep(0.01)
    for option in ("--resume", "--overwrite"):
        done = command("run", option, "-", out, input="", stdin=None)
        assert done.returncode == 4
        assert "is being written by another run" in done.stderr
    _, said = process.communicate()
    assert process.returncode == 0, said
    assert findings(out) == []


def test_a_request_without_anything_to_bring_to_an_end(log, tmp_path):
    stop = StopRequest()
    with pytest.raises(Interrupted):
        stop.ask(2)
    summary = run([str(log)], str(tmp_path / "out"), stop=stop)
    assert summary.interrupted
    assert summary.counts.entries_read == 0
    assert run([str(log)], str(tmp_path / "out"), resume=True).interrupted is False
    run([str(log)], str(tmp_path / "whole"))
    assert_same_output(tmp_path / "out", comparable(tmp_path / "whole"))


NO_MD5 = raw_entry("graph_dump", b"a\nb\nc", {"name": "same"}).replace(b', "has_payload"', b', "x"')


@pytest.mark.parametrize("lazy", [False, True])
@pytest.mark.parametrize("interval", [0.0, None])
def test_a_log_that_has_grown(lazy, interval, injector, tmp_path):
    """Also where its last entry was cut, and seemed to be whole."""
    data = SMALL_LOG + NO_MD5 + SMALL_LOG
    log, out = tmp_path / "t.log", tmp_path / "out"
    order = {"options": {"lazy": lazy}, "interval": interval}
    log.write_bytes(data)
    injector.run(log, tmp_path / "whole", **order)
    expected = comparable(tmp_path / "whole")
    chance = random.Random(f"{lazy}")
    inside = [data.index(b"\n\tb\n") + 3, data.index(b"\tshared") + 4, len(SMALL_LOG)]
    for cut in [*inside, *(chance.randrange(len(SMALL_LOG) // 4, len(data)) for _ in range(1))]:
        log.write_bytes(data[:cut])
        operations = injector.run(log, emptied(out), **order).operations
        for at in (operations - 4, chance.randrange(40, operations)):
            log.write_bytes(data[:cut])
            injector.run(log, emptied(out), at=at, **order)
            if not (out / ".artifact-stream" / "run.json").exists():
                continue  # It had come to its end.
            log.write_bytes(data)
            injector.run(log, out, resume=True, at=chance.randrange(20, 80), **order)
            assert_true_so_far(out)
            again = injector.run(log, out, resume=True, **order)
            assert again.exit_code == 0, again.message
            assert_same_output(out, expected)


OPERATIONS_WHEN_COMPLETE = 2
"""So many are left when ``run.json`` is gone: it is complete, and grown sources are refused."""


@pytest.mark.parametrize("interval", [0.0, None])
def test_intermediate_files_that_have_grown(interval, injector, tmp_path):
    """Their lines are merged by time: what comes later may belong before what is there."""
    files = intermediate_files(
        gzip.decompress(next((TRACES / "training").glob("*.gz")).read_bytes())
    )
    folder, out = tmp_path / "files", tmp_path / "out"
    folder.mkdir()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    injector.run(folder, tmp_path / "whole", interval=interval)
    expected = comparable(tmp_path / "whole")
    for seed in range(4):
        chance = random.Random(seed)
        for name, data in files.items():
            (folder / name).write_bytes(data[: chance.randrange(len(data) // 2, len(data))])
        operations = injector.run(folder, emptied(out), interval=interval).operations
        at = chance.randrange(operations // 2, operations - OPERATIONS_WHEN_COMPLETE)
        injector.run(folder, emptied(out), interval=interval, at=at)
        assert (out / STAGING_FOLDER / RUN_FILE).exists()
        for name, data in files.items():
            (folder / name).write_bytes(data)
        injector.run(folder, out, resume=True, interval=interval, at=at // 2)
        assert_true_so_far(out)
        again = injector.run(folder, out, resume=True, interval=interval)
        assert again.exit_code == 0, again.message
        assert_same_output(out, expected)


@pytest.mark.parametrize("jobs", [1, 3])
def test_entries_read_from_the_middle_of_large_ones(jobs, injector, tmp_path):
    """Long entries, several types on one of them, lines that are no entries, with a checkpoint
    at each."""
    log, out = tmp_path / "t.log", tmp_path / "out"
    shared = raw_entry("aot_joint_graph", b"s\n" * 3000, dump_file={"name": "d"}, dynamo_guards={})
    log.write_bytes((SMALL_LOG + shared + b"x" * 5000 + b"\n") * 3)
    order = {"large_bytes": 2000, "jobs": jobs, "workers_at_once": True}
    operations = injector.run(log, tmp_path / "whole", **order).operations
    for at in range(60, operations, operations // 6):
        injector.run(log, emptied(out), at=at, **order)
        assert injector.run(log, out, resume=True, **order).exit_code == 0
        assert_same_output(out, comparable(tmp_path / "whole"))


@pytest.fixture
def interrupted(injector, log, tmp_path) -> Path:
    """An output whose run was killed half-way."""
    out = tmp_path / "out"
    assert injector.run(log, out, at=100).exit_code == -9
    assert (out / ".artifact-stream" / "run.json").is_file()
    return out


def refused(*arguments: object, code: int, says: str, out: Path) -> None:
    before = tree(out)
    done = command("run", "--resume", *arguments, out)
    assert done.returncode == code, done.stderr
    error = done.stderr.splitlines()[-1]
    assert error.startswith("error: ")
    assert says in error
    assert tree(out) == before


def test_sources_and_options_must_be_the_same(interrupted, log, tmp_path):
    out = interrupted
    overwrite = "start from scratch with --overwrite"
    refused(log, "--lazy", code=2, says="--lazy differs (it was not given)", out=out)
    refused(log, "--only", "graph", code=2, says="--only differs", out=out)
    refused(log, "--compile-id", "0/0", code=2, says="--compile-id differs", out=out)
    other = tmp_path / "other.log"
    other.write_bytes(SMALL_LOG + b"\n")
    refused(other, code=3, says="t.log is not among them", out=out)
    refused(log, other, code=3, says="there are 2 traces now, where there was one", out=out)
    log.write_bytes(SMALL_LOG[:-200])
    refused(log, code=3, says=f"it became shorter): restore it, or {overwrite}", out=out)
    log.write_bytes(SMALL_LOG.replace(b"graph", b"graXX"))
    refused(log, code=3, says=f"its content changed): restore it, or {overwrite}", out=out)
    log.write_bytes(SMALL_LOG.replace(b"import torch", b"import texts") + SMALL_LOG)
    refused(log, code=3, says="its content changed", out=out)
    log.unlink()
    refused(log, code=3, says="check the path", out=out)
    log.write_bytes(SMALL_LOG)
    done = command("run", log, out)
    assert done.returncode == 4
    assert "add --resume to resume it, or start from scratch with --overwrite" in done.stderr
    assert command("run", "--resume", "--overwrite", log, out).returncode == 2
    assert command("run", "--resume", "-j", "2", "--strict", log, out).returncode == 1
    assert findings(out) == []


def test_another_version_does_not_go_on(interrupted, log):
    record = interrupted / ".artifact-stream" / "run.json"
    content = json.loads(record.read_bytes())
    assert content["format_version"] == 1
    record.write_text(json.dumps({**content, "generator_version": "9.9.9"}))
    refused(log, code=4, says="was begun by artifact-stream 9.9.9", out=interrupted)
    record.write_text("{")
    refused(log, code=4, says="start from scratch with --overwrite", out=interrupted)


def test_a_log_that_has_come_since(injector, tmp_path):
    """One of another rank: a folder that grew."""
    traces, out, whole = tmp_path / "traces", tmp_path / "out", tmp_path / "whole"
    traces.mkdir()
    for rank in (1, 3):
        (traces / f"t_rank_{rank}_x.log").write_bytes(SMALL_LOG)
    operations = injector.run(traces, whole).operations
    assert injector.run(traces, out, at=operations * 3 // 4).exit_code == -9
    finished = (out / ".artifact-stream" / "finished.jsonl").read_bytes()
    assert finished.count(b"\n") == 1
    inode = os.stat(out / "rank_1" / "0_0_0" / "j.json").st_ino
    (traces / "t_rank_2_x.log").write_bytes(SMALL_LOG)
    injector.run(traces, emptied(whole))
    assert injector.run(traces, out, resume=True).exit_code == 0
    assert_same_output(out, comparable(whole))
    assert os.stat(out / "rank_1" / "0_0_0" / "j.json").st_ino == inode
    # A trace that was complete, and grows before the run is.
    operations = injector.run(traces, emptied(out)).operations
    injector.run(traces, emptied(out), at=operations * 3 // 4)
    with open(traces / "t_rank_1_x.log", "ab") as log:
        log.write(SMALL_LOG)
    injector.run(traces, emptied(whole))
    assert injector.run(traces, out, resume=True).exit_code == 0
    assert_same_output(out, comparable(whole))


@pytest.mark.parametrize("kind", ["gz", "pipe"])
def test_sources_that_cannot_seek_are_read_from_their_start(kind, injector, tmp_path):
    source, out, whole = tmp_path / "t.log", tmp_path / "out", tmp_path / "whole"

    def run_it(folder: Path, **order):
        if kind == "gz":
            source.write_bytes(gzip.compress(SMALL_LOG, mtime=0))
            return injector.run(source, folder, **order)
        if not source.exists():
            os.mkfifo(source)
        writer = threading.Thread(target=feed, args=(source,))
        writer.start()
        outcome = injector.run(source, folder, **order)
        if writer.is_alive():  # Nobody has read the pipe: let it go on.
            os.close(os.open(source, os.O_RDONLY | os.O_NONBLOCK))
        writer.join(10)
        return outcome

    operations = run_it(whole).operations
    for at in range(60, operations, 35):
        run_it(emptied(out), at=at)
        assert run_it(out, resume=True).exit_code == 0
        assert_same_output(out, comparable(whole))


def feed(pipe: Path) -> None:
    """Write the log into a pipe whose reader may be killed."""
    try:
        with open(pipe, "wb") as file:
            file.write(SMALL_LOG)
    except BrokenPipeError:
        pass


@pytest.mark.parametrize("damage", ["empty", "gone", "index", "names"])
def test_after_the_power_was_lost_nothing_is_trusted(damage, injector, log, tmp_path):
    """The disk may hold any part of what was written: all that is listed is looked at again."""
    out = tmp_path / "out"
    injector.run(log, tmp_path / "whole")
    injector.run(log, out, at=120, boot_id="before")
    lines = (out / "directory.jsonl").read_bytes().splitlines(True)
    if not lines[-1].endswith(b"\n"):
        lines.pop()
    files = [out / json.loads(line)["url"] for line in lines[:2]]
    if damage == "empty":
        files[1].write_bytes(b"")
    elif damage == "gone":
        files[1].unlink()
    elif damage == "index":
        size = (out / "directory.jsonl").stat().st_size
        (out / "directory.jsonl").write_bytes(b"".join(lines[:2]).ljust(size, b"\0"))
    else:
        (out / ".artifact-stream" / "names.jsonl").write_bytes(b'["torn')
    whole = os.stat(files[0]).st_ino
    again = injector.run(log, out, resume=True, boot_id="after")
    assert again.exit_code == 0, again.message
    assert_same_output(out, comparable(tmp_path / "whole"))
    assert os.stat(files[0]).st_ino == whole


def test_without_a_run_to_go_on_with(log, tmp_path):
    out = tmp_path / "out"
    assert command("run", "--resume", log, out).returncode == 0
    made = tree(out)
    done = command("run", "--resume", log, out)
    assert done.returncode == 0
    assert done.stderr.splitlines()[-1] == f"{out} is complete already: nothing was left to do."
    assert tree(out) == made
    refused(log, "--lazy", code=2, says="--lazy differs", out=out)
    with open(log, "ab") as file:
        file.write(SMALL_LOG)
    refused(log, code=4, says="its sources have changed since", out=out)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    refused(log, code=4, says="was not made by artifact-stream", out=tmp_path / "mine")
    with pytest.raises(WrongUsage, match="give one of them"):
        run([str(log)], str(out), overwrite=True, resume=True)


def test_short_runs_make_no_checkpoint(log, tmp_path, monkeypatch):
    saved = []
    monkeypatch.setattr("artifact_stream.writers.ArtifactWriter.save", saved.append)
    run([str(log)], str(tmp_path / "out"), Options())
    assert saved == []


def test_lines_of_a_json_source_go_on_in_the_middle(injector, tmp_path):
    source, out = tmp_path / "t.jsonl", tmp_path / "out"
    source.write_bytes(
        b"".join(
            jsonl_entry("graph_dump", b"x" * 10 * n, {"name": "g"}, compile_id="\udc80")
            + jsonl_entry("t\udc80", b"x", compile_id="a/b")
            + b"\n{broken\n"
            for n in range(12)
        )
    )
    operations = injector.run(source, tmp_path / "whole", large_bytes=64).operations
    for at in range(50, operations, operations // 12):
        injector.run(source, emptied(out), at=at, large_bytes=64)
        assert injector.run(source, out, resume=True, large_bytes=64).exit_code == 0
        assert_same_output(out, comparable(tmp_path / "whole"))
