"""Graphs: the FX graphs that dynamo, AOTAutograd, Inductor and DDP log."""

from __future__ import annotations

from artifact_stream.entries import Entry
from artifact_stream.handlers.base import Artifact, Content, Documentation, Handler


def describe(entry: Entry) -> Artifact:
    """A text file, named after the entry's type or, where the type has many, its name."""
    given = entry.text("name")
    if entry.type == "optimize_ddp_split_child":
        return Artifact(f"{entry.type}_{given or 'unknown'}", Content.TEXT)
    if entry.type == "graph_dump":
        return Artifact(given or entry.type, Content.TEXT)
    return Artifact(entry.type, Content.TEXT)


HANDLER = Handler(
    name="graph",
    title="Graphs",
    entry_types=(
        "dynamo_output_graph",
        "aot_forward_graph",
        "aot_backward_graph",
        "aot_joint_graph",
        "aot_inference_graph",
        "inductor_pre_grad_graph",
        "inductor_post_grad_graph",
        "optimize_ddp_split_graph",
        "optimize_ddp_split_child",
        "compiled_autograd_graph",
        "graph_dump",
    ),
    describe=describe,
    documentation=Documentation(
        summary="FX graphs at every stage of compilation, as text; a `graph_dump` that is code is "
        "`codegen`.",
        output="`{type}.txt`; `optimize_ddp_split_child_{name}.txt`; `{name}.txt` for `graph_dump`",
    ),
    place=10,
    # As a compilation makes them; newer releases of torch log some of them as artifacts.
    order=(
        "dynamo_output_graph",
        "optimize_ddp_split_graph",
        "optimize_ddp_split_child",
        "before_pre_grad_graph",
        "inductor_pre_grad_graph",
        "after_pre_grad_graph",
        "aot_joint_graph",
        "before_joint_graph",
        "after_joint_graph",
        "aot_forward_graph",
        "aot_backward_graph",
        "aot_inference_graph",
        "before_post_grad_graph",
        "inductor_post_grad_graph",
        "after_post_grad_graph",
    ),
    lazy_loader="loader.renderGraph",
)
