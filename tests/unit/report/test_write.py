"""What is made of an index once it is complete."""

from __future__ import annotations

import json

import msgspec
import pytest

from artifact_stream.errors import OutputUnusable
from artifact_stream.handlers.base import Artifact, Content, Documentation, Handler
from artifact_stream.handlers.registry import Registry, built_in
from artifact_stream.index.kinds import PageOrder
from artifact_stream.output.counts import TraceCounts
from artifact_stream.output.summary import TraceSummary
from artifact_stream.report.write import write_lists
from tests.helpers.reports import index_entry, link_entry, per_kind, values_of

ENTRIES = [
    link_entry("profile", "https://x"),
    index_entry("espresso.txt", "espresso", rank=1),
    index_entry("aot_joint_graph.txt", "aot_joint_graph", rank=1),
]


@pytest.fixture
def root(tmp_path):
    lines = [msgspec.json.encode(entry) + b"\n" for entry in ENTRIES]
    (tmp_path / "directory.jsonl").write_bytes(b"".join(lines))
    (tmp_path / "problems.jsonl").write_bytes(b"")
    (tmp_path / "staging").mkdir()
    return tmp_path


def test_the_lists_and_the_report_agree_with_the_index(root):
    summary = TraceSummary(".", ["t.log"], TraceCounts(), 0.0)
    write_lists(str(root), str(root / "staging"), summary)
    listed = json.loads((root / "compile_directory.json").read_bytes())
    assert [x["name"] for x in listed["0_0_0"]["artifacts"]] == [
        "espresso.txt", "aot_joint_graph.txt",
    ]  # fmt: skip
    rows = values_of(root / "report" / "rows-0.js")[0]
    assert [row[0] for row in rows] == ["aot_joint_graph.txt", "espresso.txt", "profile"]
    assert (root / "index.html").is_file()
    index_bytes = (root / "directory.jsonl").stat().st_size
    assert summary.indexes["directory.jsonl"].bytes == index_bytes
    assert not list((root / "staging").iterdir())


def test_a_kind_of_ones_own_has_its_heading_on_the_page(root):
    coffee = Handler(
        name="coffee",
        title="Coffee",
        entry_types=("espresso",),
        describe=lambda entry: Artifact(entry.type, Content.TEXT),
        documentation=Documentation(summary="", output=""),
        place=5,
    )
    order = PageOrder(Registry([*built_in().handlers, coffee], built_in().other))
    summary = TraceSummary(".", ["t.log"], TraceCounts(), 0.0)
    write_lists(str(root), str(root / "staging"), summary, order)
    [head] = values_of(root / "report" / "head.js")
    assert head["kinds"][0] == {"name": "coffee", "title": "Coffee", "loader": None}
    [[group]] = values_of(root / "report" / "outline-0.js")
    assert group[4] == per_kind(order.kinds, coffee=1, graph=1, link=1)
    rows = values_of(root / "report" / "rows-0.js")[0]
    assert [row[0] for row in rows] == ["espresso.txt", "aot_joint_graph.txt", "profile"]


def test_an_index_that_is_gone_is_said(root):
    (root / "directory.jsonl").unlink()
    with pytest.raises(OutputUnusable):
        write_lists(
            str(root), str(root / "staging"), TraceSummary(".", ["t.log"], TraceCounts(), 0.0)
        )
