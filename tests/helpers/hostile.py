"""Hostile and broken input, one case each, and how a run on it is measured.

Used by ``tests/promises/test_hostile_input.py`` in small and in full size by
``scripts/measure_hostile_input.py``.
"""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import repeat
from pathlib import Path
from typing import Any

from tests.helpers.support import FRAME_0, PREFIX, jsonl_entry, raw_entry

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

MIB = 1 << 20
GOOD = raw_entry("aot_joint_graph", b"good", **FRAME_0)
GOOD_JSONL = jsonl_entry("aot_joint_graph", b"good", compile_id="0_0_0")
MARKUP = "<script>alert(1)</script><!-- ]]> \u2028 </title>\"'&amp; javascript:alert(1)"

# Runs the command line and says on the last line of stderr how much memory it had at the most.
MEASURED_COMMAND = """
import sys
from artifact_stream.cli import app
from artifact_stream.workers.memory import peak_memory_bytes
try:
    app(sys.argv[1:])
finally:
    print("\\npeak", peak_memory_bytes(), file=sys.stderr)
"""


@dataclass(frozen=True)
class Case:
    """One kind of hostile input.

    Attributes:
        what: For the table in the docs; ``{size}`` is how much of it.
        make: Makes the source's bytes, given how much.
        small: How much in the tests.
        full: How much in the documentation.
        unit: What that counts: ``bytes`` or some things.
        name: The file's name.
        options: For the command.
        from_pipe: Fed to stdin, never a file.
        exit_code: What the run ends with.
        problems: Slugs that are recorded, with how often; -1 for any number.
        written: Entries written; None for as many as `small`.
        allowed_mib: How much more memory than a run on a few small entries it may take.
    """

    what: str
    make: Callable[[int], Iterator[bytes]]
    small: int = 1
    full: int = 1
    unit: str = ""
    name: str = "t.log"
    options: tuple[str, ...] = ()
    from_pipe: bool = False
    exit_code: int = 0
    problems: dict[str, int] = field(default_factory=dict)
    written: int | None = 1
    allowed_mib: int = 12


@dataclass(frozen=True)
class Outcome:
    """What a run did."""

    exit_code: int
    summary: dict[str, Any]
    said: str
    peak_bytes: int


def measure(arguments: list[str], stdin: Iterator[bytes] | None = None) -> Outcome:
    """Run the command in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-c", MEASURED_COMMAND, *arguments],
        stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    if stdin is not None:
        assert process.stdin is not None
        for chunk in stdin:
            process.stdin.write(chunk)
        process.stdin.close()
        process.stdin = None
    stdout, stderr = process.communicate()
    said, _, peak = stderr.decode().rpartition("\npeak ")
    return Outcome(process.returncode, json.loads(stdout or b"{}"), said, int(peak))


def run_case(case: Case, folder: Path, size: int) -> Outcome:
    """Make the case's source in a folder and run on it."""
    out = str(folder / "out")
    options = ["run", "--json", "--progress", "none", *case.options]
    if case.from_pipe:
        return measure([*options, "-", out], case.make(size))
    source = folder / case.name
    with open(source, "wb") as file:
        file.writelines(case.make(size))
    outcome = measure([*options, str(source), out])
    source.unlink()
    return outcome


def pieces(piece: bytes, size: int) -> Iterator[bytes]:
    """About `size` bytes of a piece again and again."""
    block = piece * max(1, MIB // len(piece))
    return repeat(block, max(1, size // len(block)))


def around(before: bytes, middle: Iterator[bytes], after: bytes = b"") -> Iterator[bytes]:
    yield before
    yield from middle
    yield after


def gzip_bomb(size: int) -> Iterator[bytes]:
    """A payload of one letter; members of 16 MiB that are the same bytes each."""
    yield gzip.compress(GOOD + PREFIX.encode() + b'{"graph_dump": {"name": "bomb"}}\n\t')
    member = gzip.compress(b"x" * (16 * MIB), 9)
    yield from repeat(member, size // (16 * MIB))


def zstd_bomb(size: int) -> Iterator[bytes]:
    yield zstd.compress(GOOD + PREFIX.encode() + b'{"graph_dump": {"name": "bomb"}}\n\t')
    frame = zstd.compress(b"x" * (16 * MIB))
    yield from repeat(frame, size // (16 * MIB))


def zstd_window(size: int) -> Iterator[bytes]:
    """Data that needs the largest window that is taken."""
    options = {
        zstd.CompressionParameter.window_log: 26,
        zstd.CompressionParameter.compression_level: 1,
    }
    compressor = zstd.ZstdCompressor(options=options)
    yield compressor.compress(PREFIX.encode() + b'{"graph_dump": {"name": "g"}}\n')
    for _ in range(size // MIB):
        yield compressor.compress(b"\t" + os.urandom(MIB // 2).hex().encode() + b"\n")
    yield compressor.flush()


def deep(count: int) -> bytes:
    return b"[" * count + b"]" * count


def envelope(members: bytes, payload: bytes = b"x") -> bytes:
    return PREFIX.encode() + b"{" + members + b"}\n\t" + payload + b"\n"


def many_keys(count: int) -> Iterator[bytes]:
    for start in range(0, count, 1000):
        yield b"".join(b'"key_%d": %d, ' % (n, n) for n in range(start, start + 1000))


def json_artifact(payload: Iterator[bytes]) -> Iterator[bytes]:
    return around(
        PREFIX.encode() + b'{"artifact": {"name": "j", "encoding": "json"}}\n\t', payload, b"\n"
    )


def entries(make: Callable[[int], bytes]) -> Callable[[int], Iterator[bytes]]:
    return lambda count: (make(number) for number in range(count))


def digits(count: int) -> Iterator[bytes]:
    number = b"9" * count
    for key in (b"frame_id", b"frame_compile_id", b"attempt", b"rank", b"compiled_autograd_id"):
        yield envelope(b'"graph_dump": {"name": "g"}, "' + key + b'": ' + number)
    yield envelope(b'"graph_dump": {"name": ' + number + b"}")
    yield from json_artifact(iter([b"[-" + number + b", 1e" + number + b"]"]))
    prefix = f"V1123 19:25:59.805000 {number.decode()[:50]} a:{number.decode()} ".encode()
    yield prefix.rstrip() + b'] {"graph_dump": {"name": "p"}}\n\tx\n'


def digits_jsonl(count: int) -> Iterator[bytes]:
    number = b"9" * count
    yield GOOD_JSONL
    for key in (b"rank", b"thread", b"lineno", b"compile_id", b"metadata", b"payload"):
        yield b'{"type": "graph_dump", "' + key + b'": ' + number + b"}\n"


def markup(_: int) -> Iterator[bytes]:
    yield raw_entry("inductor_output_code", MARKUP.encode(), {"filename": MARKUP}, **FRAME_0)
    yield raw_entry("graph_dump", MARKUP.encode(), {"name": MARKUP}, frame_id=MARKUP)
    yield raw_entry(MARKUP, MARKUP.encode(), frame_id=0, frame_compile_id=MARKUP)
    yield raw_entry("link", None, {"name": MARKUP, "url": "javascript:alert(1)//" + MARKUP})
    yield raw_entry("link", None, {"name": "l", "url": f'https://x/"><script>{MARKUP}'})
    yield raw_entry("dump_file", MARKUP.encode(), {"name": MARKUP})
    yield raw_entry("artifact", json.dumps(MARKUP).encode(), {"name": MARKUP, "encoding": "json"})
    yield MARKUP.encode() + b"\n"


CASES: dict[str, Case] = {
    "gzip bomb": Case(
        "gzip that becomes {size}", gzip_bomb, 512 * MIB, 10_240 * MIB, "bytes",
        problems={"expands_too_much": 1}, written=2,
    ),
    "zstd bomb": Case(
        "zstd that becomes {size}", zstd_bomb, 512 * MIB, 10_240 * MIB, "bytes",
        problems={"expands_too_much": 1}, written=2,
    ),
    "bomb without a limit": Case(
        "zstd that becomes {size}, `--max-expansion 0`", zstd_bomb, 192 * MIB, 2048 * MIB, "bytes",
        options=("--max-expansion", "0"), written=2,
    ),
    "zstd window": Case(
        "zstd with a window of 64 MiB (`--long=26`)", zstd_window, 160 * MIB, 300 * MIB, "bytes",
        written=1, allowed_mib=76,
    ),
    "deep metadata": Case(
        "metadata nested {size} deep",
        lambda n: iter([envelope(b'"graph_dump": {"name": "g", "x": ' + deep(n) + b"}")]),
        100_000, 100_000, "levels",
    ),
    "deep envelope": Case(
        "an envelope of objects nested {size} deep",
        lambda n: iter([envelope(b'"graph_dump": ' + b'{"a": ' * n + b"1" + b"}" * n)]),
        100_000, 100_000, "levels",
    ),
    "deep payload": Case(
        "a JSON payload nested {size} deep", lambda n: json_artifact(iter([deep(n)])),
        100_000, 100_000, "levels", problems={"invalid_json": 1},
    ),
    "deep payload that never closes": Case(
        "a JSON payload of {size} of `[`", lambda n: json_artifact(pieces(b"[", n)),
        50 * MIB, 1024 * MIB, "bytes", problems={"invalid_json": 1},
    ),
    "deep jsonl": Case(
        "a JSONL payload that is no string, nested {size} deep",
        lambda n: around(GOOD_JSONL, iter([
            b'{"type": "graph_dump", "payload": ' + deep(n) + b', "metadata": {"d": '
            + deep(n) + b"}}\n"
        ])),
        100_000, 100_000, "levels", name="t.jsonl", written=2,
    ),
    "line without an end": Case(
        "a line of {size} without a newline, no entry, from a pipe",
        lambda n: around(GOOD, pieces(b"x", n)), 200 * MIB, 2048 * MIB, "bytes", from_pipe=True,
        problems={"not_an_entry": 1},
    ),
    "payload line without an end": Case(
        "a payload line of {size} without a newline, from a pipe",
        lambda n: around(envelope(b'"graph_dump": {"name": "g"}')[:-2], pieces(b"x", n)),
        200 * MIB, 2048 * MIB, "bytes", from_pipe=True,
    ),
    "envelope without an end": Case(
        "an envelope of {size} without an end, from a pipe",
        lambda n: around(
            GOOD + PREFIX.encode() + b'{"graph_dump": {"name": "g", "x": "', pieces(b"x", n)
        ),
        200 * MIB, 2048 * MIB, "bytes", from_pipe=True, problems={"broken_envelope": 1},
    ),
    "jsonl line without an end": Case(
        "a JSONL line of {size} without an end, from a pipe",
        lambda n: around(GOOD_JSONL + b'{"type": "graph_dump", "payload": "', pieces(b"x", n)),
        200 * MIB, 2048 * MIB, "bytes", from_pipe=True, problems={"broken_line": 1},
    ),
    "jsonl name without an end": Case(
        "a JSONL line with a name of {size}, from a pipe",
        lambda n: around(GOOD_JSONL + b'{"', pieces(b"x", n), b'": 1, "type": "graph_dump"}\n'),
        200 * MIB, 2048 * MIB, "bytes", from_pipe=True, written=None,
    ),
    "keys in a payload": Case(
        "a JSON payload of {size}",
        lambda n: json_artifact(around(b"{", many_keys(n), b'"": 0}')),
        200_000, 1_000_000, "keys",
    ),
    "keys in metadata": Case(
        "metadata of {size}",
        lambda n: around(
            PREFIX.encode() + b'{"graph_dump": {', many_keys(n), b'"name": "g"}}\n\tx\n'
        ),
        50_000, 1_000_000, "keys",
    ),
    "keys in an envelope": Case(
        "an envelope of {size}, each an entry type",
        lambda n: around(
            PREFIX.encode() + b"{", many_keys(n), b'"graph_dump": {"name": "g"}}\n\tx\n'
        ),
        5_000, 1_000_000, "keys", written=None,
    ),
    "keys in jsonl": Case(
        "a JSONL line of {size}",
        lambda n: around(
            GOOD_JSONL + b"{", many_keys(n), b'"type": "graph_dump", "payload": "x"}\n'
        ),
        50_000, 1_000_000, "keys", name="t.jsonl", written=2,
    ),
    "digits": Case(
        "numbers of {size} wherever there is one", digits, 10_000, 10_000, "digits", written=8,
    ),
    "digits in jsonl": Case(
        "JSONL with numbers of {size} wherever there is one", digits_jsonl, 10_000, 10_000,
        "digits", name="t.jsonl", written=None,
    ),
    "names": Case(
        "{size}",
        entries(lambda n: raw_entry("graph_dump", b"x", {"name": f"g{n}"}, **FRAME_0)),
        20_000, 1_000_000, "distinct names", written=None,
    ),
    "compile ids": Case(
        "{size}",
        entries(lambda n: raw_entry("aot_joint_graph", b"x", frame_id=n, frame_compile_id=0)),
        10_000, 1_000_000, "distinct compile ids", written=None,
    ),
    "nul": Case(
        "a payload of {size} of NUL", lambda n: around(
            envelope(b'"graph_dump": {"name": "g"}')[:-2], pieces(b"\0", n), b"\n"
        ),
        100 * MIB, 1024 * MIB, "bytes",
    ),
    "nul in jsonl": Case(
        "a JSONL payload of {size} of `\\u0000`", lambda n: around(
            b'{"type": "graph_dump", "payload": "', pieces(b"\\u0000", n), b'"}\n'
        ),
        100 * MIB, 1024 * MIB, "bytes", name="t.jsonl",
    ),
    "nul code": Case(
        "a code page of {size} of NUL", lambda n: around(
            envelope(b'"inductor_output_code": {}')[:-2], pieces(b"\0", n), b"\n"
        ),
        4 * MIB, 64 * MIB, "bytes",
    ),
    "nul json": Case(
        "a JSON payload of {size} of `\\u0000`",
        lambda n: json_artifact(around(b'"', pieces(b"\\u0000", n), b'"')),
        100 * MIB, 1024 * MIB, "bytes",
    ),
    "markup": Case(
        "HTML, scripts and `javascript:` in every name, payload and URL", markup,
        problems={"not_an_entry": 1}, written=7,
    ),
}  # fmt: skip
