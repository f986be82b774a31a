"""The index in groups, and the ``compile_directory.json`` made of them."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from artifact_stream.handlers.registry import Registry, built_in
from artifact_stream.index.by_compile_id import (
    GroupedDirectory,
    compile_directory_chunks,
    group_display_name,
)
from artifact_stream.index.kinds import PageOrder
from tests.helpers.reports import index_entry, link_entry

ENTRIES = [
    index_entry("code.html", "inductor_output_code", compile_id="1_0_0"),
    link_entry("profile", "https://x"),
    index_entry("joint.txt", "aot_joint_graph", compile_id="1_0_0"),
    index_entry("a.txt", "artifact", flags=("renamed",), original_name="a/b"),
    index_entry("eval_with_key_1.html", "dump_file", compile_id="__global__"),
    index_entry("dynamo.txt", "dynamo_output_graph", compile_id="1_0_0"),
]


@pytest.fixture
def index(tmp_path) -> Path:
    path = tmp_path / "directory.jsonl"
    path.write_bytes(b"".join(msgspec.json.encode(entry) + b"\n" for entry in ENTRIES))
    return path


def names(groups) -> list[tuple[str, list[str]]]:
    return [(key, [entry.name for entry in entries]) for key, entries in groups]


def test_groups_stand_as_they_arrived_links_last(index, tmp_path):
    with GroupedDirectory(str(index), str(tmp_path)) as directory:
        assert names(directory.groups()) == [
            ("1_0_0", ["code.html", "joint.txt", "dynamo.txt"]),
            ("0_0_0", ["a.txt", "profile"]),
            ("__global__", ["eval_with_key_1.html"]),
        ]
    assert list(tmp_path.iterdir()) == [index]


def test_a_page_has_them_by_kind(index, tmp_path):
    with GroupedDirectory(str(index), str(tmp_path)) as directory:
        first = names(directory.groups_by_kind())[0]
    assert first == ("1_0_0", ["dynamo.txt", "joint.txt", "code.html"])


def test_a_page_of_other_kinds_has_them_in_another_order(index, tmp_path):
    first = msgspec.structs.replace(built_in().handlers[1], place=1)
    order = PageOrder(Registry([first, built_in().handlers[0]], built_in().other))
    with GroupedDirectory(str(index), str(tmp_path), order=order) as directory:
        assert names(directory.groups_by_kind())[0] == (
            "1_0_0",
            ["code.html", "dynamo.txt", "joint.txt"],
        )


def test_an_empty_index_has_no_groups(tmp_path):
    (tmp_path / "directory.jsonl").write_bytes(b"")
    with GroupedDirectory(str(tmp_path / "directory.jsonl"), str(tmp_path)) as directory:
        assert b"".join(compile_directory_chunks(directory.groups())) == b"{\n}\n"


def test_the_compile_directory_lists_artifacts_and_links_apart(index, tmp_path):
    with GroupedDirectory(str(index), str(tmp_path)) as directory:
        text = b"".join(compile_directory_chunks(directory.groups()))
    listed = json.loads(text)
    assert list(listed) == ["1_0_0", "0_0_0", "__global__"]
    assert listed["0_0_0"] == {
        "display_name": "[0/0]",
        "artifacts": [
            {
                "name": "a.txt", "url": "0_0_0/a.txt", "type": "artifact", "bytes": 10,
                "lazy_loader": None, "original_name": "a/b", "flags": ["renamed"],
            }
        ],
        "links": [{"name": "profile", "url": "https://x"}],
    }  # fmt: skip
    assert listed["__global__"]["links"] == []
    assert len(text.splitlines()) == 2 + 3 + len(ENTRIES)


@pytest.mark.parametrize(
    ("key", "shown"),
    [("0_0_1", "[0/0_1]"), ("__global__", "Whole trace"), ("unknown", "unknown")],
)
def test_what_people_are_shown_for_a_key(key, shown):
    assert group_display_name(key) == shown


@pytest.mark.parametrize("line", [b"no entry\n", b"{}\n", b"[" * 100_000 + b"\n"])
def test_a_line_that_is_no_entry_is_an_edited_index(line, tmp_path):
    from artifact_stream.errors import OutputUnusable

    (tmp_path / "directory.jsonl").write_bytes(line)
    grouped = GroupedDirectory(str(tmp_path / "directory.jsonl"), str(tmp_path))
    with pytest.raises(OutputUnusable, match="was edited"), grouped:
        pass
