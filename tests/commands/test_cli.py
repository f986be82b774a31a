"""The command as people run it: exit codes, stdin, stdout, stderr, with and without a terminal."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.helpers.support import FRAME_0, TRACES, raw_entry

LOG = next((TRACES / "inference").glob("*.log.gz"))
COMMAND = [sys.executable, "-m", "artifact_stream"]
CONTROL = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]")


def run(*arguments, **options) -> subprocess.CompletedProcess[bytes]:
    options.setdefault("stdin", subprocess.DEVNULL)
    command = [*COMMAND, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=False, **options)


def test_a_run_says_what_it_did_on_stderr_and_nothing_on_stdout(tmp_path):
    done = run("run", LOG, tmp_path / "out")
    assert (done.returncode, done.stdout) == (0, b"")
    said = done.stderr.decode()
    for word in ("entries", "files", "read", "written", "skipped", "problems", "speed", "B/s",
                 "peak memory", str(tmp_path / "out" / "index.html")):  # fmt: skip
        assert word in said
    assert (tmp_path / "out" / "index.html").is_file()


def test_sizes_are_in_powers_of_1024(tmp_path):
    (tmp_path / "t.log").write_bytes(raw_entry("aot_joint_graph", b"x" * (3 << 20)))
    said = run("run", tmp_path / "t.log", tmp_path / "out").stderr.decode()
    assert re.search(r"^artifact-stream: reading 1 trace, 3\.0 MiB$", said, re.MULTILINE)
    assert re.search(r"^read +3\.0 MiB$", said, re.MULTILINE)
    assert re.search(r"^speed +\S+ [KMG]iB/s in ", said, re.MULTILINE)


def test_json_alone_is_on_stdout(tmp_path):
    done = run("run", "--json", LOG, tmp_path / "out")
    summary = json.loads(done.stdout)
    assert summary == json.loads((tmp_path / "out" / "summary.json").read_bytes())
    assert summary["arguments"]["sources"] == [str(LOG)]
    assert summary["format_version"] == 1


def test_stdin(tmp_path):
    with open(LOG, "rb") as stdin:
        done = run("run", "-", tmp_path / "out", stdin=stdin)
    assert done.returncode == 0
    assert b"from a pipe" in done.stderr
    with subprocess.Popen(["cat", str(LOG)], stdout=subprocess.PIPE) as cat:
        assert run("run", "-", tmp_path / "out2", stdin=cat.stdout).returncode == 0
    assert (tmp_path / "out" / "directory.jsonl").read_bytes() == (
        tmp_path / "out2" / "directory.jsonl"
    ).read_bytes()


def test_a_named_pipe_is_a_source(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["sh", "-c", f"cat {LOG} > {pipe}"]):
        done = run("run", pipe, tmp_path / "out")
    assert done.returncode == 0
    assert (tmp_path / "out" / "0_0_0").is_dir()


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["run"], 2, "SOURCE"),
        (["zip", "x"], 2, "ZIP"),
        (["nonsense"], 2, "nonsense"),
        (["run", "--only", "nonsense", "x", "y"], 2, "nonsense"),
        (["run", "--progress-interval", "0", "x", "y"], 2, "0.1"),
        (["run", "no-such-file", "out"], 3, "check the path"),
        (["run", "empty", "out"], 3, "expected a raw TORCH_TRACE log"),
        (["run", "full", "full"], 4, "add -o OUT"),
        (["run", "full/log", "empty"], 4, "name another"),
        (["run", "full/log", "empty/out"], 4, "error:"),
        (["run", "full/log", "/proc/out"], 4, "cannot be made there"),
        (["full/log\x1b[31m"], 3, "full/log\\x1b[31m is not there"),
        (["run", "full/bad.log", "out", "--strict"], 1, "problems.jsonl"),
    ],
)
def test_exit_codes_and_sentences(arguments, code, says, tmp_path):
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "log").write_bytes(raw_entry("aot_joint_graph", b"x"))
    (tmp_path / "full" / "bad.log").write_bytes(raw_entry("aot_joint_graph", b"x") + b"bad\n")
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == code, done.stderr.decode()
    assert says in done.stderr.decode()
    assert b"Traceback" not in done.stderr


def test_stdin_without_a_trace(tmp_path):
    done = run("run", "-", tmp_path / "out")
    assert done.returncode == 3
    assert b"stdin holds nothing: expected a raw TORCH_TRACE log" in done.stderr
    assert not (tmp_path / "out").exists()


def test_problems_are_no_error_without_strict(tmp_path):
    (tmp_path / "t.log").write_bytes(raw_entry("aot_joint_graph", b"x") + b"bad\n")
    done = run("run", tmp_path / "t.log", tmp_path / "out")
    assert done.returncode == 0
    assert b"not_an_entry 1" in done.stderr


def test_debug_shows_the_traceback(tmp_path):
    done = run("run", "--debug", "no-such-file", tmp_path / "out")
    assert done.returncode == 3
    assert b"Traceback" in done.stderr


def test_a_read_only_folder_is_one_sentence(tmp_path):
    # /proc refuses new folders to root too.
    done = run("run", LOG, "/proc/out")
    assert done.returncode == 4
    assert done.stderr.decode().count("\n") <= 3
    says = (
        b"error: /proc/out cannot be made there (No such file or directory): name another folder.\n"
    )
    assert done.stderr.endswith(says)


def test_options_reach_the_run(tmp_path):
    done = run("run", LOG, tmp_path / "out", "--plain-text", "--only", "codegen", "--json")
    summary = json.loads(done.stdout)
    assert summary["arguments"]["plain_text"] is True
    assert summary["entries"]["written"] == summary["types"]["inductor_output_code"]["written"] > 0
    assert not list((tmp_path / "out" / "0_0_0").glob("*.html"))


@pytest.mark.parametrize("environment", [{}, {"FORCE_COLOR": "1"}, {"CI": "true"}])
def test_plain_progress_is_lines_without_control_codes(environment, tmp_path):
    environment = {**os.environ, **environment}
    done = run("run", LOG, tmp_path / "out", env=environment)
    lines = done.stderr.decode().splitlines()
    assert lines[0].startswith("artifact-stream: reading 1 trace, ")
    assert lines[1].startswith("artifact-stream: done: 100%, ")
    assert not CONTROL.search(done.stderr)


def test_plain_progress_comes_while_the_run_goes_on(tmp_path):
    command = [*COMMAND, "run", "-", str(tmp_path / "out"), "--progress-interval", "0.2"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stderr is not None
    process.stdin.write(raw_entry("aot_joint_graph", b"x" * 200_000, **FRAME_0))
    process.stdin.flush()
    assert b"from a pipe" in process.stderr.readline()
    assert b"entries" in process.stderr.readline()  # the input is still open
    process.stdin.close()
    said = process.stderr.read()
    assert b"done: " in said
    assert process.wait() == 0
    process.stderr.close()


def test_no_progress(tmp_path):
    done = run("run", LOG, tmp_path / "out", "--progress", "none")
    assert (done.returncode, done.stderr, done.stdout) == (0, b"", b"")


def in_terminal(*arguments: str, environment: dict[str, str] | None = None) -> tuple[int, bytes]:
    """Run the command in a pseudo-terminal; its exit code and all it shows."""
    parent, child = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", **(environment or {})}
    environment.pop("CI", None)
    process = subprocess.Popen(
        [*COMMAND, *arguments], stdin=child, stdout=child, stderr=child, env=environment
    )
    os.close(child)
    shown = b""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        ready, _, _ = select.select([parent], [], [], 0.2)
        if ready:
            try:
                data = os.read(parent, 65536)
            except OSError:  # the other end is closed
                break
            if not data:
                break
            shown += data
        elif process.poll() is not None:
            break
    os.close(parent)
    return process.wait(), shown


def test_a_terminal_gets_a_bar_and_a_table(tmp_path):
    code, shown = in_terminal("run", str(LOG), str(tmp_path / "out"))
    assert code == 0
    assert b"\x1b[" in shown
    assert b"entries" in shown
    assert b"peak memory" in shown
    assert b"artifact-stream: reading" not in shown
    assert re.search(rb"\d+\.\d/\d+\.\d KiB", shown)
    assert not re.search(rb"\d (kB|MB|bytes)", shown)


def test_a_terminal_without_colour(tmp_path):
    _, shown = in_terminal("run", str(LOG), str(tmp_path / "out"), environment={"NO_COLOR": "1"})
    assert not re.search(rb"\x1b\[[0-9;]*3[0-9]m", shown)


def test_a_dumb_terminal_gets_lines(tmp_path):
    _, shown = in_terminal("run", str(LOG), str(tmp_path / "out"), environment={"TERM": "dumb"})
    assert b"artifact-stream: reading" in shown
    assert b"\x1b[" not in shown


def test_interrupted(tmp_path):
    command = [*COMMAND, "run", "-", str(tmp_path / "out")]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdin is not None
    process.stdin.write(raw_entry("aot_joint_graph", b"x", **FRAME_0) * 3)
    process.stdin.write(raw_entry("aot_joint_graph", b"x" * 3_000_000, **FRAME_0) * 3)
    process.stdin.flush()
    while not (tmp_path / "out" / "0_0_0" / "aot_joint_graph.txt").exists():
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(2)
    _, said = process.communicate()
    assert process.returncode == 130
    assert b"Interrupted: " in said
    assert b"Traceback" not in said


def test_version_and_help():
    assert re.fullmatch(rb"artifact-stream \d+\.\d+\.\d+\n", run("--version").stdout)
    shown = run("run", "--help", env={**os.environ, "COLUMNS": "200"}).stdout.decode()
    options = "--plain-text --only --include --compile-id --json --overwrite --strict --progress"
    for word in ("SOURCE", "OUT", "Examples", "zcat trace.log.gz", *options.split()):
        assert word in shown


def test_shell_completion():
    environment = {**os.environ, "_ARTIFACT_STREAM_COMPLETE": "complete_bash",
                   "COMP_WORDS": "artifact-stream run --pl", "COMP_CWORD": "2"}  # fmt: skip
    command = [str(Path(sys.executable).parent / "artifact-stream")]
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert b"--plain-text" in done.stdout


HEAVY = {"ijson", "msgspec", "pydantic", "pygments", "rich", "sqlite3", "typer", "backports.zstd"}


def imported_by(*arguments: str) -> set[str]:
    command = [sys.executable, "-X", "importtime", *arguments]
    done = subprocess.run(command, capture_output=True, check=True)
    lines = done.stderr.decode().splitlines()
    return {line.rpartition("|")[2].strip() for line in lines if line.startswith("import time:")}


def test_importing_the_package_imports_nothing_heavy():
    assert not imported_by("-c", "import artifact_stream") & HEAVY


def test_the_version_needs_the_command_line_and_nothing_else():
    assert imported_by("-m", "artifact_stream", "--version") & HEAVY <= {"typer"}


def test_a_plain_run_does_without_pages(tmp_path):
    imported = imported_by("-m", "artifact_stream", "run", "-p", str(LOG), str(tmp_path / "out"))
    assert not imported & {"pydantic", "pygments", "rich", "sqlite3", "ijson"}
