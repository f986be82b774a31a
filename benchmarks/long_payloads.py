"""Make a trace with one very long payload of real content.

    python benchmarks/long_payloads.py KIND MEGABYTES FILE

KIND is ``raw`` (a graph), ``code``, ``jsonl_last`` or ``jsonl_first`` (where the payload stands in
its line), or ``json`` (an artifact).  The digests are right.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

TRACES = Path(__file__).resolve().parent.parent / "tests" / "data" / "traces"
PREFIX = b"V1123 19:25:59.805000 2407 torch/_dynamo/utils.py:2350] "


Pieces = Callable[[], Iterator[bytes]]


def payload_of(entry_type: bytes) -> bytes:
    """The first payload of a type in a real log, with a newline."""
    log = gzip.decompress(next((TRACES / "transformer").glob("*.gz")).read_bytes())
    start = log.index(b"\n", log.index(b'{"' + entry_type + b'"')) + 2
    return log[start : log.index(b"\nV", start)].replace(b"\n\t", b"\n") + b"\n"


def events(wanted: int) -> Iterator[bytes]:
    """A JSON list of objects like those that torch logs, in pieces."""
    yield b"[\n"
    written = number = 0
    while written < wanted:
        event = {
            "name": f"node_{number}", "ph": "X", "ts": number * 1000 + 0.25, "dur": 17.5,
            "args": {"compile_id": "0/0", "shape": [2, 3, 64], "stack": 'File "/a/b.py", line 12'},
            "pid": 0, "tid": None, "cached": False,
        }  # fmt: skip
        piece = json.dumps(event).encode() + b",\n"
        written += len(piece)
        number += 1
        yield piece
    yield b"null]"


def repeated(text: bytes, wanted: int) -> Iterator[bytes]:
    for _ in range(max(1, wanted // len(text))):
        yield text
    yield b"# the end"


def write_raw(path: str, envelope: dict[str, object], make: Pieces) -> None:
    digest = hashlib.md5()
    for piece in make():
        digest.update(piece)
    envelope |= {"frame_id": 0, "frame_compile_id": 0, "attempt": 0}
    envelope["has_payload"] = digest.hexdigest()
    with open(path, "wb") as file:
        file.write(PREFIX + json.dumps(envelope).encode() + b"\n\t")
        for piece in make():
            file.write(piece.replace(b"\n", b"\n\t"))
        file.write(b"\n")


def write_jsonl(path: str, *, first: bool, make: Pieces) -> None:
    other = b'"type": "aot_joint_graph", "compile_id": "0_0_0"'
    with open(path, "wb") as file:
        file.write(b"{" if first else b"{" + other + b", ")
        file.write(b'"payload": "')
        quoted = {piece: json.dumps(piece.decode()).encode()[1:-1] for piece in set(make())}
        file.writelines(quoted[piece] for piece in make())
        file.write(b'", ' + other + b"}\n" if first else b'"}\n')


def main(kind: str, megabytes: float, path: str) -> None:
    wanted = int(megabytes * 1_000_000)
    code = payload_of(b"inductor_output_code")
    if kind == "raw":
        write_raw(path, {"aot_joint_graph": {}}, lambda: repeated(code, wanted))
    elif kind == "code":
        write_raw(path, {"inductor_output_code": {}}, lambda: repeated(code, wanted))
    elif kind == "json":
        metadata = {"artifact": {"name": "events", "encoding": "json"}}
        write_raw(path, metadata, lambda: events(wanted))
    else:
        write_jsonl(path, first=kind == "jsonl_first", make=lambda: repeated(code, wanted))


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), sys.argv[3])
