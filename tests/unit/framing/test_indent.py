"""The tab before each line is removed, and no other."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from artifact_stream.framing.indent import (
    remove_first_indents,
    remove_further_indents,
    remove_indent,
)

LINES = st.lists(st.sampled_from([b"", b"a", b"\t", b"a\tb", b"\t\tc"]), min_size=1, max_size=6)


@given(lines=LINES, place=st.integers(0, 40))
def test_whole_or_in_two_pieces(lines, place):
    payload = b"\n".join(lines)
    text = b"\t" + payload.replace(b"\n", b"\n\t")
    assert remove_indent(text) == payload
    first, second = text[: place + 1], text[place + 1 :]
    if not first.endswith(b"\n"):  # As pieces are cut.
        assert remove_first_indents(first) + remove_further_indents(second) == payload
