"""Walking through a folder: what is looked at, what is not, and what cannot be read."""

from __future__ import annotations

import os

import pytest

from artifact_stream.sources.heads import EMPTY, UNREADABLE, Head, Refusal
from artifact_stream.sources.walk import look_at_file, unreadable_refusal, walk
from tests.helpers.support import raw_entry

LOG = raw_entry("aot_joint_graph", b"graph")


@pytest.fixture
def folder(tmp_path):
    for name, data in {
        "rank_10.log": LOG,
        "rank_9.log": LOG,
        "graphs.jsonl": b"{}",
        "b/t.log": LOG,
        "out/t.log": LOG,
        "old/format.json": b"{}",
        "old/summary.json": b"{}",
        "old/deep/t.log": LOG,
        "report/raw.jsonl": b'{"string_table":[]}\n',
        "report/payloads/a.txt": b"x",
        "kept/raw.jsonl": b'{"string_table":[]}\n',
        "kept/raw.log": LOG,
        "kept/t.log": LOG,
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    return tmp_path


def visited(folder, **told):
    outputs, errors = [], []
    found = {
        os.path.relpath(each.path, folder): (each.names, each.is_report)
        for each in walk(
            str(folder), str(folder / "out"), look_at_file, errors.append, outputs.append
        )
    }
    return found, [os.path.relpath(path, folder) for path in outputs], errors


def test_folders_come_in_order_without_outputs(folder):
    found, outputs, errors = visited(folder)
    assert found == {
        ".": (["graphs.jsonl", "rank_9.log", "rank_10.log"], False),
        "b": (["t.log"], False),
        "kept": (["raw.log"], True),
        "report": (["raw.jsonl"], True),
    }
    assert list(found)[1:] == ["b", "kept", "report"]
    assert outputs == ["old"]
    assert errors == []


def test_a_folder_that_is_not_there_is_told(tmp_path):
    found, _, errors = visited(tmp_path / "gone")
    assert found == {}
    assert unreadable_refusal(errors[0]) == Refusal(
        UNREADABLE, "cannot be read (No such file or directory)"
    )


def test_what_a_file_is(folder):
    assert isinstance(look_at_file(str(folder / "rank_9.log")), Head)
    (folder / "none").write_bytes(b"")
    assert look_at_file(str(folder / "none")) == Refusal(EMPTY, "is empty")
    gone = look_at_file(str(folder / "gone"))
    assert isinstance(gone, Refusal)
    assert gone.slug == UNREADABLE
