"""Compare artifact-stream with its peers on logs made of real traces; run by ``make bench``.

    python benchmarks/compare.py [--megabytes 200] [--runs 5] [--write docs/benchmarks.md]

Whole processes, in alternation, each into a new folder.  Quoted are medians of wall time and
user CPU and the peak memory of the largest process, as the operating system counts them.  This
process stays small: what it has in memory would count for its children.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
BIN = Path(sys.executable).parent


@dataclass
class Peer:
    """One command that is measured; ``LOG`` and ``OUT`` stand for its arguments."""

    name: str
    command: list[str]
    wall: list[float] = field(default_factory=list)
    user: list[float] = field(default_factory=list)
    peak_bytes: list[int] = field(default_factory=list)

    def run(self, log: str, out: str) -> None:
        command = [
            log if word == "LOG" else out if word == "OUT" else word for word in self.command
        ]
        started = time.perf_counter()
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL
        )
        _, status, usage = os.wait4(process.pid, 0)
        self.wall.append(time.perf_counter() - started)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
        self.user.append(usage.ru_utime)
        self.peak_bytes.append(usage.ru_maxrss * 1024)


def peers() -> list[Peer]:
    ours = [str(BIN / "artifact-stream"), "run", "--progress", "none"]
    tlparse = [str(BIN / "tlparse"), "--no-browser", "-o", "OUT"]
    return [
        Peer("tlparse", [*tlparse, "LOG"]),
        Peer("artifact-stream", [*ours, "LOG", "OUT"]),
        Peer("tlparse -p", [*tlparse, "-p", "LOG"]),
        Peer("artifact-stream -p", [*ours, "-p", "LOG", "OUT"]),
        Peer("naive loop", [sys.executable, str(HERE / "naive.py"), "LOG", "OUT"]),
    ]


def payloads_of(out: str, suffixes: tuple[str, ...]) -> dict[str, int]:
    """How many files of each content a run has made: what must agree between peers."""
    import hashlib

    found: dict[str, int] = {}
    for path in Path(out).rglob("*"):
        if path.name.endswith(suffixes) and path.is_file():
            digest = hashlib.md5(path.read_bytes()).hexdigest()
            found[digest] = found.get(digest, 0) + 1
    return found


def check_agreement(log: str, folder: str) -> int:
    """Both plain outputs hold the same graphs; returns how many."""
    mine, theirs = f"{folder}/check-mine", f"{folder}/check-theirs"
    by_name = {peer.name: peer for peer in peers()}
    by_name["artifact-stream -p"].run(log, mine)
    by_name["tlparse -p"].run(log, theirs)
    # Their names carry a number; the joint graphs are the largest texts of both.
    ours = payloads_of(mine, ("aot_joint_graph.txt",))
    other: dict[str, int] = {}
    for path in Path(theirs).rglob("aot_joint_graph_*.txt"):
        for digest, count in payloads_of(str(path.parent), (path.name,)).items():
            other[digest] = other.get(digest, 0) + count
    if ours != other:
        raise SystemExit("the outputs disagree: the comparison would mean nothing")
    shutil.rmtree(mine)
    shutil.rmtree(theirs)
    return sum(ours.values())


def measure(log: str, runs: int, folder: str, names: tuple[str, ...] = ()) -> list[Peer]:
    measured = [peer for peer in peers() if not names or peer.name in names]
    for round_ in range(runs + 1):
        for peer in measured:
            out = f"{folder}/{peer.name.replace(' ', '')}-{round_}"
            peer.run(log, out)
            shutil.rmtree(out)
            if round_ == 0:  # to warm up
                peer.wall.clear()
                peer.user.clear()
                peer.peak_bytes.clear()
    return measured


def table(measured: list[Peer]) -> str:
    rows = [
        "| command | wall, s | spread | user CPU, s | peak memory, MB | wall against tlparse |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    wall = {peer.name: statistics.median(peer.wall) for peer in measured}
    for peer in measured:
        base = "tlparse -p" if "-p" in peer.name else "tlparse"
        ratio = wall[base] / wall[peer.name]
        rows.append(
            f"| `{peer.name}` | {wall[peer.name]:.2f} | {min(peer.wall):.2f} to "
            f"{max(peer.wall):.2f} | {statistics.median(peer.user):.2f} | "
            f"{max(peer.peak_bytes) / 1e6:.0f} | {ratio:.1f}x |"
        )
    return "\n".join(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--megabytes", type=float, default=200)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--write", help="a file whose generated part gets the tables")
    arguments = parser.parse_args()
    # Memory is the fairest disk: ext4 is slow for minutes after many deletions.
    base = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    parts = []
    with tempfile.TemporaryDirectory(prefix="bench", dir=base) as folder:
        for megabytes in (arguments.megabytes / 10, arguments.megabytes):
            log = f"{folder}/{megabytes:g}.log"
            subprocess.run(
                [sys.executable, str(HERE / "make_data.py"), str(megabytes), log], check=True
            )
            graphs = check_agreement(log, folder)
            size = os.path.getsize(log) / 1e6
            measured = measure(log, arguments.runs, folder)
            parts.append(
                f"A log of {size:.0f} MB, medians of {arguments.runs} runs in alternation "
                f"({graphs} joint graphs, the same in both outputs):\n\n{table(measured)}"
            )
            print(parts[-1], end="\n\n")
    if arguments.write:
        write_generated(Path(arguments.write), "\n\n".join(parts))


def write_generated(path: Path, text: str) -> None:
    begin, end = "<!-- generated: comparison -->\n", "<!-- end -->"
    before, _, rest = path.read_text(encoding="utf-8").partition(begin)
    after = rest.partition(end)[2]
    path.write_text(f"{before}{begin}{text}\n{end}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
