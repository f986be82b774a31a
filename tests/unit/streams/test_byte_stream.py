"""How much compressed data may become before it is taken for what fills a disk."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from artifact_stream.errors import ExpandsTooMuch
from artifact_stream.streams.byte_stream import EXPANSION_GRACE_BYTES, ExpansionLimit

HALF = bytes(EXPANSION_GRACE_BYTES // 2)


def test_the_ratio_counts_once_much_has_come():
    stored = SimpleNamespace(read_bytes=1)
    limit = ExpansionLimit(stored, 10)
    limit.count(HALF)
    limit.count(HALF)  # Exactly what any source may give.
    with pytest.raises(ExpandsTooMuch, match="more than 10 times"):
        limit.count(b"x")


def test_what_is_stored_may_be_so_many_times_as_long():
    stored = SimpleNamespace(read_bytes=EXPANSION_GRACE_BYTES // 10 + 1)
    limit = ExpansionLimit(stored, 10)
    limit.count(HALF)
    limit.count(HALF)
    for _ in range(4):
        limit.count(b"x")
    stored.read_bytes -= 1
    with pytest.raises(ExpandsTooMuch):
        limit.count(b"x")


def test_no_limit_is_no_limit():
    limit = ExpansionLimit(SimpleNamespace(read_bytes=0), 0)
    for _ in range(4):
        limit.count(HALF)
