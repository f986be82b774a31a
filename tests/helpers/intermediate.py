"""Making intermediate files of a raw log, with nothing of the code under test.

Reads a log the plain way, all in memory, with ``json`` and ``re``.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

ENTRY = re.compile(
    rb"^[VIWEC](\d\d)(\d\d) (\S+) +(\d+) (.*?):(\d+)\] (\{.*)((?:\n\t.*)*)$", re.MULTILINE
)
CONTEXT = (
    "rank",
    "frame_id",
    "frame_compile_id",
    "attempt",
    "compiled_autograd_id",
    "has_payload",
    "stack",
)
GRAPHS = (
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
FILES = {
    **dict.fromkeys(GRAPHS, "graphs.jsonl"),
    "inductor_output_code": "codegen.jsonl",
    "dynamo_cpp_guards_str": "codegen.jsonl",
    "artifact": "artifacts.jsonl",
    "dump_file": "artifacts.jsonl",
    "link": "artifacts.jsonl",
}


@dataclass
class RawEntry:
    type: str
    metadata: Any
    envelope: dict[str, Any]
    payload: bytes | None
    fields: dict[str, Any]


def read_raw(log: bytes) -> list[RawEntry]:
    entries = []
    for match in ENTRY.finditer(log):
        month, day, time, thread, pathname, lineno, envelope_text, indented = match.groups()
        envelope = json.loads(envelope_text)
        payload = indented[2:].replace(b"\n\t", b"\n") if indented else None
        fields = {
            "compile_id": compile_id(envelope),
            "rank": envelope.get("rank"),
            "timestamp": f"2026-{month.decode()}-{day.decode()}T{time.decode()}Z",
            "thread": int(thread),
            "pathname": pathname.decode(),
            "lineno": int(lineno),
        }
        for key, metadata in envelope.items():
            if key not in CONTEXT:
                entries.append(RawEntry(key, metadata, envelope, payload, fields))
    return entries


def compile_id(envelope: dict[str, Any]) -> str | None:
    frame, compile_, attempt, autograd = (
        envelope.get(key)
        for key in ("frame_id", "frame_compile_id", "attempt", "compiled_autograd_id")
    )
    if frame is None and compile_ is None and autograd is None:
        return None
    if attempt is None and compile_ is not None:
        attempt = 0
    text = "_".join("-" if part is None else str(part) for part in (frame, compile_, attempt))
    return text if autograd is None else f"!{autograd}_{text}"


def intermediate_files(log: bytes) -> dict[str, bytes]:
    """The three files, by name."""
    files: dict[str, list[str]] = {name: [] for name in dict.fromkeys(FILES.values())}
    for entry in read_raw(log):
        name = FILES.get(entry.type)
        if name is not None:
            line = {"type": entry.type, **entry.fields, "metadata": entry.metadata}
            if entry.payload is not None:
                line["payload"] = entry.payload.decode("utf-8", "surrogateescape")
            files[name].append(json.dumps(line))
    return {name: "".join(line + "\n" for line in lines).encode() for name, lines in files.items()}
