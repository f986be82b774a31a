"""Small logs that tell of failures, graph breaks and recompilations."""

from __future__ import annotations

from tests.helpers.support import FRAME_0, raw_entry

FRAME_1 = {"frame_id": 1, "frame_compile_id": 0, "attempt": 0}
AGAIN = {"frame_id": 0, "frame_compile_id": 1, "attempt": 0}


def graph_break(code: str = "print(x)", line: int = 3, frame: dict[str, int] = FRAME_0) -> bytes:
    """A graph break in ``/w/gen.py``, function ``f``."""
    text = (
        f"Graph break in user code at /w/gen.py:{line}\n"
        "Graph Break Reason: Failed to trace builtin operator\n"
        "  Explanation: No way.\n  Hint: Avoid it.\n\n"
        "see https://meta-pytorch.github.io/compile-graph-break-site/gb/gb0059.html\n\n"
        f'User code traceback:\n  File "/w/gen.py", line {line}, in f\n    {code}\n'
    )
    metadata = {"name": "dynamo_graph_break_reason", "encoding": "string"}
    return raw_entry("artifact", text.encode(), metadata, **frame)


def failure(frame: dict[str, int] = FRAME_1) -> bytes:
    """A failed compilation."""
    text = (
        "Traceback (most recent call last):\n"
        '  File "/w/gen.py", line 9, in g\n    h(x)\nRuntimeError: no such op\n'
    )
    metadata = {"name": "dynamo_error", "encoding": "string"}
    return raw_entry("artifact", text.encode(), metadata, **frame)


def metrics(frame: dict[str, int] = FRAME_0, **fields: object) -> bytes:
    """Metrics of a compilation."""
    known = {
        "fail_type": None,
        "fail_reason": None,
        "restart_reasons": [],
        "recompile_reason": None,
    }
    return raw_entry("compilation_metrics", None, known | fields, **frame)


def whole(break_code: str = "print(x)", break_line: int = 3) -> bytes:
    """A break in [0/0], a failure of [1/0], and [0/1] compiled again for another size."""
    reason = b"0/0: tensor 'x' size mismatch at index 0. expected 4, actual 8"
    return b"".join(
        (
            graph_break(break_code, break_line),
            metrics(
                {**FRAME_0, "attempt": 1}, co_name="f", co_filename="/w/gen.py", co_firstlineno=1,
                graph_op_count=2, entire_frame_compile_time_s=1.5, pytorch_version="2.13.0",
            ),
            failure(),
            metrics(FRAME_1, co_name="g", fail_type="RuntimeError", fail_reason="no such op"),
            raw_entry(
                "artifact", reason, {"name": "recompile_reasons", "encoding": "json"}, **AGAIN
            ),
            metrics(AGAIN, co_name="f", co_filename="/w/gen.py", co_firstlineno=1,
                    graph_op_count=2, entire_frame_compile_time_s=0.5),
        )
    )  # fmt: skip
