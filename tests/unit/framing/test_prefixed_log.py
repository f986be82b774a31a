"""A log is read without what stands before its lines; several writers are told apart."""

from __future__ import annotations

import random

import pytest

from artifact_stream.entries import Entry
from artifact_stream.framing import prefixed_log
from artifact_stream.framing.line_prefix import prefix_of
from artifact_stream.framing.passed_over import PassedOver
from artifact_stream.framing.prefixed_log import PrefixedLogFramer
from artifact_stream.framing.scratch import Scratch
from tests.helpers.support import ChunkStream, raw_entry


def framed(text: bytes, folder: str, block: int = 1_000) -> tuple[list, PrefixedLogFramer]:
    stream = ChunkStream([text[n : n + block] for n in range(0, len(text), block)])
    prefix = prefix_of(b"[rank0]: ", b"")
    framer = PrefixedLogFramer(stream, "t", PassedOver(), Scratch(folder), prefix)
    items = []
    for item in framer:
        payload = b"".join(item.payload.chunks()) if isinstance(item, Entry) else None
        items.append((item, payload, framer.can_go_on))
    stream.close()
    return items, framer


def lines_of(rank: int, count: int) -> list[bytes]:
    log = b"".join(raw_entry("graph_dump", b"%d\n\n%d" % (rank, n)) for n in range(count))
    return [b"[rank%d]: " % rank + line for line in log.splitlines(keepends=True)]


def mixed(*writers: list[bytes]) -> bytes:
    picks, left, out = random.Random(3), [list(lines) for lines in writers], []
    while any(left):
        out.append(picks.choice([lines for lines in left if lines]).pop(0))
    return b"".join(out)


def test_one_writer_is_read_in_order_at_its_places(tmp_path):
    text = b"".join(lines_of(0, 5))
    items, framer = framed(text, str(tmp_path))
    assert [payload for _, payload, _ in items] == [b"0\n\n%d" % n for n in range(5)]
    for item, _, can_go_on in items:
        assert text[item.offset_bytes :].startswith(b"[rank0]: V")
        assert text[: item.offset_bytes].count(b"\n") + 1 == item.line
        assert item.rank is None
        assert can_go_on
    assert not framer.is_mixed


@pytest.mark.parametrize("held", [1_000, 4 << 20])
def test_lines_of_several_are_put_together_again(held, tmp_path, monkeypatch):
    monkeypatch.setattr(prefixed_log, "_MAX_HELD_BYTES", held)
    text = mixed(lines_of(0, 30), lines_of(1, 20), lines_of(7, 10))
    items, framer = framed(text, str(tmp_path))
    assert framer.is_mixed
    assert sorted((item.rank, payload) for item, payload, _ in items) == sorted(
        (rank, b"%d\n\n%d" % (rank, n))
        for rank, count in ((0, 30), (1, 20), (7, 10))
        for n in range(count)
    )
    assert not list(tmp_path.iterdir())


def test_more_writers_than_are_gathered_side_by_side(tmp_path, monkeypatch):
    monkeypatch.setattr(prefixed_log, "MAX_WRITERS", 2)
    text = b"".join(lines[0] for lines in (lines_of(rank, 1) for rank in range(5)))
    items, _ = framed(text, str(tmp_path))
    assert len(items) == 5


def test_a_line_that_is_too_long_for_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(prefixed_log, "_LONG_LINE_BYTES", 5_000)
    payload = b"x" * 50_000
    text = b"".join(
        b"[rank0]: " + line for line in raw_entry("graph_dump", payload).splitlines(keepends=True)
    )
    items, _ = framed(text + b"[rank0]: torn", str(tmp_path))
    assert items[0][1] == payload
    assert items[1][0].slug == "not_an_entry"
