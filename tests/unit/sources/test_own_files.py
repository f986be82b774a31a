"""Outputs of ours, and parts of them, are told from sources."""

from __future__ import annotations

import json

import pytest

from artifact_stream.sources.own_files import is_index, is_output, lies_in_output
from tests.helpers.support import jsonl_entry, raw_entry


@pytest.mark.parametrize(
    ("names", "is_one"),
    [
        (["format.json", "directory.jsonl"], True),
        (["format.json", ".artifact-stream"], True),
        (["compile_directory.json", "directory.jsonl", "problems.jsonl", "0_0_0"], True),
        (["summary.json", "directory.jsonl"], False),
        (["format.json"], False),
        (["compile_directory.json", "raw.jsonl", "index.html"], False),  # A tlparse report.
        ([], False),
    ],
)
def test_an_output_is_told_by_its_own_files(names, is_one):
    assert is_output(names) is is_one


def test_what_lies_in_an_output_is_told_by_the_folders_above_it(tmp_path):
    deep = tmp_path / "out" / "rank_0" / "0_0_0"
    deep.mkdir(parents=True)
    for name in ("format.json", "summary.json"):
        (tmp_path / "out" / name).write_bytes(b"{}")
    assert lies_in_output(str(deep))
    assert lies_in_output(str(tmp_path / "out" / "index.html"))
    assert not lies_in_output(str(tmp_path / "out"))
    assert not lies_in_output(str(tmp_path / "t.log"))


@pytest.mark.parametrize(
    ("head", "is_one"),
    [
        (b'{"compile_id":"0_0_0","name":"a","url":"b","type":"c","lazy_loader":null}\n{', True),
        (b'{"kind":"failure","compile_id":"0_0_0","type":"c","line":3,"title":"t"}', True),
        (b'{"compile_id":"0_0_0","type":"graph_dump","metadata":{"name":"g"}}\n', False),
        (b'{"compile_id":"0_0_0","name":"a","url":"b","type":"c","lazy_lo', False),
        (b'{"kind":"failure"}', False),
        (jsonl_entry("graph_dump", b"x", compile_id="0_0_0"), False),
        (raw_entry("graph_dump", b"x"), False),
        (b"", False),
    ],
)
def test_an_index_is_told_by_the_keys_of_its_first_line(head, is_one):
    assert is_index(head) is is_one
    assert not is_index(json.dumps([head.decode()]).encode())
