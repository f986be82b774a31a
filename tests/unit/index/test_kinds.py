"""Where entries stand on a page."""

from __future__ import annotations

import pytest

from artifact_stream.handlers.base import Artifact, Content, Documentation, Handler
from artifact_stream.handlers.registry import Registry, built_in
from artifact_stream.index.kinds import PageOrder, built_in_order, payload_bytes
from tests.helpers.reports import index_entry, link_entry

IN_ORDER = [
    index_entry("dynamo_output_graph.txt", "dynamo_output_graph"),
    index_entry("optimize_ddp_split_child_submod_0.txt", "optimize_ddp_split_child"),
    index_entry("before_pre_grad_graph.txt", "artifact"),
    index_entry("aot_joint_graph.txt", "aot_joint_graph"),
    index_entry("a.txt", "artifact", original_name="before_joint_graph"),
    index_entry("after_post_grad_graph.txt", "after_post_grad_graph"),
    index_entry("g.txt", "graph_dump"),
    index_entry("inductor_output_code_x.html", "inductor_output_code"),
    index_entry("k.html", "graph_dump", kind="codegen"),
    index_entry("aot_joint_graph_1.txt", "artifact"),
    index_entry("dynamo_output_graph.json", "artifact"),
    index_entry("eval_with_key_1.html", "dump_file"),
    index_entry("new_type.txt", "new_type"),
    link_entry("profile", "https://x"),
]
KINDS = [
    *["graph"] * 7, "codegen", "codegen", "artifact", "artifact", "dump_file", "other", "link",
]  # fmt: skip


def test_graphs_come_first_as_they_are_made_then_each_kind():
    order = built_in_order()
    places = [order.place_of(entry) for entry in IN_ORDER]
    assert places == sorted(places)
    assert [order.kinds[order.kind_of(entry)].name for entry in IN_ORDER] == KINDS
    assert len(set(places)) == len(places) - 1  # The two artifacts that are no graphs are equals.


def test_graphs_without_a_stage_are_equals():
    order = built_in_order()
    one, two = index_entry("g", "graph_dump"), index_entry("h", "compiled_autograd_graph")
    assert order.place_of(one) == order.place_of(two)


def test_a_kind_of_ones_own_has_its_place_and_number():
    coffee = Handler(
        name="coffee",
        title="Coffee",
        entry_types=("filter", "espresso"),
        describe=lambda entry: Artifact(entry.type, Content.TEXT),
        documentation=Documentation(summary="", output=""),
        place=25,
        order=("beans", "espresso", "aot_joint_graph"),
    )
    order = PageOrder(Registry([*built_in().handlers, coffee], built_in().other))
    names = [kind.name for kind in order.kinds]
    assert names.index("codegen") < names.index("coffee") < names.index("artifact")
    entries = [
        index_entry("c.html", "inductor_output_code"),
        index_entry("beans.txt", "artifact"),
        index_entry("e.txt", "espresso"),
        index_entry("f.txt", "filter"),
        index_entry("a.txt", "artifact"),
    ]
    places = [order.place_of(entry) for entry in entries]
    assert places == sorted(set(places))
    assert [names[order.kind_of(entry)] for entry in entries] == [
        "codegen", "coffee", "coffee", "coffee", "artifact",
    ]  # fmt: skip
    graph = index_entry("aot_joint_graph.txt", "aot_joint_graph")
    assert names[order.kind_of(graph)] == "graph", "a type belongs to the kind that takes it"


@pytest.mark.parametrize(
    ("entry", "size"),
    [
        (index_entry("a.txt"), 10),
        (index_entry("a.html", text_url="a.txt", text_bytes=4), 4),
        (index_entry("a.html", text_url="a.txt", text_bytes=0), 0),
        (link_entry("l", "#"), 0),
    ],
)
def test_the_size_of_a_payload(entry, size):
    assert payload_bytes(entry) == size
