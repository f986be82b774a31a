"""Graphs: the FX graphs that dynamo, AOTAutograd, Inductor and DDP log."""

from __future__ import annotations

from typing import ClassVar

from artifact_stream.entries import Entry
from artifact_stream.handlers.base import Artifact, Content, Documentation


class GraphHandler:
    """Writes a graph as text, named after its type or, where the type has many, its name."""

    name: ClassVar[str] = "graph"
    entry_types: ClassVar[tuple[str, ...]] = (
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
    )
    documentation: ClassVar[Documentation] = Documentation(
        summary="FX graphs at every stage of compilation, as text.",
        output="`{type}.txt`; `optimize_ddp_split_child_{name}.txt`; `{name}.txt` for `graph_dump`",
    )

    def describe(self, entry: Entry) -> Artifact:
        """A text file; see `artifact_stream.handlers.base.Handler`."""
        given = entry.text("name")
        if entry.type == "optimize_ddp_split_child":
            return Artifact(f"{entry.type}_{given or 'unknown'}", Content.TEXT)
        if entry.type == "graph_dump":
            return Artifact(given or entry.type, Content.TEXT)
        return Artifact(entry.type, Content.TEXT)
