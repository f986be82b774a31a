"""The same run without a directory index and the pages made of it: what these cost.

python benchmarks/without_index.py SOURCE OUT
"""

from __future__ import annotations

import sys

from artifact_stream import Options, run
from artifact_stream.disk.appender import JsonlAppender
from artifact_stream.pipeline import extraction


def nothing(*_: object) -> None:
    """What is done instead."""


if __name__ == "__main__":
    JsonlAppender.add_line = nothing  # type: ignore[method-assign]
    extraction.write_lists = nothing
    run([sys.argv[1]], sys.argv[2], Options(plain_text=True), jobs=1)
