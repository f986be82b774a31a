"""Running in children that are killed or fail, and comparing what comes of resuming afterwards."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from artifact_stream.tools.verify.outputs import verify
from tests.helpers.injector import Order, Outcome
from tests.helpers.support import FRAME_0, assert_same_tree, raw_entry, tree

ROOT = Path(__file__).parents[2]
INTERRUPTED = ("interrupted_run", ".artifact-stream/run.json")

# Something of each kind: types on one line, repeats, problems of every tier, links, skipped types.
SMALL_LOG = b"".join(
    [
        raw_entry("aot_joint_graph", b"graph", **FRAME_0),
        raw_entry("chromium_event", b"{}"),
        raw_entry("inductor_output_code", b"import torch\n", {"filename": "a.py"}, **FRAME_0),
        raw_entry("artifact", b"[1]", {"name": "j", "encoding": "json"}, **FRAME_0),
        b"no entry\n",
        raw_entry("artifact", b"[1", {"name": "k", "encoding": "json"}, **FRAME_0),
        raw_entry("graph_dump", b"x", {"name": "same"}, **FRAME_0),
        raw_entry("graph_dump", b"y", {"name": "same"}, md5="0" * 32, **FRAME_0),
        raw_entry("link", None, {"name": "l", "url": "https://x/"}, **FRAME_0),
        # Two entries tell of one failure, which counts once, wherever a run is resumed.
        raw_entry("artifact", b"Why", {"name": "dynamo_error", "encoding": "string"}, **FRAME_0),
        raw_entry("compilation_metrics", None, {"fail_type": "KeyError"}, **FRAME_0),
        raw_entry("aot_joint_graph", b"shared", dump_file={"name": "both"}, dynamo_guards={}),
        raw_entry("graph_dump", b"y" * 5000, {"name": "long"}, frame_id=1),
        raw_entry("dump_file", b"x", {"name": "d"}),
    ]
)


class Injector:
    """The process in which the runs of a test module happen."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.helpers.injector"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            text=True,
        )

    def run(self, source: Any, out: Path, **order: Any) -> Outcome:
        """Run, and tell how it ended."""
        sources = [str(each) for each in source] if isinstance(source, list) else [str(source)]
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asdict(Order(sources, str(out), **order))) + "\n")
        self._process.stdin.flush()
        return Outcome(**json.loads(self._process.stdout.readline()))

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()


def comparable(out: Path) -> dict[str, bytes]:
    """An output's tree without what differs from run to run."""
    made = tree(out)
    content = json.loads(made.pop("summary.json"))
    for key in ("wall_seconds", "bytes_per_second", "peak_memory_bytes"):
        del content[key]
    del content["arguments"]["out"]
    for trace in content["traces"]:
        del trace["wall_seconds"]
    made["summary.json"] = json.dumps(content).encode()
    return made


def assert_same_output(out: Path, expected: dict[str, bytes]) -> None:
    """Compare an output with that of a run that nothing has happened to."""
    assert_same_tree(comparable(out), expected)
    assert not list(out.rglob(".artifact-stream"))
    assert findings(out) == []


def findings(out: Path) -> list[tuple[str, str]]:
    """What verify says of an output."""
    return [(finding.slug, finding.url) for finding in verify(str(out))]


def assert_true_so_far(out: Path) -> None:
    """What an interrupted run has left is whole and its index tells no lie."""
    if (out / ".artifact-stream" / "run.json").exists():
        assert findings(out) == [INTERRUPTED]
    else:  # It had not begun, or had come to its end.
        assert not list(out.rglob("directory.jsonl")) or (out / "summary.json").exists()


def emptied(out: Path) -> Path:
    """The folder, which is gone."""
    shutil.rmtree(out, ignore_errors=True)
    return out
