"""What has become of a trace: nothing, more of it, or another one."""

from __future__ import annotations

import pytest

from artifact_stream.errors import InputUnusable
from artifact_stream.sources.changes import change_of, identity_of
from artifact_stream.sources.identity import COMPARED_BYTES, Change
from artifact_stream.sources.trace import SourceFile, TraceSource

LONG = bytes(range(256)) * (COMPARED_BYTES // 64)  # Four times what is compared at an end.


def source(path):
    return TraceSource("t", (SourceFile(str(path), path.name, None, path.stat().st_size),))


def change(path, before, after):
    path.write_bytes(before)
    identity = identity_of(source(path))
    path.write_bytes(after)
    return change_of(identity, source(path))


@pytest.mark.parametrize("data", [b"", b"abc", LONG])
def test_the_same_or_grown(data, tmp_path):
    assert change(tmp_path / "t", data, data) is Change.NONE
    assert change(tmp_path / "t", data, data + b"more") is Change.GROWN


@pytest.mark.parametrize(
    ("after", "why"),
    [
        (LONG[:-1], "shorter"),
        (b"?" + LONG[1:], "content changed"),
        (LONG[:-1] + b"?", "content changed"),
        (LONG[:-1] + b"?more", "content changed"),
        (b"more" + LONG, "content changed"),
    ],
)
def test_another_one(after, why, tmp_path):
    with pytest.raises(InputUnusable, match=why):
        change(tmp_path / "t", LONG, after)


def test_pipes_are_known_by_what_they_begin_with():
    trace = TraceSource("stdin", (SourceFile("-", "stdin", None, None),))
    before = identity_of(trace, [b"abc"])
    assert change_of(before, trace, [b"abc and more"]) is Change.NONE
    for other in (b"abd", b"ab", b""):
        with pytest.raises(InputUnusable, match="begins otherwise"):
            change_of(before, trace, [other])


def test_a_pipe_is_no_file_and_a_file_no_pipe(tmp_path):
    (tmp_path / "t").write_bytes(b"abc")
    file, pipe = source(tmp_path / "t"), TraceSource("t", (SourceFile("p", "p", None, None),))
    with pytest.raises(InputUnusable, match="pipe"):
        change_of(identity_of(file), pipe, [b"abc"])
    with pytest.raises(InputUnusable, match="pipe"):
        change_of(identity_of(pipe, [b"abc"]), file)
