"""What a plain run cannot do without, as bare loops: reading, finding entries, md5, making files.

    python benchmarks/floor.py LOG OUT

Takes the same log as a run and makes as many files of the same sizes, with nothing else: no
envelope is decoded, nothing is named, listed or checked.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
import time

BLOCK_BYTES = 1 << 20
ENTRY_END = re.compile(rb"\n(?!\t)")
OURS = re.compile(rb'V[^{]{1,200}\{"(?:\w+_graph|artifact|inductor_output_code|dump_file)"')


def main(log: str, out: str) -> None:
    seconds = dict.fromkeys(("reading", "finding entries", "removing indent", "md5", "files"), 0.0)
    clock = time.perf_counter
    os.makedirs(out)
    window, number = b"", 0
    descriptor = os.open(log, os.O_RDONLY)
    while True:
        started = clock()
        block = os.read(descriptor, BLOCK_BYTES)
        seconds["reading"] += clock() - started
        if not block:
            break
        window += block
        started = clock()
        ends = [match.start() for match in ENTRY_END.finditer(window)][:-1]
        seconds["finding entries"] += clock() - started
        start = 0
        for end in ends:
            if OURS.match(window, start, end):
                payload = window[window.find(b"\n", start, end) + 1 : end]
                at = [clock()]
                payload = payload.replace(b"\t", b"")
                at.append(clock())
                hashlib.md5(payload, usedforsecurity=False).digest()
                at.append(clock())
                file = os.open(f"{out}/{number}", os.O_WRONLY | os.O_CREAT | os.O_EXCL)
                os.write(file, payload)
                os.close(file)
                at.append(clock())
                for name, step in zip(("removing indent", "md5", "files"), range(3), strict=True):
                    seconds[name] += at[step + 1] - at[step]
                number += 1
            start = end + 1
        window = window[start:]
    for name, spent in seconds.items():
        print(f"{name}\t{spent:.3f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
