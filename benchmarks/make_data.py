"""Make a large raw log of the real traces in the repository.

    python benchmarks/make_data.py MEGABYTES FILE

The traces are repeated with other frame ids and other file names each time, so that no cache of
names or compile ids makes the work easier than it is for a real log of that size.
"""

from __future__ import annotations

import gzip
import re
import sys
from pathlib import Path

TRACES = Path(__file__).resolve().parent.parent / "tests" / "traces"
SCENARIOS = (
    "transformer_large", "transformer", "compiled_autograd", "training", "recompiles",
    "graph_breaks", "dynamic_shapes", "inference",
)  # fmt: skip
FRAMES_PER_COPY = 1000

_HEADER = re.compile(rb"^[VIWEC]\d{4} .*$", re.MULTILINE)
_FRAME = re.compile(rb'"frame_id": (\d+)')
_CODE_FILE = re.compile(rb"/c([a-z0-9]{4})([a-z0-9]{47,48})\.py\"")


def varied(log: bytes, copy: int) -> bytes:
    """A log with the frame ids and code file names of another run; payloads stay as they are."""

    def vary(match: re.Match[bytes]) -> bytes:
        line = _FRAME.sub(
            lambda m: b'"frame_id": %d' % (int(m[1]) + copy * FRAMES_PER_COPY), match[0]
        )
        return _CODE_FILE.sub(lambda m: b'/c%04x%s.py"' % (copy, m[2]), line)

    return _HEADER.sub(vary, log)


def main(megabytes: float, path: str) -> None:
    logs = [gzip.decompress(next((TRACES / s).glob("*.gz")).read_bytes()) for s in SCENARIOS]
    wanted, written, copy = int(megabytes * 1_000_000), 0, 0
    with open(path, "wb") as file:
        while written < wanted:
            # Each log of a round has frames of its own.
            log = varied(logs[copy % len(logs)], copy)
            if written + len(log) > wanted * 1.05 and written > wanted * 0.5:
                log = varied(logs[-1], copy)
            written += file.write(log.rstrip(b"\n") + b"\n")
            copy += 1


if __name__ == "__main__":
    main(float(sys.argv[1]), sys.argv[2])
