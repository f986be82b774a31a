"""Compare artifact-stream with its peers, whole processes on real data; run by ``make bench``.

    python benchmarks/compare.py [--quick] [--runs 5] [--write docs/benchmarks.md]

Peers run in alternation, each into a new folder in memory.  Quoted are medians of wall time and
user CPU, and the peak memory of the largest process.  This process stays small: what it has in
memory would count for its children.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from processes import BIN, HERE, Peer, measure, ours, table, tlparse, work_folder, write_generated

# Both commands, one behind the other: what they take together.
LAZY_THEN_UNPACK = [
    "sh",
    "-c",
    '"$0" run --lazy --progress none "$1" "$2" && "$0" unpack --progress none "$2"',
    str(BIN / "artifact-stream"),
    "SOURCE",
    "OUT",
]
NAIVE = [sys.executable, str(HERE / "naive.py"), "SOURCE", "OUT"]
MEMORY_LIMIT_MIB = 64
GROWTH_LIMIT_MIB = 10
MIB = 1 << 20


@dataclass
class Target:
    """One line of the targets' table."""

    what: str
    target: str
    seen: str
    met: bool


@dataclass
class Report:
    """What is written: the targets, then a section for each part."""

    targets: list[Target] = field(default_factory=list)
    sections: list[str] = field(default_factory=list)
    peaks: dict[str, float] = field(default_factory=dict)

    def at_least(self, what: str, target: float, seen: float, unit: str) -> None:
        self.targets.append(Target(what, f"{target:g}{unit}", f"{seen:.1f}{unit}", seen >= target))

    def at_most(self, what: str, target: float, seen: float, unit: str) -> None:
        self.targets.append(
            Target(what, f"at most {target:g}{unit}", f"{seen:.1f}{unit}", seen <= target)
        )

    def add(self, title: str, text: str) -> None:
        self.sections.append(f"### {title}\n\n{text}")
        print(f"{title}\n{text}\n", flush=True)

    def note_peaks(self, peers: list[Peer]) -> None:
        for peer in peers:
            if peer.name.startswith("artifact-stream"):
                self.peaks[f"{peer.name} {peer.source}"] = max(peer.peak_bytes) / MIB

    def text(self) -> str:
        rows = ["| | target | seen | |", "| --- | --- | --- | --- |"]
        rows += [
            f"| {t.what} | {t.target} | {t.seen} | {'met' if t.met else '**not met**'} |"
            for t in self.targets
        ]
        return "\n\n".join(["### Targets\n\n" + "\n".join(rows), *self.sections])


def make(script: str, *arguments: str) -> None:
    subprocess.run([sys.executable, str(HERE / script), *arguments], check=True)


def digests(folder: str, pattern: str) -> dict[str, int]:
    """How many files of each content there are."""
    found: dict[str, int] = {}
    for path in Path(folder).rglob(pattern):
        digest = hashlib.md5(path.read_bytes()).hexdigest()
        found[digest] = found.get(digest, 0) + 1
    return found


def check_agreement(log: str, jsonl: str, folder: str) -> int:
    """All outputs hold the same graphs; returns how many."""
    outs = [f"{folder}/check-{n}" for n in range(4)]
    ours("one", log, "-p", "-j", "1").run(outs[0])
    ours("two", log, "-p", "-j", "2").run(outs[1])
    ours("jsonl", jsonl, "-p").run(outs[2])
    tlparse("theirs", log, "-p").run(outs[3])
    patterns = ["aot_joint_graph*.txt"] * 4
    one, two, from_jsonl, theirs = map(digests, outs, patterns)
    if not one or not one == two == from_jsonl == theirs:
        raise SystemExit("the outputs disagree: the comparison would mean nothing")
    for out in outs:
        shutil.rmtree(out)
    return sum(one.values())


def compare_large(report: Report, folder: str, megabytes: float, runs: int) -> None:
    """The main comparison, on a log made of real traces."""
    log, jsonl = f"{folder}/large.log", f"{folder}/jsonl"
    make("make_data.py", str(megabytes), log, jsonl)
    graphs = check_agreement(log, jsonl, folder)
    peers = [
        tlparse("tlparse", log),
        ours("artifact-stream", log),
        ours("artifact-stream --jobs 1", log, "--jobs", "1"),
        tlparse("tlparse -p", log, "-p"),
        ours("artifact-stream -p", log, "-p"),
        ours("artifact-stream -p --jobs 1", log, "-p", "--jobs", "1"),
        ours("artifact-stream -p, JSONL", jsonl, "-p"),
        ours("artifact-stream -p --jobs 1, JSONL", jsonl, "-p", "--jobs", "1"),
    ]
    measure(peers, runs, folder)
    naive = [Peer("naive loop", NAIVE, log)]
    measure(naive, max(1, runs // 2), folder)
    by_name = {peer.name: peer for peer in peers}
    base_of = {name: "tlparse -p" if "-p" in name else "tlparse" for name in by_name}
    base_of["naive loop"] = "tlparse"
    report.note_peaks(peers)
    size = os.path.getsize(log) / 1e6
    jsonl_size = sum(path.stat().st_size for path in Path(jsonl).iterdir()) / 1e6
    report.add(
        f"A log of {size:.0f} MB",
        f"Medians of {runs} runs in alternation; {graphs} joint graphs, the same in all outputs. "
        f"The intermediate JSONL of the same entries has {jsonl_size:.0f} MB; its ratios are to "
        "`tlparse -p` on the raw log.\n\n" + table([*peers, *naive], base_of),
    )
    highlighted, plain = by_name["tlparse"], by_name["tlparse -p"]

    def wall(name: str, base: Peer) -> float:
        return base.median_wall / by_name[name].median_wall

    report.at_least("`--plain-text`, wall", 5, wall("artifact-stream -p", plain), "x")
    report.at_least(
        "`--plain-text --jobs 1`, user CPU",
        4,
        plain.median_user / by_name["artifact-stream -p --jobs 1"].median_user,
        "x",
    )
    report.at_least(
        "`--plain-text`, user CPU of all processes",
        4,
        plain.median_user / by_name["artifact-stream -p"].median_user,
        "x",
    )
    report.at_least("highlighted, wall", 8, wall("artifact-stream", highlighted), "x")
    report.at_least(
        "highlighted, `--jobs 1`, wall", 5, wall("artifact-stream --jobs 1", highlighted), "x"
    )
    report.at_least(
        "intermediate JSONL, plain, wall", 6, wall("artifact-stream -p, JSONL", plain), "x"
    )
    measure_overheads(report, folder, log, runs)
    measure_lazy(report, folder, log, runs)
    shutil.rmtree(jsonl)
    os.unlink(log)


def measure_overheads(report: Report, folder: str, log: str, runs: int) -> None:
    """What progress and the index cost."""
    peers = [
        ours("artifact-stream -p --jobs 1", log, "-p", "-j", "1"),
        ours("with `--progress plain`", log, "-p", "-j", "1", "--progress", "plain"),
        Peer(
            "without index and pages",
            [sys.executable, str(HERE / "without_index.py"), "SOURCE", "OUT"],
            log,
        ),
    ]
    # The last --progress counts.
    measure(peers, runs, folder)
    rows = ["| | wall, s | user CPU, s |", "| --- | --- | --- |"]
    rows += [f"| {p.name} | {p.median_wall:.2f} | {p.median_user:.2f} |" for p in peers]
    report.add("Progress and index", "\n".join(rows))


def measure_lazy(report: Report, folder: str, log: str, runs: int) -> None:
    """A lazy run beside an eager and a plain one, and with what `unpack` adds."""
    peers = [
        ours("artifact-stream", log),
        ours("artifact-stream -p", log, "-p"),
        ours("artifact-stream --lazy", log, "--lazy"),
        Peer("artifact-stream --lazy, then unpack", LAZY_THEN_UNPACK, log),
    ]
    measure(peers, runs, folder)
    report.note_peaks(peers)
    base_of = {peer.name: "artifact-stream" for peer in peers}
    report.add("Lazy, eager and plain", "Ratios are to the eager run.\n\n" + table(peers, base_of))


def unpack_real(scenario: str, path: str, size: int | None) -> None:
    """A real log, or its first entries; piece by piece, since this process must stay small."""
    packed = next((HERE.parent / "tests" / "data" / "traces" / scenario).glob("*.gz"))
    with gzip.open(packed) as source, open(path, "wb") as file:
        shutil.copyfileobj(source, file)
    if size is not None:
        with open(path, "r+b") as file:
            file.seek(size)
            file.truncate(size + file.read(1_000_000).index(b"\nV") + 1)


def compare_real(report: Report, folder: str, runs: int) -> None:
    """Real logs as they are; of the largest one, its first 5.8 MB too."""
    parts = []
    for name, scenario, size in (
        ("3.1 MB", "transformer", None),
        ("5.8 MB", "transformer_large", 5_800_000),
        ("17.9 MB", "transformer_large", None),
    ):
        log = f"{folder}/real.log"
        unpack_real(scenario, log, size)
        peers = [tlparse("tlparse", log), ours("artifact-stream", log)]
        measure(peers, 2 * runs, folder)
        report.note_peaks(peers)
        parts.append(f"A real log of {name}:\n\n{table(peers, {'artifact-stream': 'tlparse'})}")
        if name == "5.8 MB":
            ratio = peers[0].median_wall / peers[1].median_wall
            report.at_least("a real log of 5.8 MB, highlighted, wall", 1.5, ratio, "x")
    report.add("Real logs", "\n\n".join(parts))


LONG = (
    ("one payload of 1 GB, raw", "raw", 1000, 200),
    ("one payload of 1 GB, JSONL, payload last", "jsonl_last", 1000, 200),
    ("one payload of 1 GB, JSONL, payload first", "jsonl_first", 1000, 200),
    ("one JSON artifact of 500 MB, pretty-printed", "json", 500, 60),
    ("one code payload of 100 MB, highlighted", "code", 100, None),
)


def measure_long(report: Report, folder: str, runs: int, share: float) -> None:
    """One payload that is much larger than memory should be."""
    rows = ["| | MB/s | peak memory, MB |", "| --- | --- | --- |"]
    for what, kind, megabytes, target in LONG:
        path = f"{folder}/long"
        make("long_payloads.py", kind, str(megabytes * share), path)
        peer = ours(f"artifact-stream, {kind}", path)
        measure([peer], runs, folder)
        report.note_peaks([peer])
        speed = os.path.getsize(path) / 1e6 / peer.median_wall
        rows.append(f"| {what} | {speed:.0f} | {peer.peak_megabytes:.0f} |")
        if target is not None:
            report.at_least(what, target, speed, " MB/s")
        os.unlink(path)
    report.add("One long payload", "\n".join(rows))


def measure_growth(report: Report, folder: str, sizes: list[float], images: Path | None) -> None:
    """Time and memory against size; the peers as far as memory allows."""
    lines: dict[str, list[tuple[float, float, float]]] = {}
    for megabytes in sizes:
        log = f"{folder}/growing.log"
        make("make_data.py", str(megabytes), log)
        size = os.path.getsize(log) / 1e6
        peers = [ours("artifact-stream", log), ours("artifact-stream -p", log, "-p")]
        if megabytes <= 250:
            peers += [tlparse("tlparse", log), tlparse("tlparse -p", log, "-p")]
        measure(peers, 5 if megabytes < 100 else 3, folder)
        report.note_peaks(peers)
        for peer in peers:
            # Of what else the machine does, the fastest run shows least.
            figures = (size, min(peer.wall), peer.peak_megabytes)
            lines.setdefault(peer.name, []).append(figures)
        os.unlink(log)
    rows = ["| log, MB | " + " | ".join(f"`{name}`" for name in lines) + " |"]
    rows.append("| --- " * (len(lines) + 1) + "|")
    for number, megabytes in enumerate(sizes):
        cells = [
            f"{line[number][1]:.2f} s, {line[number][2]:.0f} MB" if number < len(line) else ""
            for line in lines.values()
        ]
        rows.append(f"| {megabytes:g} | " + " | ".join(cells) + " |")
    report.add("Time and peak memory against size", "Fastest runs.\n\n" + "\n".join(rows))
    for name in ("artifact-stream", "artifact-stream -p"):
        points = [point for point in lines[name] if point[0] >= sizes[1]]
        # Starting takes the same for all sizes: what grows is the time for each further megabyte.
        small, middle, large = points[0], points[len(points) // 2], points[-1]
        first = (middle[1] - small[1]) / (middle[0] - small[0])
        last = (large[1] - middle[1]) / (large[0] - middle[0])
        growth = 100 * abs(last / first - 1)
        report.at_most(f"`{name}`: a further MB, small against large", 15, growth, " % apart")
        spread = (max(p[2] for p in lines[name]) - min(p[2] for p in lines[name])) * 1e6 / MIB
        report.at_most(f"`{name}`: peak memory, 6 MB to 2 GB", GROWTH_LIMIT_MIB, spread, " MiB")
    if images is not None:
        from plots import draw

        draw(lines, images)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="a tenth of the sizes, for a look")
    parser.add_argument("--write", help="a file whose generated part gets the tables")
    arguments = parser.parse_args()
    share = 0.1 if arguments.quick else 1.0
    images = Path(arguments.write).parent / "images" if arguments.write else None
    report = Report()
    with tempfile.TemporaryDirectory(prefix="bench", dir=work_folder()) as folder:
        compare_large(report, folder, 200 * share, arguments.runs)
        compare_real(report, folder, arguments.runs)
        measure_long(report, folder, max(1, arguments.runs // 2), share)
        sizes = [6, 20, 60, 200, 600, 2000]
        measure_growth(report, folder, [size * share for size in sizes], images)
    most = max(report.peaks, key=report.peaks.__getitem__)
    report.at_most(
        "peak memory of every process, all cases", MEMORY_LIMIT_MIB, report.peaks[most], " MiB"
    )
    print(report.text())
    if arguments.write:
        write_generated(Path(arguments.write), "comparison", report.text())


if __name__ == "__main__":
    main()
