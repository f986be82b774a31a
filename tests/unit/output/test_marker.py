"""``format.json``: what marks an output, and what is none."""

from __future__ import annotations

import json
import os

import pytest

from artifact_stream.errors import OutputUnusable
from artifact_stream.layout import FORMAT_FILE, GENERATOR, OUTPUT_VERSION
from artifact_stream.output.marker import Marker, marker_text, read_marker, require_marker

MARKER = Marker(GENERATOR, "1.2", OUTPUT_VERSION, {"directory.jsonl": 1}, ["."], ["a.css"], True)


def test_what_is_written_is_read(tmp_path):
    text = marker_text(MARKER)
    (tmp_path / FORMAT_FILE).write_bytes(text)
    assert read_marker(str(tmp_path)) == require_marker(str(tmp_path)) == MARKER
    assert text == json.dumps(json.loads(text), indent=2).encode() + b"\n"


@pytest.mark.parametrize(
    "text",
    [None, b"", b"{}", b"[]", b"\xff", b"[" * 100_000,
     marker_text(MARKER).replace(GENERATOR.encode(), b"somebody"), marker_text(MARKER)[:-5]],
)  # fmt: skip
def test_a_folder_without_a_marker_is_no_output(text, tmp_path):
    if text is not None:
        (tmp_path / FORMAT_FILE).write_bytes(text)
    assert read_marker(str(tmp_path)) is None
    with pytest.raises(OutputUnusable, match="no output of artifact-stream"):
        require_marker(str(tmp_path))


def test_a_marker_behind_a_link_or_in_a_pipe_is_none(tmp_path):
    (tmp_path / "elsewhere").write_bytes(marker_text(MARKER))
    for name in ("link", "pipe"):
        (tmp_path / name).mkdir()
    os.symlink("../elsewhere", tmp_path / "link" / FORMAT_FILE)
    os.mkfifo(tmp_path / "pipe" / FORMAT_FILE)
    for name in ("link", "pipe", "missing"):
        assert read_marker(str(tmp_path / name)) is None


def test_an_output_of_a_newer_format_is_said_to_be_one(tmp_path):
    newer = marker_text(MARKER).replace(
        b'"format_version": %d' % OUTPUT_VERSION, b'"format_version": %d' % (OUTPUT_VERSION + 1)
    )
    (tmp_path / FORMAT_FILE).write_bytes(newer)
    with pytest.raises(OutputUnusable, match=r"1\.2, in a newer format"):
        require_marker(str(tmp_path))


def test_what_a_later_version_adds_is_passed_over(tmp_path):
    content = {**json.loads(marker_text(MARKER)), "more": 1}
    (tmp_path / FORMAT_FILE).write_text(json.dumps(content))
    assert read_marker(str(tmp_path)) == MARKER
