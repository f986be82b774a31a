"""Files without a name on the disk of an output that need not exist yet."""

from __future__ import annotations

import os

import pytest

from artifact_stream.errors import OutputUnusable
from artifact_stream.sources.spool import scratch_near, spooled, write_to_scratch


def test_bytes_are_kept_on_the_disk_of_the_output_and_leave_nothing(tmp_path):
    file = spooled([b"ab", b"", b"cd"], str(tmp_path / "not" / "yet" / "there"))
    assert os.fstat(file.fileno()).st_dev == os.stat(tmp_path).st_dev
    file.seek(0)
    assert file.read() == b"abcd"
    file.close()
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_takes_no_more_is_told_in_one_sentence(tmp_path):
    class Full:
        def write(self, data):
            raise OSError(28, "No space left on device")

    with pytest.raises(OutputUnusable, match="No space left on device"):
        write_to_scratch(Full(), b"x", str(tmp_path))


def test_what_fails_meanwhile_leaves_nothing_open(tmp_path):
    def blocks():
        yield b"a"
        raise RuntimeError("stop")

    before = len(os.listdir("/proc/self/fd"))
    with pytest.raises(RuntimeError):
        spooled(blocks(), str(tmp_path))
    assert len(os.listdir("/proc/self/fd")) == before
    scratch_near(str(tmp_path)).close()
