"""What a graph's file is called."""

from __future__ import annotations

import pytest

from artifact_stream.entries import Entry
from artifact_stream.handlers.base import Artifact, Content
from artifact_stream.handlers.graph import HANDLER, describe


@pytest.mark.parametrize(
    ("entry_type", "metadata", "name"),
    [
        ("aot_joint_graph", {}, "aot_joint_graph"),
        ("aot_joint_graph", {"name": "ignored"}, "aot_joint_graph"),
        ("optimize_ddp_split_child", {"name": "submod_0"}, "optimize_ddp_split_child_submod_0"),
        ("optimize_ddp_split_child", {}, "optimize_ddp_split_child_unknown"),
        ("graph_dump", {"name": "before_fusion"}, "before_fusion"),
        ("graph_dump", {"name": ""}, "graph_dump"),
        ("graph_dump", {"name": 7}, "graph_dump"),
    ],
)
def test_a_graph_is_a_text_named_after_type_or_name(entry_type, metadata, name):
    assert describe(Entry(entry_type, metadata=metadata)) == Artifact(name, Content.TEXT)


def test_graphs_are_shown_first_and_from_packs():
    assert (HANDLER.title, HANDLER.lazy_loader) == ("Graphs", "loader.renderGraph")
    assert HANDLER.order[0] == "dynamo_output_graph"
    assert HANDLER.order.index("aot_joint_graph") < HANDLER.order.index("aot_forward_graph")
    assert set(HANDLER.entry_types) - set(HANDLER.order) == {
        "compiled_autograd_graph",
        "graph_dump",
    }
