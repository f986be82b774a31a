"""Names of files that are about to be there: the last note counts, older ones do not."""

from __future__ import annotations

import os

import pytest

from artifact_stream.disk.directories import Directory
from artifact_stream.layout import PENDING_FILE
from artifact_stream.output.pending import pending_paths


def pending(folder, text=None):
    """The paths that the note in a staging folder names, once it holds a text."""
    if text is not None:
        (folder / PENDING_FILE).write_bytes(text)
    with Directory.at(str(folder)) as staging:
        return list(pending_paths(staging))


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        (b"", []),
        (b"\n", []),
        (b"a/b.txt\n\n", ["a/b.txt"]),
        (b"a/b.html\na/b.txt\n\n", ["a/b.html", "a/b.txt"]),
        (b"a/b.txt\n\nolder/c.txt\n\n", ["a/b.txt"]),
        (b"a/cut", ["a/cut"]),
        (b"a/\xff\n\n", ["a/\ufffd"]),
    ],
)
def test_paths_up_to_an_empty_line(text, paths, tmp_path):
    assert pending(tmp_path, text) == paths


def test_an_edited_note_takes_no_memory(tmp_path):
    found = pending(tmp_path, b"x" * 10_000_000)
    assert sum(map(len, found)) <= 16 * 4096
    assert len(pending(tmp_path, b"a\n" * 1000)) == 16


def test_what_is_no_file_is_not_read(tmp_path):
    os.mkfifo(tmp_path / PENDING_FILE)
    with pytest.raises(OSError, match=r"."):
        pending(tmp_path)
