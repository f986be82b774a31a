"""An output whose own files were edited or damaged at random: a sentence or a finding, always."""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from artifact_stream import Options, cli, run
from tests.helpers.random_edits import edit
from tests.helpers.support import FRAME_0, raw_entry

pytestmark = pytest.mark.slow

EDITS = int(os.environ.get("EDITS", "12"))
"""So many for each kind of output and each command."""
SEED = os.environ.get("EDITS_SEED", "1")
KINDS = ("single", "lazy", "several", "interrupted")
COMMANDS = {
    "verify": ["verify", "OUT"],
    "verify as JSON": ["verify", "--json", "OUT"],
    "zip": ["zip", "OUT", "ZIP"],
    "zip redacted": ["zip", "--redact", "OUT", "ZIP"],
    "unpack": ["unpack", "--jobs", "1", "--progress", "none", "OUT"],
    "resume": ["run", "--resume", "--jobs", "1", "--progress", "none", "LOGS", "OUT"],
    "overwrite": ["run", "--overwrite", "--jobs", "1", "--progress", "none", "LOGS", "OUT"],
}
READING = ("verify", "verify as JSON", "zip", "zip redacted")


CODE = b"# /home/alice/m.py\nimport torch\n"


def log_of(name: str) -> bytes:
    return (
        raw_entry("aot_joint_graph", b"# /home/alice/m.py\nclass G: pass", rank=0, **FRAME_0)
        + raw_entry("graph_dump", b"g", {"name": f"é {name}"}, **FRAME_0) * 3
        + raw_entry("inductor_output_code", CODE, {"filename": "a.py"}, **FRAME_0)
        + raw_entry("inductor_output_code", CODE * 2, {"filename": "/home/alice/a.py"}, **FRAME_0)
        + raw_entry("nobody_knows_this", b"/home/\xff\xfe/x", {"name": "\udc80"}, **FRAME_0)
        + raw_entry("artifact", b"[1]", {"name": "_home_alice_x", "encoding": "json"}, **FRAME_0)
        + raw_entry(
            "artifact",
            b"/home/alice/x why",
            {"name": "dynamo_graph_break_reason", "encoding": "string"},
        )
        + raw_entry("link", None, {"name": "l", "url": "https://x/"}, **FRAME_0)
        + raw_entry("dump_file", b"x", {"name": "d"})
        + b"no entry of /home/alice/x\n"
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory, injector) -> Path:
    folder = tmp_path_factory.mktemp("made")
    for number in range(2):
        (folder / "logs").mkdir(exist_ok=True)
        (folder / "logs" / f"rank_{number}.log").write_bytes(log_of(f"n{number}"))
    one, both = folder / "logs" / "rank_0.log", folder / "logs"
    run([str(one)], str(folder / "single"), jobs=1)
    run([str(both)], str(folder / "several"), jobs=1)
    run([str(both)], str(folder / "lazy"), Options(lazy=True), jobs=1)
    whole = injector.run(both, folder / "whole")
    injector.run(both, folder / "interrupted", at=whole.operations * 2 // 3)
    assert (folder / "interrupted" / ".artifact-stream" / "run.json").exists()
    return folder


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", COMMANDS)
def test_a_sentence_or_a_finding(name, kind, made, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    out, zipped = tmp_path / "out", tmp_path / "z.zip"
    logs = made / "logs" / ("rank_0.log" if kind == "single" else "")
    places = {"OUT": str(out), "ZIP": str(zipped), "LOGS": str(logs)}
    line = [places.get(part, part) for part in COMMANDS[name]]
    if kind == "lazy" and line[0] == "run":
        line.append("--lazy")
    codes = set()
    for number in range(EDITS):
        chance = random.Random(f"{SEED} {kind} {name} {number}")
        shutil.rmtree(out, ignore_errors=True)
        zipped.unlink(missing_ok=True)
        shutil.copytree(made / kind, out)
        said = edit(out, chance)
        done = CliRunner().invoke(cli.app, [*line, "--debug"])
        told = f"EDITS_SEED={SEED} {kind} {name} {number}: {said}\n{done.output[-3000:]}"
        assert done.exit_code in (0, 1, 3, 4), told
        if done.exit_code in (3, 4):
            assert "error: " in done.stderr, told
        elif done.exit_code == 1:
            assert name.startswith("verify"), told
        codes.add(done.exit_code)
        if name in READING:
            assert out.exists()
    if name.startswith("verify"):
        assert 1 in codes
