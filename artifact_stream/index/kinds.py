"""Kinds of artifacts, and the order in which a page lists those of one compile id.

Graphs come first, in the order in which a compilation makes them; then code, artifacts, dump
files, what other entry types left, and links.
"""

from __future__ import annotations

from artifact_stream.index.lines import IndexEntry

KINDS = ("graph", "code", "artifact", "dump_file", "other", "link")

_GRAPHS_IN_COMPILE_ORDER = (
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
)
_OTHER_GRAPHS = ("compiled_autograd_graph", "graph_dump")
_OTHER_GRAPH = len(_GRAPHS_IN_COMPILE_ORDER)
_CODE, _ARTIFACT, _DUMP_FILE, _OTHER, _LINK = range(_OTHER_GRAPH + 1, _OTHER_GRAPH + 6)

_PLACE_OF_TYPE = {
    **{name: place for place, name in enumerate(_GRAPHS_IN_COMPILE_ORDER)},
    **dict.fromkeys(_OTHER_GRAPHS, _OTHER_GRAPH),
    "inductor_output_code": _CODE,
    "dump_file": _DUMP_FILE,
}
# Newer releases of torch log some graphs as artifacts.
_PLACE_OF_ARTIFACT = {name: place for place, name in enumerate(_GRAPHS_IN_COMPILE_ORDER)}
_KIND_OF_PLACE = (0,) * _CODE + (1, 2, 3, 4, 5)


def place_of(entry: IndexEntry) -> int:
    """Where the entry stands among those of its compile id: smaller comes first."""
    if entry.type == "artifact":
        name = entry.original_name
        if not isinstance(name, str):
            name = entry.name.removesuffix(".txt")
        return _PLACE_OF_ARTIFACT.get(name, _ARTIFACT)
    if entry.is_link:
        return _LINK
    return _PLACE_OF_TYPE.get(entry.type, _OTHER)


def payload_bytes(entry: IndexEntry) -> int:
    """Size of what the entry says: of a page that of the text beside it; 0 for a link."""
    return entry.text_bytes if isinstance(entry.text_bytes, int) else entry.bytes or 0


def kind_of(place: int) -> int:
    """The number in `KINDS` of an entry with this place."""
    return _KIND_OF_PLACE[place]
