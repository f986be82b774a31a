"""Files of lines that grow: what an interrupted run has left is taken over or cut off."""

from __future__ import annotations

import errno
import tempfile
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artifact_stream.disk import appender
from artifact_stream.disk.appender import JsonlAppender
from artifact_stream.disk.directories import Directory
from artifact_stream.errors import OutputUnusable

LINES = st.lists(st.sampled_from([b"a\n", b"b\n", b"cc\n"]), max_size=6)


class Line(msgspec.Struct):
    name: str


def test_values_become_lines(tmp_path):
    with Directory.at(str(tmp_path)) as folder, JsonlAppender(folder, "a") as lines:
        lines.add(Line("é"))
        assert (tmp_path / "a").read_bytes() == '{"name":"é"}\n'.encode()  # At once.
        lines.add(Line("\udc80"))
        assert lines.length == (tmp_path / "a").stat().st_size
    assert (tmp_path / "a").read_bytes().splitlines()[1] == b'{"name":"\\udc80"}'


def test_a_new_file_is_new(tmp_path):
    (tmp_path / "a").write_bytes(b"theirs\n")
    with Directory.at(str(tmp_path)) as folder, pytest.raises(OutputUnusable):
        JsonlAppender(folder, "a")
    assert (tmp_path / "a").read_bytes() == b"theirs\n"


@settings(max_examples=40)
@given(settled=LINES, ahead=LINES, torn=st.sampled_from([b"", b"a", b"x"]), added=LINES)
def test_what_is_added_is_there_whatever_was_left(settled, ahead, torn, added):
    """The file is what was settled and what is added; lines that are the same are kept."""
    kept = b"".join(settled)
    cuts = []
    with tempfile.TemporaryDirectory() as path, Directory.at(path) as folder:
        Path(path, "a").write_bytes(kept + b"".join(ahead) + torn)
        lines = JsonlAppender(folder, "a", len(kept), cuts.append)
        for line in added:
            lines.add_line(line)
        lines.cut()
        lines.close()
        assert Path(path, "a").read_bytes() == kept + b"".join(added)
    left = [*ahead, *([torn] if torn else [])]
    same = 0
    while same < min(len(left), len(added)) and left[same] == added[same]:
        same += 1
    # It is cut once, where the first line is another, if anything is left there at all.
    expected = [len(kept) + len(b"".join(left[:same]))] if same < len(left) else []
    assert cuts == expected


def test_lines_that_were_left_are_kept_by_whoever_stops_before(tmp_path):
    (tmp_path / "a").write_bytes(b"1\n2\n3\n")
    with Directory.at(str(tmp_path)) as folder, JsonlAppender(folder, "a", 2) as lines:
        lines.cut_unless_next_is(b"2\n")
        lines.add_line(b"2\n")
        assert lines.length == 4
    assert (tmp_path / "a").read_bytes() == b"1\n2\n3\n"


def test_what_tells_of_changes_is_cut_before_they_are_made(tmp_path):
    (tmp_path / "a").write_bytes(b"1\n2\n")
    with Directory.at(str(tmp_path)) as folder, JsonlAppender(folder, "a", 2) as lines:
        lines.cut_unless_next_is(b"other\n")
        assert (tmp_path / "a").read_bytes() == b"1\n"


def test_no_part_of_a_line_is_left_where_the_disk_is_full(tmp_path, monkeypatch):
    with Directory.at(str(tmp_path)) as folder, JsonlAppender(folder, "a") as lines:
        lines.add_line(b"whole\n")

        def half(descriptor, data):
            with open(tmp_path / "a", "ab") as file:
                file.write(data[: len(data) // 2])
            raise OSError(errno.ENOSPC, "full")

        monkeypatch.setattr(appender, "write_all", half)
        with pytest.raises(OutputUnusable, match="full"):
            lines.add_line(b"broken\n")
        assert (tmp_path / "a").read_bytes() == b"whole\n"
