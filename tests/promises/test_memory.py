"""Memory stays flat: not with entries, compile ids, repeats, nor the size of one payload.

Each case is a whole process, whose peak memory its own summary tells, compared with the same
process on a small trace.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.helpers.support import FRAME_0, PREFIX, jsonl_entry, raw_entry

pytestmark = pytest.mark.slow

MIB = 1 << 20
ALLOWED_GROWTH = 10 * MIB
MANY = 100_000
LONG = 150 * MIB
LINE = b"buf0 = torch.empty_strided((16, 16), (16, 1), device='cpu')  # comment\n"


def peak_memory(tmp_path: Path, name: str, chunks: Iterator[bytes], *options: str) -> int:
    """The most memory that one of the processes of a run has had, in bytes."""
    trace = tmp_path / name
    with open(trace, "wb") as file:
        file.writelines(chunks)
    out = tmp_path / f"{name}-out"
    command = [sys.executable, "-m", "artifact_stream", "run", "--json", *options, str(trace)]
    done = subprocess.run([*command, str(out)], capture_output=True, check=True)
    trace.unlink()
    summary = json.loads(done.stdout)
    assert summary["entries"]["written"] > 0
    assert summary["entries"]["unusable"] == 0
    return summary["peak_memory_bytes"]


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> int:
    """Peak memory for ten entries of every kind."""
    return peak_memory(
        tmp_path_factory.mktemp("small"),
        "small.log",
        iter(
            [
                raw_entry("inductor_output_code", LINE, {"filename": "a.py"}, **FRAME_0),
                raw_entry("artifact", b'{"a": [1]}', {"name": "j", "encoding": "json"}, **FRAME_0),
                *[raw_entry("aot_joint_graph", b"x", **FRAME_0)] * 8,
            ]
        ),
    )


def entries(make: Callable[[int], bytes]) -> Iterator[bytes]:
    return (make(number) for number in range(MANY))


MANY_CASES = {
    "entries": lambda n: raw_entry("graph_dump", b"x", {"name": f"g{n}"}, **FRAME_0),
    "compile_ids": lambda n: raw_entry("aot_joint_graph", b"x", frame_id=n, frame_compile_id=0),
    "repeats": lambda n: raw_entry("aot_joint_graph", b"x", **FRAME_0),
    "entry_types": lambda n: raw_entry(f"new_type_{n}", b"x", **FRAME_0),
    "jsonl": lambda n: jsonl_entry("graph_dump", b"x", {"name": f"g{n}"}, compile_id=f"id {n}"),
    "problems": lambda n: b"no entry\n" if n else raw_entry("aot_joint_graph", b"x"),
}


@pytest.mark.parametrize("case", [case for case in MANY_CASES if case != "problems"])
def test_a_hundred_thousand_entries(case, small, tmp_path):
    peak = peak_memory(tmp_path, case, entries(MANY_CASES[case]))
    assert peak - small < ALLOWED_GROWTH


def large_entry(number: int) -> bytes:
    """Entries of which many are on their way to workers at a time."""
    if number % 2:
        return raw_entry("graph_dump", LINE * 1000, {"name": f"g{number}"}, **FRAME_0)
    return raw_entry("inductor_output_code", LINE * 1000, {"filename": f"c{number}.py"}, **FRAME_0)


def test_many_entries_on_their_way_to_workers(small, tmp_path):
    chunks = (large_entry(number) for number in range(1500))
    peak = peak_memory(tmp_path, "many.log", chunks, "--jobs", "3")
    # Up to 8 MiB of payloads and 512 entries wait for three processes.
    assert peak - small < 2 * ALLOWED_GROWTH
    assert peak < 64 * MIB


def long_names(number: int) -> bytes:
    return raw_entry("graph_dump", b"x", {"name": f"{number}" * 10_000}, **FRAME_0)


def test_long_names_on_their_way_to_workers(small, tmp_path):
    chunks = (long_names(number) for number in range(3000))
    peak = peak_memory(tmp_path, "names.log", chunks, "--jobs", "2")
    assert peak - small < ALLOWED_GROWTH


def unpacking_peak_memory(out: Path) -> int:
    """Peak memory of unpacking; summary.json keeps that of the run."""
    code = (
        "import sys, artifact_stream as a; from artifact_stream.workers.memory import "
        "peak_memory_bytes as p; a.unpack(sys.argv[1], jobs=1); print(p())"
    )
    command = [sys.executable, "-c", code, str(out)]
    return int(subprocess.run(command, capture_output=True, check=True).stdout)


@pytest.mark.parametrize("case", ["compile_ids", "repeats"])
def test_a_hundred_thousand_entries_in_packs_and_unpacked(case, small, tmp_path):
    peak = peak_memory(tmp_path, case, entries(MANY_CASES[case]), "--lazy")
    assert peak - small < ALLOWED_GROWTH
    assert unpacking_peak_memory(tmp_path / f"{case}-out") - small < ALLOWED_GROWTH


def test_a_hundred_payloads_as_long_as_a_pack_takes(small, tmp_path):
    """Every byte is six in the pack, and the last one makes it four times as long in memory."""
    payload = b"\x00\xff" * (250 << 10) + "\U0001f600".encode()
    chunks = (raw_entry("graph_dump", payload, {"name": f"g{n}"}, **FRAME_0) for n in range(100))
    peak = peak_memory(tmp_path, "t.log", chunks, "--lazy")
    assert peak - small < 2 * ALLOWED_GROWTH
    assert unpacking_peak_memory(tmp_path / "t.log-out") - small < 2 * ALLOWED_GROWTH


def long_raw(entry_type: str, metadata: str = "{}", line: bytes = LINE) -> Iterator[bytes]:
    yield f'{PREFIX}{{"{entry_type}": {metadata}, "frame_id": 0, "frame_compile_id": 0}}\n'.encode()
    lines = (b"\t" + line) * 1000
    for _ in range(LONG // len(lines)):
        yield lines


def long_jsonl(entry_type: str, *, payload_first: bool) -> Iterator[bytes]:
    other = f'"type": "{entry_type}", "compile_id": "0_0_0"'.encode()
    yield b'{"payload": "' if payload_first else b"{" + other + b', "payload": "'
    piece = LINE.replace(b"\n", b"\\n").replace(b"'", b"\\u0027\\ud83d\\ude00") * 1000
    for _ in range(LONG // len(piece)):
        yield piece
    yield b'", ' + other + b"}\n" if payload_first else b'"}\n'


def long_json() -> Iterator[bytes]:
    metadata = '{"name": "j", "encoding": "json"}'
    yield f'{PREFIX}{{"artifact": {metadata}, "frame_id": 0}}\n\t[\n'.encode()
    piece = b'\t{"name": "x", "numbers": [1.0, 2e5, NaN], "nested": {"a": null}},\n' * 1000
    for _ in range(LONG // 3 // len(piece)):
        yield piece
    yield b"\tnull]\n"


def long_metadata() -> Iterator[bytes]:
    yield f'{PREFIX}{{"graph_dump": {{"name": "g", "sizes": ['.encode()
    piece = b'{"a": [1, 2, 3], "b": "text"}, ' * 10_000
    for _ in range(50 * MIB // len(piece)):
        yield piece
    yield b"0]}}\n\tx\n"


def line_without_end() -> Iterator[bytes]:
    yield raw_entry("aot_joint_graph", b"x", **FRAME_0)
    yield f"{PREFIX}{{".encode()[:-1] + b'{"graph_dump": {"name": "g"}}\n\t'
    for _ in range(LONG // MIB):
        yield b"x" * MIB


def handled(newline: bytes) -> Iterator[bytes]:
    """An entry whose lines have got other ends since it was logged."""
    block, count = LINE * 1000, LONG // 3 // (len(LINE) * 1000)
    digest = hashlib.md5()
    for _ in range(count):
        digest.update(block)
    envelope = f'{PREFIX}{{"graph_dump": {{"name": "g"}}, "has_payload": "{digest.hexdigest()}"}}'
    yield envelope.encode() + newline
    lines = (b"\t" + LINE.removesuffix(b"\n") + newline) * 1000
    for _ in range(count):
        yield lines
    yield b"\t" + newline


LONG_CASES = {
    "text": (lambda: long_raw("aot_joint_graph"), ()),
    "code_plain": (lambda: long_raw("inductor_output_code"), ("--plain-text",)),
    "tabs": (lambda: long_raw("aot_joint_graph", line=b"\t\ta\tb\n"), ()),
    "jsonl_payload_first": (lambda: long_jsonl("aot_joint_graph", payload_first=True), ()),
    "jsonl_payload_last": (lambda: long_jsonl("aot_joint_graph", payload_first=False), ()),
    "json_artifact": (long_json, ()),
    "metadata": (long_metadata, ()),
    "line_without_end": (line_without_end, ()),
    "lazy": (lambda: long_raw("aot_joint_graph"), ("--lazy",)),
}


@pytest.mark.parametrize("case", LONG_CASES)
def test_one_long_entry(case, small, tmp_path):
    make, options = LONG_CASES[case]
    peak = peak_memory(tmp_path, case, make(), *options)
    assert peak - small < ALLOWED_GROWTH


@pytest.mark.parametrize("newline", [b"\n\n", b"\r\n"])
def test_one_long_entry_of_a_log_that_was_handled(newline, small, tmp_path):
    assert peak_memory(tmp_path, "t", handled(newline)) - small < ALLOWED_GROWTH
    assert (tmp_path / "t-out" / "problems.jsonl").read_bytes() == b""


def test_one_long_page(small, tmp_path):
    chunks = (chunk for chunk, _ in zip(long_raw("inductor_output_code"), range(200), strict=False))
    assert peak_memory(tmp_path, "page", chunks) - small < ALLOWED_GROWTH


def test_a_long_jsonl_line_that_cannot_be_read_again(small, tmp_path):
    data = gzip.compress(b"".join(long_jsonl("aot_joint_graph", payload_first=True)), 1)
    assert peak_memory(tmp_path, "t.gz", iter([data])) - small < ALLOWED_GROWTH


def test_a_hundred_thousand_problems(tmp_path, small):
    trace = tmp_path / "t.log"
    with open(trace, "wb") as file:
        file.writelines(entries(MANY_CASES["problems"]))
    command = [sys.executable, "-m", "artifact_stream", "run", "--json", str(trace)]
    done = subprocess.run([*command, str(tmp_path / "out")], capture_output=True, check=True)
    summary = json.loads(done.stdout)
    assert summary["problems"] == {"not_an_entry": MANY - 1}
    assert summary["peak_memory_bytes"] - small < ALLOWED_GROWTH
