"""Strategies for entries of all kinds, as tuples for `raw_entry` and `jsonl_entry`."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.helpers.support import PREFIX, raw_entry

CODE = b"def f(x):\n    return x  # comment\n" * 40
PAYLOADS = st.one_of(
    st.none(),
    st.binary(max_size=60),
    st.sampled_from([CODE, b'{"a": [1.0, NaN]}', b"[1", b"", b"\xff\x00", b"x" * 40_000]),
)
NAMES = st.sampled_from(["a", "A", "../b", "<eval_with_key>.1", "c" * 300, "\udc80", ""])
ENTRIES = st.one_of(
    st.builds(lambda p, n: ("graph_dump", p, {"name": n}), PAYLOADS, NAMES),
    st.builds(
        lambda p, n: ("inductor_output_code", p, {"filename": f"/x/{n}.py"}), PAYLOADS, NAMES
    ),
    st.builds(lambda p, n: ("artifact", p, {"name": n, "encoding": "json"}), PAYLOADS, NAMES),
    st.builds(lambda p, n: ("dump_file", p, {"name": n}), PAYLOADS, NAMES),
    st.builds(lambda p, n: ("link", p, {"name": n, "url": "javascript:x"}), PAYLOADS, NAMES),
    st.builds(lambda p, n: ("new_type", p, {}), PAYLOADS, NAMES),
    st.just(("chromium_event", b"{}", {})),
)
BROKEN = st.sampled_from(
    [
        b"no entry\n",
        b"\n",
        f'{PREFIX}{{"graph_dump": \n'.encode(),
        raw_entry("aot_joint_graph", b"cut", md5="0" * 32),
        raw_entry("aot_joint_graph", b"shared", dump_file={"name": "both"}),
    ]
)
