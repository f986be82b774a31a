"""Running whole commands and measuring them, as the operating system counts."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
BIN = Path(sys.executable).parent


@dataclass
class Peer:
    """One command that is measured; ``SOURCE`` and ``OUT`` stand for its arguments."""

    name: str
    command: list[str]
    source: str
    wall: list[float] = field(default_factory=list)
    user: list[float] = field(default_factory=list)
    peak_bytes: list[int] = field(default_factory=list)

    def run(self, out: str) -> None:
        """Run it once into a folder and note what it took."""
        words = {"SOURCE": self.source, "OUT": out}
        command = [words.get(word, word) for word in self.command]
        started = time.perf_counter()
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL
        )
        # Of the process and all that it has waited for; the peak is that of the largest one.
        _, status, usage = os.wait4(process.pid, 0)
        self.wall.append(time.perf_counter() - started)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
        self.user.append(usage.ru_utime)
        self.peak_bytes.append(usage.ru_maxrss * 1024)

    def forget(self) -> None:
        """Drop what a run to warm up has shown."""
        for figures in (self.wall, self.user, self.peak_bytes):
            figures.clear()

    @property
    def median_wall(self) -> float:
        return statistics.median(self.wall)

    @property
    def median_user(self) -> float:
        return statistics.median(self.user)

    @property
    def peak_megabytes(self) -> float:
        return max(self.peak_bytes) / 1e6


def ours(name: str, source: str, *options: str) -> Peer:
    command = [str(BIN / "artifact-stream"), "run", "--progress", "none", *options, "SOURCE", "OUT"]
    return Peer(name, command, source)


def tlparse(name: str, source: str, *options: str) -> Peer:
    command = [str(BIN / "tlparse"), "--no-browser", *options, "-o", "OUT", "SOURCE"]
    return Peer(name, command, source)


def measure(peers: Sequence[Peer], runs: int, folder: str) -> None:
    """Run the peers in alternation, each into a new folder; one round more, to warm up."""
    for round_ in range(runs + 1):
        for number, peer in enumerate(peers):
            out = f"{folder}/out-{number}-{round_}"
            peer.run(out)
            shutil.rmtree(out)
            if round_ == 0:
                peer.forget()


def table(peers: Sequence[Peer], base_of: dict[str, str]) -> str:
    """A row for each peer, with ratios to the peer that `base_of` names for it."""
    rows = [
        "| command | wall, s | spread | user CPU, s | peak memory, MB | wall | user CPU |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    by_name = {peer.name: peer for peer in peers}
    for peer in peers:
        base = by_name[base_of.get(peer.name, peer.name)]
        rows.append(
            f"| `{peer.name}` | {peer.median_wall:.2f} | {min(peer.wall):.2f} to "
            f"{max(peer.wall):.2f} | {peer.median_user:.2f} | {peer.peak_megabytes:.0f} | "
            f"{base.median_wall / peer.median_wall:.1f}x | "
            f"{base.median_user / peer.median_user:.1f}x |"
        )
    return "\n".join(rows)


def work_folder() -> str | None:
    """Where to measure: memory is the fairest disk, ext4 is slow for minutes after deletions."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def write_generated(path: Path, part: str, text: str) -> None:
    """Replace the generated part of that name in a document."""
    begin, end = f"<!-- generated: {part} -->\n", "<!-- end -->"
    before, found, rest = path.read_text(encoding="utf-8").partition(begin)
    if not found:
        raise SystemExit(f"{path} has no part {part}")
    after = rest.partition(end)[2]
    path.write_text(f"{before}{begin}{text}\n{end}{after}", encoding="utf-8")
