"""A full disk, a limit, a lost folder: one sentence, exit code 4, nothing untrue, and resuming."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.helpers.crashes import (
    INTERRUPTED,
    SMALL_LOG,
    assert_same_output,
    comparable,
    emptied,
    findings,
)
from tests.helpers.support import FRAME_0, assert_same_tree, raw_entry

pytestmark = pytest.mark.slow

COMMAND = [sys.executable, "-m", "artifact_stream"]
REMEDIES = {
    "ENOSPC": "No space left on device): free some space",
    "EDQUOT": "quota",
    "EROFS": "Read-only file system): make its disk writable",
    "EMFILE": "Too many open files): allow more open files (ulimit -n)",
    "EACCES": "Permission denied): check its permissions",
    "EIO": "Input/output error): check the disk",
    "ENOENT": "No such file or directory): see who removed it",
}


OF_RELEASE = 8
"""At most so many operations of a run give the folder back, when all is written."""


def assert_one_sentence(message: str, remedy: str) -> None:
    assert "\n" not in message
    assert remedy in message
    assert message.endswith(".")
    assert "--resume" in message


def assert_whole_so_far(out: Path) -> None:
    """What was written is valid: of an output that was begun, verify says that and no more."""
    if (out / ".artifact-stream" / "run.json").exists():
        assert findings(out) == [INTERRUPTED]


@pytest.mark.parametrize("error", REMEDIES)
@pytest.mark.parametrize("lazy", [False, True])
def test_an_error_at_any_operation(error, lazy, injector, log, tmp_path):
    order = {"options": {"lazy": lazy}, "fault": error}
    operations = injector.run(log, tmp_path / "whole", **order).operations
    expected = comparable(tmp_path / "whole")
    offset = list(REMEDIES).index(error)
    failed = 0
    for at in range(1 + offset, operations - 2, 24 if lazy else 18):
        out = emptied(tmp_path / "out")
        outcome = injector.run(log, out, at=at, **order)
        is_done = at > operations - OF_RELEASE
        if outcome.exit_code == 0 and (error in ("ENOENT", "EACCES") or is_done):
            # What could not be removed was said not to be there, or all else was done.
            left = {n: d for n, d in comparable(out).items() if not n.startswith(".artifact-")}
            assert_same_tree(left, expected)
            continue
        assert outcome.exit_code == 4, (at, outcome.message)
        database = "cannot hold a temporary file" in outcome.message
        assert_one_sentence(outcome.message, "free some space" if database else REMEDIES[error])
        assert_whole_so_far(out)
        failed += 1
        again = injector.run(log, out, resume=True, options=order["options"])
        assert again.exit_code == 0, (at, again.message)
        assert_same_output(out, expected)
    assert failed >= 4


def test_a_disk_that_is_full_for_a_moment(injector, log, tmp_path):
    """One operation fails, and those after it would not."""
    operations = injector.run(log, tmp_path / "whole").operations
    for at in range(60, operations - 5, 13):
        out = emptied(tmp_path / "out")
        outcome = injector.run(log, out, at=at, fault="ENOSPC", lasts=False)
        assert outcome.exit_code in (0, 4), outcome.message
        if outcome.exit_code == 4:
            assert_whole_so_far(out)
            assert injector.run(log, out, resume=True).exit_code == 0
        assert_same_output(out, comparable(tmp_path / "whole"))


@pytest.mark.parametrize("jobs", [1, 3])
def test_a_limit_on_file_sizes(jobs, injector, tmp_path):
    """A real one, of the operating system, in workers too."""
    log, out = tmp_path / "t.log", tmp_path / "out"
    large = raw_entry("graph_dump", b"0123456789abcde\n" * 40_000, {"name": "large"}, **FRAME_0)
    log.write_bytes(SMALL_LOG + large + SMALL_LOG)
    order = {"jobs": jobs, "workers_at_once": True}
    injector.run(log, tmp_path / "whole", **order)
    outcome = injector.run(log, out, max_file_bytes=300_000, **order)
    assert outcome.exit_code == 4
    assert_one_sentence(outcome.message, "File too large): allow larger files (ulimit -f)")
    assert_whole_so_far(out)
    assert not (out / "0_0_0" / "large.txt").exists()
    assert injector.run(log, out, resume=True, **order).exit_code == 0
    assert_same_output(out, comparable(tmp_path / "whole"))


def run_from_pipe(out: Path, first: bytes, then, rest: bytes) -> tuple[int, str]:
    """Run over a pipe, and do something when the first half of it is written."""
    process = subprocess.Popen(
        [*COMMAND, "run", "-", str(out), "--progress", "none"],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin is not None

    def feed():
        try:
            process.stdin.write(first)
            process.stdin.flush()
            while not (out / "0_0_0" / "g_5.txt").exists() and process.poll() is None:
                time.sleep(0.01)
            then()
            process.stdin.write(rest)
        except BrokenPipeError:
            pass
        finally:
            with suppress(BrokenPipeError):
                process.stdin.close()

    feeder = threading.Thread(target=feed)
    feeder.start()
    assert process.stderr is not None
    said = process.stderr.read().decode()
    feeder.join()
    code = process.wait()
    process.stderr.close()
    return code, said


def entries(count: int) -> bytes:
    return b"".join(
        raw_entry("graph_dump", b"x" * 100_000, {"name": "g"}, frame_id=n % 3, frame_compile_id=0,
                  attempt=0)
        for n in range(count)
    )  # fmt: skip


def test_a_folder_that_is_removed(tmp_path):
    out = tmp_path / "out"

    def remove():
        while out.exists():  # The run is still at work there.
            shutil.rmtree(out, ignore_errors=True)

    code, said = run_from_pipe(out, entries(30), remove, entries(30))
    assert code == 4, said
    assert said.startswith(f"error: {out} cannot be written (")
    assert_one_sentence(said.strip(), "No such file or directory")


def test_a_folder_of_a_compile_id_that_is_replaced(tmp_path):
    """By a link, which leads nowhere; what is there already stays, the run can go on."""
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    elsewhere.mkdir()

    def replace():
        (out / "2_0_0").rename(tmp_path / "moved")
        (out / "2_0_0").symlink_to(elsewhere)
        # Open folders are few: that of 2_0_0 is looked up again.
        time.sleep(0.1)

    many = b"".join(
        raw_entry("graph_dump", b"x", {"name": "g"}, frame_id=n, frame_compile_id=0, attempt=0)
        for n in range(3, 100)
    )
    code, said = run_from_pipe(out, entries(30) + many, replace, many + entries(9))
    assert code == 4, said
    assert list(elsewhere.iterdir()) == []
    (out / "2_0_0").unlink()
    (tmp_path / "moved").rename(out / "2_0_0")
    log = tmp_path / "t.log"
    log.write_bytes(entries(30) + many + many + entries(9))
    with open(log, "rb") as stdin, subprocess.Popen(["cat"], stdin=stdin, stdout=-1) as cat:
        again = subprocess.run(
            [*COMMAND, "run", "--resume", "-", str(out)],
            stdin=cat.stdout, capture_output=True, check=False,
        )  # fmt: skip
    assert again.returncode == 0, again.stderr
    assert findings(out) == []


@pytest.fixture
def small_disk(tmp_path, request):
    """A prefix for commands, and a folder that is for them a disk of 1 MB that is really full soon.

    Where this machine lets nobody mount anything, the limit is one on the size of files.
    """
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = f"mount -t tmpfs -o size=1m none {folder}"
    probe = subprocess.run(["unshare", "-rm", "sh", "-c", mount], capture_output=True, check=False)
    return folder, mount, probe.returncode == 0


def test_a_disk_that_is_really_full(small_disk, tmp_path):
    folder, mount, can_mount = small_disk
    log, out = tmp_path / "t.log", folder / "out"
    log.write_bytes(entries(12))
    line = " ".join([*COMMAND, "run", str(log), str(out), "--progress", "none"])
    if can_mount:
        # Full; then with more space.
        grow = f"mount -o remount,size=20m {folder}"
        script = (
            f"{mount}; {line}; echo code $?; {line} --resume; echo code $?; {grow}; "
            f"{line} --resume; echo code $?; cp -r {out} {tmp_path}/out"
        )
        done = subprocess.run(
            ["unshare", "-rm", "sh", "-c", script], capture_output=True, check=False
        )
        reason = "No space left on device): free some space"
        expected = ["code 4", "code 4", "code 0"]
    else:
        script = (
            f"trap '' XFSZ; (ulimit -f 150; {line}); echo code $?; {line} --resume; echo code $?"
        )
        script += f"; cp -r {out} {tmp_path}/out"
        done = subprocess.run(["sh", "-c", script], capture_output=True, check=False)
        reason, expected = "File too large", ["code 4", "code 0"]
    said = done.stderr.decode().splitlines()
    assert done.stdout.decode().splitlines() == expected, said
    assert len(said) == len(expected) - 1
    for sentence in said:
        assert_one_sentence(sentence, reason)
    assert findings(tmp_path / "out") == []
    subprocess.run([*COMMAND, "run", str(log), str(tmp_path / "whole")], check=True, stderr=-3)
    assert_same_output(tmp_path / "out", comparable(tmp_path / "whole"))


def test_a_folder_without_permission(log, tmp_path):
    """Root may write everywhere; /proc refuses root too."""
    if os.geteuid() == 0:
        out, says = (
            Path("/proc/out"),
            "/proc/out cannot be made there (No such file or directory): ",
        )
        says += "name another folder."
    else:
        (tmp_path / "closed").mkdir(mode=0o500)
        out = tmp_path / "closed" / "out"
        says = f"{out} cannot be written (Permission denied): check its permissions, "
        says += "then resume with --resume."
    done = subprocess.run([*COMMAND, "run", str(log), str(out)], capture_output=True, check=False)
    assert done.returncode == 4
    assert done.stderr.decode().splitlines()[-1] == f"error: {says}"
