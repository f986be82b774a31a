"""Output folders in which somebody has put something else: a sentence, no hang, bounded memory.

An output comes with a bug report as its log does; what lies in it is as little to be trusted.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from artifact_stream import Options, run
from tests.helpers.crashes import INTERRUPTED, Injector, assert_same_output, comparable, findings
from tests.helpers.support import FRAME_0, raw_entry

pytestmark = pytest.mark.slow

COMMAND = [sys.executable, "-m", "artifact_stream"]
STAGING = ".artifact-stream"
COMMANDS = {
    "verify": ["verify", "OUT"],
    "zip": ["zip", "--redact", "OUT", "ZIP"],
    "unpack": ["unpack", "OUT"],
    "resume": ["run", "--resume", "LOG", "OUT"],
    "overwrite": ["run", "--overwrite", "LOG", "OUT"],
}
MAX_MEMORY_BYTES = 400 << 20
"""What a command may map, most of it shared: its peak of memory is far below."""


def log_of(entries: int) -> bytes:
    return b"".join(
        raw_entry("graph_dump", b"class G: pass\n" * 20, {"name": f"g{number % 7}"}, **FRAME_0)
        + raw_entry("inductor_output_code", b"import torch\n", {"filename": "a.py"}, **FRAME_0)
        for number in range(entries)
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory, injector) -> dict[str, Path]:
    """A log, an output of it that was interrupted behind a checkpoint, and a lazy one."""
    folder = tmp_path_factory.mktemp("made")
    log = folder / "t.log"
    log.write_bytes(log_of(20))
    whole = injector.run(log, folder / "whole")
    injector.run(log, folder / "interrupted", at=whole.operations // 2)
    assert (folder / "interrupted" / STAGING / "checkpoint").exists()
    run([str(log)], str(folder / "lazy"), Options(lazy=True), jobs=1)
    return {name: folder / name for name in ("t.log", "whole", "interrupted", "lazy")}


@pytest.fixture
def out_of(made, tmp_path) -> Callable[[str], Path]:
    def copied(name: str) -> Path:
        shutil.rmtree(tmp_path / "out", ignore_errors=True)
        shutil.copytree(made[name], tmp_path / "out")
        return tmp_path / "out"

    return copied


def command(name: str, out: Path, log: Path, *options: str) -> subprocess.CompletedProcess[str]:
    places = {"OUT": str(out), "LOG": str(log), "ZIP": str(out.parent / "z.zip")}
    (out.parent / "z.zip").unlink(missing_ok=True)
    line = ["prlimit", f"--data={MAX_MEMORY_BYTES}", *COMMAND]
    line += [places.get(part, part) for part in COMMANDS[name]] + [*options]
    done = subprocess.run(
        line, capture_output=True, check=False, text=True, timeout=60, stdin=subprocess.DEVNULL
    )
    assert done.returncode in (0, 1, 3, 4), (name, done.stderr)
    assert "Traceback" not in done.stderr
    assert done.returncode in (0, 1) or done.stderr.splitlines()[-1].startswith("error: ")
    return done


def put_pipe(path: Path) -> None:
    os.mkfifo(path)


def put_endless_link(path: Path) -> None:
    path.symlink_to("/dev/zero")


def put_endless_file(path: Path) -> None:
    """More than a command may hold, and it takes no space."""
    path.touch()
    os.truncate(path, MAX_MEMORY_BYTES + (100 << 20))


def put_folder(path: Path) -> None:
    path.mkdir()
    (path / "mine").write_text("mine")


def put_nested(path: Path) -> None:
    path.write_text('{"a":' + "[" * 100_000 + "\n")


PUTS = [put_pipe, put_endless_link, put_endless_file, put_folder, put_nested]
STAGED = ["run.json", "checkpoint", "names.jsonl", "pending", "discarded-1", "finished.jsonl"]
FINISHED = ["format.json", "summary.json", "directory.jsonl", "problems.jsonl", "index.html",
            "compile_directory.json", "report/head.js", "packs/000001.js"]  # fmt: skip


def replaced(path: Path, put: Callable[[Path], None]) -> Path:
    if path.is_dir():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
    put(path)
    return path


@pytest.mark.parametrize("put", PUTS, ids=lambda put: put.__name__)
@pytest.mark.parametrize("name", STAGED)
def test_what_an_interrupted_run_has_left_may_be_anything(name, put, made, out_of):
    for each in ("verify", "resume", "overwrite"):
        out = out_of("interrupted")
        replaced(out / STAGING / name, put)
        done = command(each, out, made["t.log"])
        if each == "resume" and done.returncode == 0:
            assert findings(out) == []


@pytest.mark.parametrize("put", PUTS, ids=lambda put: put.__name__)
@pytest.mark.parametrize("name", FINISHED)
def test_what_a_lazy_run_has_made_may_be_anything(name, put, made, out_of):
    for each in COMMANDS:
        out = out_of("lazy")
        path = replaced(out / name, put)
        done = command(each, out, made["t.log"], *["--lazy"] * (each == "resume"))
        if each == "verify":
            assert done.returncode in (1, 4), done.stdout
            assert path.name in done.stdout + done.stderr
        elif each == "overwrite" and done.returncode == 0:
            assert [slug for slug, _ in findings(out)] in ([], ["foreign_file"])


@pytest.mark.parametrize("put", PUTS[:2], ids=lambda put: put.__name__)
def test_an_index_may_be_anything_where_a_run_is_gone_on_with(put, made, out_of):
    for name in ("directory.jsonl", "problems.jsonl"):
        out = out_of("interrupted")
        replaced(out / name, put)
        command("verify", out, made["t.log"])
        command("resume", out, made["t.log"])


def edits_of(out: Path) -> Iterator[tuple[str, Callable[[], None]]]:
    """Each makes a checkpoint say what no run has said."""
    checkpoint, names = out / STAGING / "checkpoint", out / STAGING / "names.jsonl"
    first, _, note = checkpoint.read_text().partition("\n")
    digest = first.partition(" ")[2]

    def with_first(line: str) -> Callable[[], None]:
        return lambda: checkpoint.write_text(f"{line}\n{note}") and None

    def with_note(key: str, value: str) -> Callable[[], None]:
        changed, count = re.subn(rf'"{key}":-?\d+', f'"{key}":{value}', note)
        assert count
        return lambda: checkpoint.write_text(f"{first}\n{changed}") and None

    for length in ("0", "-5", "x", "", "2147483648", "9" * 5000):
        yield f"names {length[:9]}", with_first(f"{length} {digest}")
    for value in ("-7", "77", "9223372036854775807", "9" * 30):
        yield f"offset {value}", with_note("offset_bytes", value)
        yield f"index {value}", with_note("index_bytes", value)
    yield "planned", with_note("planned", "3")
    text = names.read_text()
    yield "numbers", lambda: names.write_text(re.sub(r",\d+\]", ",-5]", text)) and None
    yield "names", lambda: names.write_text(text.replace("g1", "g9")) and None
    yield "shorter", lambda: names.write_text(text[:-9]) and None
    yield "no text", lambda: names.write_bytes(b"\xff" * len(text)) and None


def test_an_edited_checkpoint_is_not_gone_on_from(made, out_of, tmp_path):
    expected = comparable(made["whole"])
    for name in [name for name, _ in edits_of(out_of("interrupted"))]:
        out = out_of("interrupted")
        dict(edits_of(out))[name]()
        done = command("resume", out, made["t.log"])
        assert done.returncode == 0, (name, done.stderr)
        assert_same_output(out, expected)


def test_an_untouched_one_is(made, out_of):
    out = out_of("interrupted")
    assert findings(out) == [INTERRUPTED]
    first = json.loads((out / "directory.jsonl").read_bytes().splitlines()[0])
    before = os.stat(out / first["url"]).st_ino
    assert command("resume", out, made["t.log"]).returncode == 0
    assert_same_output(out, comparable(made["whole"]))
    assert os.stat(out / first["url"]).st_ino == before


@pytest.mark.parametrize("line", ['{"a":' + "[" * 100_000, "x" * (9 << 20), "\udc80"])
def test_one_bad_index_line_costs_that_line(line, made, out_of):
    out = out_of("lazy")
    with open(out / "directory.jsonl", "ab") as index:
        index.write(line.encode("utf-8", "surrogateescape") + b"\n")
    assert command("verify", out, made["t.log"]).returncode == 1
    assert command("unpack", out, made["t.log"]).returncode == 4
    assert command("overwrite", out, made["t.log"]).returncode == 0
    assert findings(out) == []


def test_a_folder_in_the_way_is_named(made, out_of):
    out = out_of("interrupted")
    replaced(out / STAGING / "checkpoint.part", put_folder)
    replaced(out / STAGING / "names.jsonl", put_folder)
    done = command("resume", out, made["t.log"])
    assert done.returncode == 4
    assert "which is in the way" in done.stderr
    shutil.rmtree(out / STAGING / "checkpoint.part")
    shutil.rmtree(out / STAGING / "names.jsonl")
    assert command("resume", out, made["t.log"]).returncode == 0
    assert_same_output(out, comparable(made["whole"]))


def test_a_run_that_failed_before_it_began_can_be_gone_on_with(made, tmp_path):
    """`verify` says the same as the run did."""
    injector = Injector()
    try:
        whole = injector.run(made["t.log"], tmp_path / "whole")
        for at in range(1, 30):
            out = tmp_path / str(at)
            injector.run(made["t.log"], out, at=at, fault="ENOSPC")
            if (out / "format.json").exists():
                assert [slug for slug, _ in findings(out)] == ["interrupted_run"], at
        assert whole.operations > 30
    finally:
        injector.close()
