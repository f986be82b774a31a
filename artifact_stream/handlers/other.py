"""Entry types that are not ours: unknown ones, and those that a user asks for."""

from __future__ import annotations

import json

from artifact_stream.entries import Entry
from artifact_stream.handlers.base import Artifact, Content, Documentation, Handler

OTHER_MODULES_TYPES = frozenset(
    {
        "aot_autograd_backward_compilation_metrics",
        "bwd_compilation_metrics",
        "chromium_event",
        "compilation_metrics",
        "create_symbol",
        "create_unbacked_symbol",
        "describe_source",
        "describe_storage",
        "describe_tensor",
        "dynamo_cpp_guards_str",
        "dynamo_guards",
        "dynamo_start",
        "exported_program",
        "expression_created",
        "guard_added",
        "guard_added_fast",
        "mismatched_fake_kernel",
        "missing_fake_kernel",
        "propagate_real_tensors",
        "propagate_real_tensors_provenance",
        "symbolic_shape_specialization",
    }
)
"""Types that torch logs for other tools than this one: skipped and counted."""

STRING_TABLE_TYPE = "str"
"""Lines that intern strings for stacks; they carry no artifact."""


def describe(entry: Entry) -> Artifact:
    """A file named after the entry's type: the payload or, where it has none, its metadata."""
    flags = () if entry.type in OTHER_MODULES_TYPES else ("unknown_type",)
    if entry.has_payload or entry.payload_md5 is not None:
        return Artifact(entry.type, Content.TEXT, flags=flags)
    text = entry.logged_metadata()
    if text is None:
        # A line of more than a megabyte: its short values are known, in the order of the log.
        text, flags = json.dumps(entry.metadata).encode(), (*flags, "metadata_cut")
    return Artifact(entry.type, Content.JSON, flags=flags, text=text)


HANDLER = Handler(
    name="other",
    title="Other entries",
    entry_types=(),
    describe=describe,
    documentation=Documentation(
        summary="Types that nobody knows, flagged `unknown_type`, and types included by name.",
        output="`{type}.txt`; `{type}.json` of the metadata where there is no payload",
    ),
    place=80,
)
