"""Speed of the parts, each on real content; run by ``make bench-parts`` against another commit."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from artifact_stream import Options, run
from artifact_stream.disk.spilling_map import SpillingMap
from artifact_stream.framing.jsonl import JsonlFramer
from artifact_stream.framing.passed_over import PassedOver
from artifact_stream.framing.raw_log import RawLogFramer
from artifact_stream.framing.scratch import Scratch
from artifact_stream.json_text import decode_string_pieces
from artifact_stream.names import safe_name
from artifact_stream.pipeline.selection import Selection
from artifact_stream.rendering.json.format import JsonFormatter
from artifact_stream.rendering.python.html import PythonHtml
from artifact_stream.streams.opening import PeekedStream, open_stream
from artifact_stream.streams.stored_file import ReadCounter

TRACES = Path(__file__).resolve().parents[2] / "tests" / "data" / "traces"


@pytest.fixture(scope="module")
def log(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("log") / "t.log"
    packed = next((TRACES / "transformer_large").glob("*.gz")).read_bytes()
    path.write_bytes(gzip.decompress(packed))
    return path


@pytest.fixture(scope="module")
def code(log) -> bytes:
    data = log.read_bytes()
    start = data.index(b"\n", data.index(b'{"inductor_output_code"')) + 2
    return data[start : data.index(b"\nV", start)].replace(b"\n\t", b"\n")


def count(framer_class, path: Path, passed_over: PassedOver, scratch: Scratch) -> int:
    stream = PeekedStream(open_stream(str(path), ReadCounter()), 65536)
    entries = sum(1 for _ in framer_class(stream, "log", passed_over, scratch))
    stream.close()
    return entries


def test_framing_a_raw_log(benchmark, log, tmp_path):
    passed_over = PassedOver(Selection(Options()).reason_to_pass_over())
    scratch = Scratch(str(tmp_path))
    assert benchmark(count, RawLogFramer, log, passed_over, scratch) > 100


def test_framing_jsonl(benchmark, code, tmp_path):
    line = {"type": "aot_joint_graph", "compile_id": "0_0_0", "payload": code[:20_000].decode()}
    path = tmp_path / "t.jsonl"
    path.write_bytes((json.dumps(line).encode() + b"\n") * 1000)
    scratch = Scratch(str(tmp_path))
    assert benchmark(count, JsonlFramer, path, PassedOver(), scratch) == 1000


def test_decoding_a_long_json_string(benchmark, code):
    quoted = json.dumps(code.decode() * 20).encode()[1:-1]
    assert benchmark(lambda: sum(map(len, decode_string_pieces([quoted])))) == 20 * len(code)


def test_formatting_json(benchmark):
    event = {"name": "n", "ts": 1.5, "args": {"shape": [2, 3], "text": 'a "b"', "none": None}}
    document = json.dumps([event] * 20_000).encode()

    def work() -> int:
        formatter = JsonFormatter()
        return len(formatter.feed(document)) + len(formatter.finish())

    assert benchmark(work) > len(document)


def test_highlighting(benchmark, code):
    text = code.decode()

    def work() -> int:
        page = PythonHtml()
        return len(page.feed(text)) + len(page.finish())

    assert benchmark(work) > len(text)


def test_safe_names(benchmark):
    names = [f"name_{n}" for n in range(500)] + [f"../<{n}>" for n in range(500)]
    assert len(benchmark(lambda: [safe_name(name, ".txt") for name in names])) == 1000


def test_remembering_names(benchmark, tmp_path):
    def work() -> None:
        names = SpillingMap(str(tmp_path))
        for number in range(30_000):
            names.get(f"folder/name_{number}")
            names.set(f"folder/name_{number}", 1)
        names.close()

    benchmark(work)


@pytest.mark.parametrize("plain_text", [True, False], ids=["plain", "pages"])
def test_a_whole_run(benchmark, plain_text, log, tmp_path):
    numbers = iter(range(1000))

    def work() -> int:
        out = str(tmp_path / f"out-{next(numbers)}")
        return run([str(log)], out, Options(plain_text=plain_text)).counts.entries_written

    assert benchmark.pedantic(work, rounds=5, warmup_rounds=1) > 100
