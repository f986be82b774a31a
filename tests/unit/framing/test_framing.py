"""Framing: raw logs and intermediate JSONL become the same entries, however they are cut."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artifact_stream.entries import Entry
from artifact_stream.errors import Problem
from artifact_stream.framing.detect import HEAD_BYTES, detect_format
from artifact_stream.framing.indent import remove_indent
from artifact_stream.framing.jsonl import JsonlFramer
from artifact_stream.framing.passed_over import PassedOver
from artifact_stream.framing.raw_log import RawLogFramer
from artifact_stream.streams.opening import PeekedStream
from tests.helpers.support import FRAME_0, PREFIX, cut, frame, jsonl_entry, raw_entry

SCRATCH = Path(tempfile.gettempdir())

# Payloads made of what is special somewhere: line ends, tabs, escapes, surrogates, broken UTF-8.
PIECES = st.sampled_from(
    [
        b"\n",
        b"\t",
        b"\r",
        b"\0",
        b"\\",
        b'"',
        b"\x0c",
        b"a",
        b"V1123 ",
        b"\xff",
        b"\xe2\x80\xa8",
        b"\xf0\x9f\x98\x80",
        b"\xed\xa0\x80",
        b"\\ud800",
        b"{",
        b"}",
        b"\n\t",
        b"def f():\n    pass",
    ]
)
PAYLOADS = st.one_of(st.binary(max_size=40), st.lists(PIECES, max_size=30).map(b"".join))
NAMES = st.text(st.characters(codec=None), min_size=1, max_size=8)  # lone surrogates too
ENTRIES = st.lists(st.tuples(NAMES, st.none() | PAYLOADS), max_size=5)
CUTS = st.lists(st.integers(0, 10_000), max_size=20)
# More than a prefix is long; the real limit is far above that.
LARGE = st.sampled_from([100, 160, 1 << 20])


def facts(items):
    return [
        (item.type, item.compile_id, item.rank, item.metadata, item.has_payload, payload)
        for item, payload in items
    ]


@settings(max_examples=150, deadline=None)
@given(entries=ENTRIES, cuts=CUTS, large=LARGE, last_newline=st.booleans())
def test_raw_and_jsonl_come_back_the_same_however_they_are_cut(entries, cuts, large, last_newline):
    raw = b"".join(
        raw_entry("graph_dump", payload, {"name": name}, **FRAME_0, rank=3)
        for name, payload in entries
    )
    lines = b"".join(
        jsonl_entry("graph_dump", payload, {"name": name}, compile_id="0_0_0", rank=3)
        for name, payload in entries
    )
    if not last_newline:
        raw, lines = raw.removesuffix(b"\n"), lines.removesuffix(b"\n")
    expected = [
        ("graph_dump", "0_0_0", 3, {"name": name}, payload is not None, payload or b"")
        for name, payload in entries
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RawLogFramer, "large_bytes", large)
        patch.setattr(JsonlFramer, "large_bytes", large)
        assert facts(frame(RawLogFramer, cut(raw, cuts), SCRATCH)) == expected
        for again in (False, True):
            items = frame(JsonlFramer, cut(lines, cuts), SCRATCH, can_read_again=again)
            assert facts(items) == expected


@settings(max_examples=100, deadline=None)
@given(entries=ENTRIES, cuts=CUTS, large=LARGE, broken=st.integers(0, 5))
def test_lines_and_offsets_are_those_of_the_source(entries, cuts, large, broken):
    parts = [raw_entry("graph_dump", payload, {"name": name}) for name, payload in entries]
    parts.insert(broken % (len(parts) + 1), b"no entry\n")
    data = b"".join(parts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RawLogFramer, "large_bytes", large)
        items = frame(RawLogFramer, cut(data, cuts), SCRATCH, read_payloads=False)
    assert len(items) == len(parts)
    offset = 0
    for (item, _), part in zip(items, parts, strict=True):
        assert item.offset_bytes == offset
        assert item.line == data.count(b"\n", 0, offset) + 1
        if isinstance(item, Entry):
            assert item.source_bytes == len(part)
        offset += len(part)


@settings(max_examples=200, deadline=None)
@given(
    data=st.lists(
        st.one_of(
            PIECES,
            st.sampled_from(
                [
                    PREFIX.encode(),
                    b'{"graph_dump": {}}',
                    b'{"a": 1, "b": 2}',
                    b'{"graph_dump": {"name": NaN}}',
                    b"\n",
                    b"x" * 900,
                    b'{"type": "x", "payload": "',
                    b'"}',
                    b'{"type": "y"}\n',
                ]
            ),
        ),
        max_size=25,
    ).map(b"".join),
    cuts=CUTS,
    large=st.sampled_from([1200, 2000]),
)
def test_any_bytes_are_framed_the_same_however_they_are_cut(data, cuts, large):
    for framer in (RawLogFramer, JsonlFramer):
        whole = [_what(item, payload) for item, payload in frame(framer, [data], SCRATCH)]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(framer, "large_bytes", large)
            pieces = frame(framer, cut(data, cuts), SCRATCH)
        assert [_what(item, payload) for item, payload in pieces] == whole


def _what(item, payload):
    if isinstance(item, Problem):
        return (item.slug, item.line, item.offset_bytes, item.excerpt)
    return (item.type, item.metadata, item.line, item.offset_bytes, item.source_bytes, payload)


@given(st.lists(st.binary(max_size=12).map(lambda b: b.replace(b"\n", b"\t")), min_size=1))
def test_the_fast_way_to_remove_the_indent_is_the_exact_one(lines):
    indented = b"\n".join(b"\t" + line for line in lines)
    assert remove_indent(indented) == b"\n".join(lines)


def one(data: bytes, framer=RawLogFramer):
    items = frame(framer, [data], SCRATCH)
    assert len(items) == 1
    return items[0]


@pytest.mark.parametrize(
    ("context", "key"),
    [
        ({}, None),
        (FRAME_0, "0_0_0"),
        ({"frame_id": 1, "frame_compile_id": 2}, "1_2_0"),
        ({"compiled_autograd_id": 1}, "!1_-_-_-"),
        ({"compiled_autograd_id": 1, "attempt": 0}, "!1_-_-_0"),
        ({"compiled_autograd_id": 3, **FRAME_0, "attempt": 1}, "!3_0_0_1"),
        ({"compiled_autograd_id": None, **FRAME_0}, "0_0_0"),
    ],
)
def test_compile_ids_of_raw_logs(context, key):
    entry, _ = one(raw_entry("aot_joint_graph", b"x", **context))
    assert entry.compile_id == key


def test_every_field_of_a_raw_entry():
    prefix = "E0102 03:04:05.000678   99 a b/c:d.py:12] "
    data = b"\n" + raw_entry("graph_dump", b"", {"name": "g"}, prefix=prefix, rank=1, **FRAME_0)
    entry, payload = one(data)
    assert (entry.timestamp, entry.thread) == ("--01-02T03:04:05.000678", 99)
    assert (entry.pathname, entry.lineno) == ("a b/c:d.py", 12)
    assert (entry.rank, entry.line, entry.offset_bytes) == (1, 2, 1)
    assert entry.payload_md5 == "d41d8cd98f00b204e9800998ecf8427e"
    assert entry.has_payload
    assert payload == b""


def test_every_field_of_a_jsonl_entry_with_the_payload_first():
    line = (
        b'{"payload": "class G", "lineno": 12, "pathname": "torch/x.py", "thread": 2407, '
        b'"timestamp": "2026-11-23T19:25:59.805000Z", "rank": 0, "compile_id": "0_0_0", '
        b'"metadata": {"name": "g"}, "type": "graph_dump", "new": [1]}'
    )
    entry, payload = one(line, JsonlFramer)
    assert (entry.timestamp, entry.thread) == ("2026-11-23T19:25:59.805000Z", 2407)
    assert (entry.pathname, entry.lineno, entry.rank) == ("torch/x.py", 12, 0)
    assert (entry.compile_id, entry.metadata, payload) == ("0_0_0", {"name": "g"}, b"class G")


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400", "1" * 5000])
def test_numbers_that_fast_decoders_refuse_do_not_cost_the_entry(number):
    raw = f'{PREFIX}{{"graph_dump": {{"name": "g", "n": {number}}}, "frame_id": 0}}\n\tx\n'
    entry, payload = one(raw.encode())
    assert (entry.metadata["name"], payload) == ("g", b"x")
    line = f'{{"type": "graph_dump", "metadata": {{"name": "g", "n": {number}}}, "payload": "x"}}\n'
    entry, payload = one(line.encode(), JsonlFramer)
    assert (entry.metadata["name"], payload) == ("g", b"x")


def test_megabytes_of_metadata_and_deep_nesting_do_not_cost_the_entry():
    for big in (
        '"' + "x" * 3_000_000 + '"',
        "[" * 50_000 + "]" * 50_000,
        json.dumps([1] * 900_000),
    ):
        metadata = f'{{"name": "g", "big": {big}}}'
        raw = f'{PREFIX}{{"graph_dump": {metadata}, "frame_id": 0}}\n\tx\n'.encode()
        line = f'{{"type": "graph_dump", "metadata": {metadata}, "payload": "x"}}\n'.encode()
        for framer, data in ((RawLogFramer, raw), (JsonlFramer, line)):
            for places in ([], range(0, len(data), 100_000)):
                items = frame(framer, cut(data, places), SCRATCH)
                assert [(i.metadata["name"], p) for i, p in items] == [("g", b"x")]


def test_several_types_on_one_line_share_the_payload():
    data = raw_entry("aot_joint_graph", b"x\n" * 2_000_000, graph_dump={"name": "g"}, **FRAME_0)
    for pieces in ([data], cut(data, range(0, len(data), 500_000))):
        items = frame(RawLogFramer, pieces, SCRATCH)
        assert [item.type for item, _ in items] == ["aot_joint_graph", "graph_dump"]
        assert items[0][1] == items[1][1] == b"x\n" * 2_000_000
        assert [item.source_bytes for item, _ in items] == [len(data), 0]


@pytest.mark.parametrize(
    ("data", "slug"),
    [
        (b"Traceback (most recent call last):\n", "not_an_entry"),
        (b"\n\tpayload without an entry\n\tmore of it\n", "payload_without_entry"),
        (PREFIX.encode() + b'{"graph_dump": {"name"\n\tits payload\n', "broken_envelope"),
        (PREFIX.encode() + b'{"frame_id": 0}\n', "no_entry_type"),
        (PREFIX.encode() + b"text\n", "not_an_entry"),
    ],
)
def test_a_misfit_costs_that_line_alone(data, slug):
    good = raw_entry("aot_joint_graph", b"x")
    items = frame(RawLogFramer, [good + data + good], SCRATCH)
    first, problem, last = (item for item, _ in items)
    assert isinstance(first, Entry)
    assert isinstance(last, Entry)
    blank_lines = len(data) - len(data.lstrip(b"\n"))
    place = (problem.line, problem.offset_bytes)
    assert place == (3 + blank_lines, len(good) + blank_lines)
    assert problem.slug == slug
    assert problem.excerpt == data.decode().lstrip("\n").split("\n")[0]


def test_a_broken_jsonl_line_costs_that_line_alone():
    good = jsonl_entry("aot_joint_graph", b"x")
    for bad, slug in (
        (b'{"type": "x", \n', "broken_line"),
        (b"[]\n", "broken_line"),
        (b'{"payload": "x"}\n', "no_entry_type"),
        (b'{"type": 7}\n', "no_entry_type"),
        (b'{"type": "graph_dump", "payload": "\\x"}\n', "broken_line"),
    ):
        items = frame(JsonlFramer, [good + bad + b"\n" + good], SCRATCH)
        first, problem, last = (item for item, _ in items)
        assert isinstance(first, Entry)
        assert isinstance(last, Entry)
        assert (problem.slug, problem.line, problem.offset_bytes) == (slug, 2, len(good))


def counted(passed_over):
    return {name: tally.entries for name, tally in passed_over.tallies.items()}


def test_wanted_nobody_means_counted_and_not_decoded():
    passed_over = PassedOver({"chromium_event", "str", "describe_tensor"})
    bare = raw_entry("chromium_event", b"{}\nx", **FRAME_0)
    data = (
        bare
        + PREFIX.encode()
        + b'{"str": ["/a/b.py", 7]}\n'
        + raw_entry("describe_tensor", None, {"id": 0}, **FRAME_0)
        + raw_entry("aot_joint_graph", b"x")
        + raw_entry("chromium_event", b"y", {}, graph_dump={"name": "shared"})
    )
    items = frame(RawLogFramer, [data], SCRATCH, passed_over=passed_over)
    assert [(item.type, payload) for item, payload in items] == [
        ("aot_joint_graph", b"x"),
        ("graph_dump", b"y"),
    ]
    assert counted(passed_over) == {"chromium_event": 2, "str": 1, "describe_tensor": 1}
    assert passed_over.tallies["chromium_event"].source_bytes > len(bare)
    lines = jsonl_entry("chromium_event", b"x") * 3 + jsonl_entry("str")
    passed_over = PassedOver({"chromium_event", "str"})
    assert frame(JsonlFramer, [lines], SCRATCH, passed_over=passed_over) == []
    assert counted(passed_over) == {"chromium_event": 3, "str": 1}


def test_a_log_cut_anywhere_keeps_what_is_before_the_cut():
    data = raw_entry("aot_joint_graph", "é\nx".encode()) + raw_entry("graph_dump", b"yy")
    for length in range(len(data) + 1):
        for large in (100, 1 << 20):
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(RawLogFramer, "large_bytes", large)
                items = frame(RawLogFramer, [data[:length]], SCRATCH)
            assert len(items) <= 2
            complete = data.index(PREFIX.encode(), 1)
            if length >= complete:
                assert items[0][1] == "é\nx".encode()


def test_a_payload_of_another_json_kind_is_its_text():
    for text in (b'{"a": [1, 2.50]}', b"17", b"true"):
        data = b'{"type": "artifact", "payload": ' + text + b"}\n"
        assert one(data, JsonlFramer)[1] == text
    assert not one(b'{"type": "artifact", "payload": null}', JsonlFramer)[0].has_payload


@given(st.data())
@settings(max_examples=30, deadline=None)
def test_the_format_of_a_pipe_is_told_however_it_comes(data):
    raw = raw_entry("graph_dump", b"x", {"name": "g"}, **FRAME_0)
    lines = [
        raw,
        jsonl_entry("graph_dump", b"x"),
        b"npu: 3\n",
        b"{}\n",
        b"\n",
        b'{"a\n',
        b'{"type": "x',
    ]
    log = b"".join(data.draw(st.lists(st.sampled_from(lines), max_size=6)))
    blocks = cut(log, data.draw(st.lists(st.integers(0, len(log)), max_size=8)))

    class Pipe:
        range = close = skip_to = None
        read = staticmethod(iter([*filter(None, blocks), b""]).__next__)

    stream = PeekedStream(Pipe(), HEAD_BYTES, lambda lines: detect_format(lines) is not None)
    assert detect_format(stream.head) == detect_format(log)
