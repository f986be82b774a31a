"""Lines of an index: read, refused, and what they list."""

from __future__ import annotations

import io

import msgspec
import pytest

from artifact_stream.errors import Problem
from artifact_stream.index.lines import (
    MAX_LINE_BYTES,
    BrokenLine,
    IndexEntry,
    ListedFile,
    ProblemLine,
    artifact_folder,
    decode_entry,
    lines_of,
    listed_files,
    listed_paths,
    numbered_lines,
    unpacked_paths,
)
from tests.helpers.reports import index_entry, link_entry

LINE = (
    b'{"compile_id":"0_0_0","name":"a.txt","url":"0_0_0/a.txt","type":"graph_dump","rank":null,'
    b'"bytes":3,"lazy_loader":null,"line":7}\n'
)


def test_a_line_becomes_an_entry_whose_other_members_are_unset():
    entry = decode_entry(LINE)
    assert (entry.name, entry.bytes, entry.line, entry.flags) == ("a.txt", 3, 7, ())
    assert entry.digest is msgspec.UNSET
    assert not entry.is_link


def test_a_lone_surrogate_in_a_line_is_taken():
    assert decode_entry(LINE.replace(b"a.txt", rb"\udc80.txt", 1)).name == "\udc80.txt"


@pytest.mark.parametrize("line", [b"", b"{}", b"[1]", b"{", LINE.replace(b"3", b'"3"')])
def test_what_is_no_entry_is_refused(line):
    with pytest.raises(ValueError):  # noqa: PT011 - of json or msgspec, worded by them
        decode_entry(line)


def test_lines_come_with_their_offsets_without_a_torn_end():
    assert list(lines_of(io.BytesIO(b"a\n\nbc\nto"))) == [(0, b"a\n"), (2, b"\n"), (3, b"bc\n")]


def test_a_line_that_no_run_writes_ends_the_reading():
    with pytest.raises(ValueError, match="longer than"):
        list(lines_of(io.BytesIO(b"x" * MAX_LINE_BYTES + b"\n")))


def test_broken_lines_are_numbered_with_the_rest():
    text = LINE + b"{}\n" + b"x" * (MAX_LINE_BYTES + 5) + b"\n" + LINE + LINE[:-1]
    found = [(number, type(entry)) for number, entry, _ in numbered_lines(io.BytesIO(text))]
    assert found == [
        (1, IndexEntry), (2, BrokenLine), (3, BrokenLine), (4, IndexEntry), (5, BrokenLine),
    ]  # fmt: skip


PAGE = index_entry(
    "a b.html", url="0_0_0/a%20b.html", digest="md5:1", text_url="0_0_0/a%20b.txt", text_bytes=2,
    text_digest="md5:2",
)  # fmt: skip
PACKED = index_entry("g.txt", url="packs/000001.js#3", lazy_loader="loader.renderGraph")


@pytest.mark.parametrize(
    ("entry", "paths", "files"),
    [
        (
            PAGE,
            ["0_0_0/a b.html", "0_0_0/a b.txt"],
            [
                ListedFile("0_0_0/a%20b.html", 10, "md5:1"),
                ListedFile("0_0_0/a%20b.txt", 2, "md5:2"),
            ],
        ),
        (PACKED, ["packs/000001.js"], [ListedFile("packs/000001.js#3", None, None)]),
        (link_entry("l", "https://x"), [], []),
    ],
)
def test_the_files_of_an_entry(entry, paths, files):
    assert list(listed_paths(entry)) == paths
    assert list(listed_files(entry)) == files


def test_what_a_payload_in_a_pack_becomes():
    assert unpacked_paths(PACKED) == ["0_0_0/g.txt"]
    assert unpacked_paths(index_entry("c.html")) == ["0_0_0/c.html", "0_0_0/c.txt"]


def test_the_folder_of_a_compile_id():
    assert artifact_folder("0_0_0") == "0_0_0"
    assert artifact_folder("__global__") == "dump_file"
    assert "/" not in artifact_folder("../up")


def test_a_problem_has_its_line():
    problem = Problem("broken_line", "It is none.", "t.log", 3, 40, "exc", entry_written=False)
    assert ProblemLine.of(problem) == ProblemLine(
        "t.log", 3, 40, "broken_line", "It is none.", "exc", entry_written=False
    )


def test_a_folder_of_what_is_in_a_pack_is_no_longer_than_the_disk_takes():
    entry = index_entry("g.txt", compile_id="k" * 200)
    (path,) = unpacked_paths(entry, 143)
    assert len(path.partition("/")[0]) == 143
    assert unpacked_paths(entry) == [f"{'k' * 200}/g.txt"]
