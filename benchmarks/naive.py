"""What one would write in an hour: every line decoded, every payload in memory, stock Pygments.

    python benchmarks/naive.py LOG OUT

A peer for the comparison, not a tool: names are not made safe.
"""

from __future__ import annotations

import json
import os
import re
import sys
from contextlib import suppress
from pathlib import Path

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

CONTEXT = {"rank", "frame_id", "frame_compile_id", "attempt", "compiled_autograd_id",
           "has_payload", "stack"}  # fmt: skip
PREFIX = re.compile(r"^[VIWEC]\d{4} \S+ +\d+ .*?:\d+\] (\{.*)")


def entries(path: str):
    envelope, lines = None, []
    with open(path, encoding="utf-8", newline="\n") as log:
        for line in log:
            if line.startswith("\t"):
                lines.append(line[1:])
                continue
            if envelope is not None:
                yield envelope, "".join(lines).removesuffix("\n")
            match = PREFIX.match(line)
            envelope, lines = (json.loads(match[1]) if match else None), []
    if envelope is not None:
        yield envelope, "".join(lines).removesuffix("\n")


def write(folder: Path, name: str, text: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    path, number = folder / name, 0
    while path.exists():
        number += 1
        stem, suffix = os.path.splitext(name)
        path = folder / f"{stem}_{number}{suffix}"
    path.write_text(text, encoding="utf-8", newline="\n")


def main(log: str, out: str) -> None:
    for envelope, payload in entries(log):
        kind = next(key for key in envelope if key not in CONTEXT)
        metadata = envelope[kind]
        parts = (envelope.get(key) for key in ("frame_id", "frame_compile_id", "attempt"))
        folder = Path(out) / "_".join(str(part) for part in parts)
        if kind == "inductor_output_code":
            page = highlight(payload, PythonLexer(), HtmlFormatter(full=True, linenos=True))
            write(folder, f"inductor_output_code_{Path(metadata['filename']).stem}.html", page)
        elif kind == "artifact" and "cache" not in metadata["name"]:
            if metadata["encoding"] == "json":
                with suppress(ValueError):
                    payload = json.dumps(json.loads(payload), indent=2)
            write(folder, f"{metadata['name']}.txt", payload)
        elif "graph" in kind:
            write(folder, f"{kind}.txt", payload)


if __name__ == "__main__":
    main(*sys.argv[1:])
