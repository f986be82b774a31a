"""Make a large raw log of the real traces in the repository, and intermediate files of the same.

    python benchmarks/make_data.py MEGABYTES FILE [FOLDER]

The traces are repeated with other frame ids and other file names each time, so that no cache of
names or compile ids makes the work easier than it is for a real log of that size.
"""

from __future__ import annotations

import gzip
import re
import sys
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.helpers.intermediate import FILES, intermediate_files

TRACES = Path(__file__).resolve().parent.parent / "tests" / "data" / "traces"
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


def main(megabytes: float, path: str, folder: str | None = None) -> None:
    logs = [gzip.decompress(next((TRACES / s).glob("*.gz")).read_bytes()) for s in SCENARIOS]
    wanted, written, copy = int(megabytes * 1_000_000), 0, 0
    with ExitStack() as stack:
        file = stack.enter_context(open(path, "wb"))
        lines = {}
        if folder is not None:
            Path(folder).mkdir()
            for name in dict.fromkeys(FILES.values()):
                lines[name] = stack.enter_context(open(f"{folder}/{name}", "wb"))
        while written < wanted:
            # Each log of a round has frames of its own.
            log = varied(logs[copy % len(logs)], copy)
            if written + len(log) > wanted * 1.05 and written > wanted * 0.5:
                log = varied(logs[-1], copy)
            log = log.rstrip(b"\n") + b"\n"
            written += file.write(log)
            if lines:
                for name, text in intermediate_files(log).items():
                    lines[name].write(text)
            copy += 1


if __name__ == "__main__":
    main(float(sys.argv[1]), *sys.argv[2:])
