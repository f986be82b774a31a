"""Measure peak memory with each kind of hostile input, for ``docs/hostile-input.md``.

``--write FILE`` puts the table between the marks in that file.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from tests.helpers.hostile import CASES, MIB, Case, run_case  # noqa: E402

MARKS = re.compile(r"(<!-- measured -->\n).*?(<!-- end -->)", re.DOTALL)


def amount(case: Case) -> str:
    if case.unit == "bytes":
        gib = case.full >= 1024 * MIB
        return f"{case.full // (1024 * MIB)} GiB" if gib else f"{case.full // MIB} MiB"
    return f"{case.full:,} {case.unit}"


def measured_row(case: Case) -> str:
    # A million files are made in memory in a fraction of the time.
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        started = time.monotonic()
        outcome = run_case(case, Path(folder), case.full)
        seconds = time.monotonic() - started
    entries = outcome.summary["entries"]
    assert entries["read"] == entries["written"] + entries["skipped"] + entries["unusable"]
    problems = ", ".join(f"`{slug}`" for slug in outcome.summary["problems"]) or "-"
    peak = outcome.peak_bytes / MIB
    return (
        f"| {case.what.format(size=amount(case))} | {peak:.0f} MiB | {seconds:,.0f} s "
        f"| {entries['written']:,} | {problems} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path)
    arguments = parser.parse_args()
    python = platform.python_version()
    note = "Time is that of the whole process and of making its input."
    rows = [
        f"Python {python}, {platform.system()}. {note}",
        "",
        "| input | peak memory | time | entries written | problems |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name, case in CASES.items():
        print(name, file=sys.stderr, flush=True)
        rows.append(measured_row(case))
    table = "\n".join(rows) + "\n"
    if arguments.write is None:
        print(table)
        return
    text = arguments.write.read_text(encoding="utf-8")
    made = MARKS.sub(lambda match: match[1] + table + match[2], text)
    arguments.write.write_text(made, encoding="utf-8")


if __name__ == "__main__":
    main()
