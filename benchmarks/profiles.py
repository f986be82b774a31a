"""Where the time of a run goes, and what the floor is; run by ``make bench``.

    python benchmarks/profiles.py [--megabytes 100] [--write docs/benchmarks.md]

One process, under `cProfile`, which makes Python code look slower than it is and C code not.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from processes import HERE, work_folder, write_generated

from artifact_stream import Options, run

# The first label whose words are all found in a function's file and name counts.
LABELS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("md5 of the payloads", ("_hashlib",)),
    ("digests of what has none", ("xxh",)),
    ("reading", ("posix.read",)),
    ("reading", ("posix.pread",)),
    ("making files", ("posix.",)),
    ("decoding envelopes, encoding index lines", ("msgspec", "Decoder")),
    ("decoding envelopes, encoding index lines", ("msgspec", "encode")),
    ("formatting JSON", ("json_format",)),
    ("formatting JSON", ("json_scan",)),
    ("highlighting", ("rendering",)),
    ("highlighting", ("'findall'",)),
    ("removing indent, counting lines", ("'replace' of 'bytes'",)),
    ("removing indent, counting lines", ("'count' of 'bytes'",)),
    ("finding entries, passing over those not wanted", ("framing", "raw_log")),
    ("finding entries, passing over those not wanted", ("'match' of 're.Pattern'",)),
    ("finding entries, passing over those not wanted", ("'search' of 're.Pattern'",)),
    ("finding entries, passing over those not wanted", ("framer.py",)),
    ("index pages", ("report",)),
    ("index pages", ("page_template",)),
    ("index pages", ("compile_directory",)),
    ("naming, deciding, publishing", ("artifact_stream",)),
)


def label_of(function: tuple[str, int, str]) -> str:
    file, _, name = function
    for label, words in LABELS:
        if all(word in f"{file} {name}" for word in words):
            return label
    return "everything else"


def profiled(work: Callable[[], object]) -> str:
    """A table of where the time of some work goes."""
    profile = cProfile.Profile()
    profile.enable()
    work()
    profile.disable()
    spent: dict[str, float] = {}
    for function, figures in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        label = label_of(function)
        spent[label] = spent.get(label, 0.0) + figures[2]
    total = sum(spent.values())
    rows = ["| | share |", "| --- | --- |"]
    for label, seconds in sorted(spent.items(), key=lambda item: -item[1]):
        rows.append(f"| {label} | {100 * seconds / total:.0f} % |")
    return "\n".join(rows)


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def sections(log: str, folder: str) -> list[str]:
    def extract(name: str, *, plain_text: bool) -> Callable[[], object]:
        out = f"{folder}/{name}"
        return lambda: run([log], out, Options(plain_text=plain_text), jobs=1)

    size = os.path.getsize(log) / 1e6
    plain_seconds = timed(extract("warm", plain_text=True))
    floor = subprocess.run(
        [sys.executable, str(HERE / "floor.py"), log, f"{folder}/floor"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    floor_rows = [line.split("\t") for line in floor.splitlines()]
    floor_seconds = sum(float(seconds) for _, seconds in floor_rows)
    parts = "\n".join(f"| {name} | {float(seconds):.2f} |" for name, seconds in floor_rows)
    return [
        f"A log of {size:.0f} MB, one process.\n\n### Plain text\n\n"
        + profiled(extract("plain", plain_text=True)),
        "### Highlighted\n\n" + profiled(extract("pages", plain_text=False)),
        (
            "### The floor\n\nWhat a plain run cannot do without, as bare loops "
            f"([benchmarks/floor.py](../benchmarks/floor.py)): {floor_seconds:.2f} s. The run "
            f"itself, without starting Python, took {plain_seconds:.2f} s.\n\n"
            f"| | s |\n| --- | --- |\n{parts}"
        ),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--megabytes", type=float, default=100)
    parser.add_argument("--write", help="a file whose generated part gets the tables")
    arguments = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="profiles", dir=work_folder())
    try:
        log = f"{folder}/log"
        make_data = [sys.executable, str(HERE / "make_data.py"), str(arguments.megabytes), log]
        subprocess.run(make_data, check=True)
        text = "\n\n".join(sections(log, folder))
    finally:
        shutil.rmtree(folder)
    print(text)
    if arguments.write:
        write_generated(Path(arguments.write), "profiles", text)


if __name__ == "__main__":
    main()
