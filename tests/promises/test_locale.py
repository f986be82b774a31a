"""File names are the same UTF-8 bytes, and say what the index says, whatever the locale."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from urllib.parse import unquote_to_bytes

import pytest

from tests.helpers.support import FRAME_0, jsonl_entry, raw_entry

ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
UTF_8 = {"PYTHONUTF8": "1"}
# Where an encoding has neither of them, one of two, or all.
NAMES = ["漢字", "na\xefve", "\N{EURO SIGN}", "plain"]


def command(folder, locale, *arguments):
    environment = {**os.environ, **locale, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-m", "artifact_stream", *arguments], cwd=folder, env=environment,
        capture_output=True, check=False, timeout=60,
    )  # fmt: skip
    assert (done.returncode, b"Traceback" in done.stderr) == (0, False), done.stderr
    return done.stdout


def tree(folder):
    """Every file below a folder, its path in bytes, but for those that tell the time."""
    found = {}
    for path, _, names in os.walk(os.fsencode(folder)):
        for name in names:
            full = os.path.join(path, name)
            if name != b"summary.json":
                with open(full, "rb") as file:
                    found[os.path.relpath(full, os.fsencode(folder))] = file.read()
    return found


def log_of(text):
    return b"".join(
        raw_entry("artifact", text, {"name": name, "encoding": "string"}, **FRAME_0)
        + raw_entry("inductor_output_code", b"import x\n", {"filename": f"{name}.py"}, **FRAME_0)
        for name in NAMES
    )


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "rank_0.log").write_bytes(log_of(b"text"))
    lines = [jsonl_entry("graph_dump", b"g", {"name": name}, compile_id=name) for name in NAMES]
    (tmp_path / "logs" / "graphs.jsonl").write_bytes(b"".join(lines))
    for name in NAMES:
        log = log_of(f"of {name}".encode())
        (tmp_path / "logs" / f"{name}.log").write_bytes(log[: len(log) // 2])  # With a problem.
    return tmp_path


def test_an_output_does_not_depend_on_it(folder):
    arguments = ["--lazy", "--compile-id", "漢字", "--compile-id", "0/*"]
    command(folder, UTF_8, "run", "logs", "one", *arguments)
    command(folder, ASCII, "run", "logs", "two", *arguments)
    made, expected = tree(folder / "two"), tree(folder / "one")
    assert sorted(made) == sorted(expected)
    assert made == expected
    command(folder, ASCII, "unpack", "two")
    made = tree(folder / "two")
    indexes = [path for path in made if path.endswith(b"/directory.jsonl")]
    urls = {
        os.path.join(os.path.dirname(index), unquote_to_bytes(json.loads(line)["url"]))
        for index in indexes
        for line in made[index].splitlines()
    }
    assert len(urls) == 8 + 1 + 4 * 4  # All of rank 0, one graph, half of each other log.
    assert urls <= made.keys()


def test_commands_find_the_files_of_another_locale(folder):
    command(folder, UTF_8, "run", "logs", "na\xefve")
    before = tree(folder / "na\xefve")
    command(folder, ASCII, "verify", "na\xefve")
    command(folder, ASCII, "zip", "na\xefve", "\N{EURO SIGN}.zip")
    with zipfile.ZipFile(folder / "\N{EURO SIGN}.zip") as made:
        assert {name.encode() for name in made.namelist()} >= before.keys()
    command(folder, ASCII, "run", "logs", "na\xefve", "--overwrite")
    assert tree(folder / "na\xefve") == before
