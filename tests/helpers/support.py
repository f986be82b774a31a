"""Building traces for tests, and reading them back, without the code under test."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO

from artifact_stream.framing.passed_over import PassedOver
from artifact_stream.framing.scratch import Scratch
from artifact_stream.streams.file_range import FileRange

PREFIX = "V1123 19:25:59.805000 2407 torch/_dynamo/utils.py:2350] "
DATA = Path(__file__).parent.parent / "data"
TRACES = DATA / "traces"
SCENARIOS = sorted(path.name for path in TRACES.iterdir() if path.is_dir())


def raw_entry(
    entry_type: str,
    payload: bytes | None = None,
    metadata: Any = None,
    *,
    prefix: str = PREFIX,
    md5: str | None = None,
    **context: Any,
) -> bytes:
    """One entry as torch writes it, with its newline."""
    envelope: dict[str, Any] = {entry_type: {} if metadata is None else metadata, **context}
    if payload is not None:
        envelope["has_payload"] = md5 or hashlib.md5(payload).hexdigest()
    text = (prefix + json.dumps(envelope, default=repr)).encode()
    if payload is not None:
        text += b"".join(b"\n\t" + line for line in payload.split(b"\n"))
    return text + b"\n"


def jsonl_entry(
    entry_type: str, payload: bytes | None = None, metadata: Any = None, **fields: Any
) -> bytes:
    """One line of an intermediate file, with its newline; bytes as Python's surrogateescape."""
    line: dict[str, Any] = {"type": entry_type, **fields, "metadata": metadata or {}}
    if payload is not None:
        line["payload"] = payload.decode("utf-8", "surrogateescape")
    return json.dumps(line).encode() + b"\n"


FRAME_0 = {"frame_id": 0, "frame_compile_id": 0, "attempt": 0}


@dataclass
class ChunkStream:
    """A `ByteStream` that gives exactly these chunks."""

    pieces: list[bytes]
    can_read_again: bool = False
    _next: int = field(default=0)
    _file: BinaryIO | None = None

    def read(self) -> bytes:
        while self._next < len(self.pieces):
            self._next += 1
            if self.pieces[self._next - 1]:
                return self.pieces[self._next - 1]
        return b""

    def range(self, start: int, end: int) -> FileRange | None:
        if not self.can_read_again:
            return None
        if self._file is None:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close
            self._file.write(b"".join(self.pieces))
            self._file.flush()
        return FileRange.of(self._file.fileno(), None, start, end)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()


def cut(data: bytes, places: Iterable[int]) -> list[bytes]:
    """The data in pieces, cut at the places (modulo its length)."""
    positions = sorted({place % (len(data) + 1) for place in places} | {0, len(data)})
    return [data[a:b] for a, b in pairwise(positions)]


def frame(
    framer_class: Any,
    pieces: Sequence[bytes],
    scratch_folder: Path,
    *,
    passed_over: PassedOver | None = None,
    can_read_again: bool = False,
    read_payloads: bool = True,
) -> list[tuple[Any, bytes]]:
    """All items of a framer with their payloads."""
    scratch = Scratch(str(scratch_folder))
    stream = ChunkStream(list(pieces), can_read_again)
    framer = framer_class(stream, "test", passed_over or PassedOver(), scratch)
    items = []
    for item in framer:
        payload = getattr(item, "payload", None)
        read = payload is not None and read_payloads
        items.append((item, b"".join(payload.chunks()) if read else b""))
    scratch.close()
    stream.close()
    return items


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its content."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def assert_same_tree(made: dict[str, bytes], expected: dict[str, bytes]) -> None:
    """Compare two trees and say where they differ."""
    assert sorted(made) == sorted(expected)
    for name, data in expected.items():
        assert made[name] == data, f"{name} differs"


def jsonl(path: Path) -> list[dict[str, Any]]:
    """The lines of a JSONL file."""
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def open_descriptors() -> int:
    """How many files this process has open."""
    return len(os.listdir("/dev/fd"))
