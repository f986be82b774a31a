"""Ranges of a file: read by whoever has them, and not from another file or a shorter one."""

from __future__ import annotations

import os
import subprocess
import sys

import msgspec
import pytest

from artifact_stream.errors import InputUnusable
from artifact_stream.streams.file_range import FileRange


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "t.log"
    path.write_bytes(bytes(range(256)) * 2048)  # Two blocks.
    with open(path, "rb") as opened:
        yield opened


def read(found):
    return b"".join(found.blocks())


def from_elsewhere(found):
    """The same range as another process sees it, which has none of its descriptors."""
    return msgspec.structs.replace(found, process=os.getppid())


def test_the_bytes_between_two_offsets(file):
    whole = FileRange.of(file.fileno(), file.name, 0, 256 * 2048)
    assert [len(block) for block in whole.blocks()] == [256 << 10] * 2
    part = whole.part(100, 300_000).part(1, 5)
    assert (part.start, part.end) == (101, 105)
    assert read(part) == bytes([101, 102, 103, 104])
    assert file.tell() == 0  # Nobody else's position has moved.
    assert read(whole.part(7, 7)) == b""


def test_another_process_reads_the_same_file(file):
    found = FileRange.of(file.fileno(), file.name, 65, 70)
    assert found.can_be_shared
    code = (
        "import sys, msgspec; from artifact_stream.streams.file_range import FileRange; "
        "found = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=FileRange); "
        "sys.stdout.buffer.write(b''.join(found.blocks()))"
    )
    told = subprocess.run(
        [sys.executable, "-c", code],
        input=msgspec.msgpack.encode(found),
        capture_output=True,
        check=True,
    )
    assert told.stdout == b"ABCDE"


def test_a_file_that_has_taken_its_place_is_not_read(file, tmp_path):
    found = FileRange.of(file.fileno(), file.name, 0, 5)
    assert read(from_elsewhere(found)) == bytes(range(5))
    os.rename(tmp_path / "t.log", tmp_path / "moved")
    (tmp_path / "t.log").write_bytes(b"other")
    other = FileRange(found.path, (found.identity[0], -1), os.getppid(), 10**6, 0, 5)
    with pytest.raises(InputUnusable, match="was replaced"):
        read(other)
    assert read(found) == bytes(range(5))


def test_a_file_that_became_shorter_is_said_to_have(file):
    found = FileRange.of(file.fileno(), file.name, 0, 256 * 2048)
    os.truncate(file.name, 300_000)
    blocks = found.blocks()
    assert len(next(blocks)) == 256 << 10
    with pytest.raises(InputUnusable, match="shorter"):
        list(blocks)


def test_one_file_of_another_process_is_open_at_a_time(file, tmp_path):
    before = len(os.listdir("/proc/self/fd"))
    for name in ("a", "b", "c"):
        (tmp_path / name).write_bytes(name.encode())
        with open(tmp_path / name, "rb") as other:
            found = from_elsewhere(FileRange.of(other.fileno(), other.name, 0, 1))
        assert read(found) == name.encode()
    assert len(os.listdir("/proc/self/fd")) <= before + 1
