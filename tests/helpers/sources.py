"""Logs that differ, folders of them, and what a run makes of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from artifact_stream import RunSummary, run
from tests.helpers.support import FRAME_0, raw_entry, tree

LIKE_ANY_USER = (
    "import ctypes, os, sys\n"
    "for capability in (1, 2): ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)\n"
    "os.execv(sys.executable, [sys.executable, '-m', 'artifact_stream', *sys.argv[1:]])\n"
)
"""Root may read everything, by two capabilities, which this gives up."""


def log(number: int, **context: Any) -> bytes:
    """A log that equals no other one."""
    first = raw_entry("artifact", b"a" * 5000, {"name": f"first_{number}"}, **context)
    payload = f"graph {number}".encode()
    return first + raw_entry("aot_joint_graph", payload, **FRAME_0, **context)


def extracted(folder: Path, *sources: Path, out: str = "out", **arguments: Any) -> RunSummary:
    """Run into a folder of this one; each entry is accounted for."""
    summary = run([str(source) for source in sources], str(folder / out), **arguments)
    counts = summary.counts
    handled = counts.entries_written + counts.entries_told
    accounted = handled + counts.entries_skipped + counts.entries_unusable
    assert counts.entries_read == accounted
    return summary


def result(out: Path) -> dict[str, bytes]:
    """The tree without what tells of the run itself."""
    files = tree(out)
    return {name: files[name] for name in files if name not in ("summary.json", "index.html")}


def in_folder(folder: Path, members: Mapping[str, bytes]) -> Path:
    """A folder of these files in this one."""
    top = folder / "folder"
    for name, data in members.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_bytes(data)
    return top
