"""A tlparse report's list of entries: lines of JSON whose payloads are files beside it."""

from __future__ import annotations

import hashlib
import json

import pytest

from artifact_stream.entries import BrokenPayload, Entry
from artifact_stream.errors import SourceDamaged
from artifact_stream.framing.detect import detect_format
from artifact_stream.framing.formats import Format
from artifact_stream.framing.passed_over import PassedOver
from artifact_stream.framing.scratch import Scratch
from artifact_stream.framing.tlparse import ReportPayload, TlparseFramer
from tests.helpers.support import ChunkStream, raw_entry

TABLE = {"string_table": ["/x/t.py"]}


def md5(data):
    return hashlib.md5(data).hexdigest()


def line(entry_type, metadata, payload=None, **more):
    record = {entry_type: metadata, "frame_id": 0, "frame_compile_id": 1, "thread": 7, **more}
    if payload is not None:
        record["has_payload"] = md5(payload)
    return json.dumps(record).encode()


def framed(tmp_path, lines, files=(), passed_over=()):
    files = dict(files)

    def opened(path):
        return ChunkStream([files[path]]) if path in files else None

    stream = ChunkStream([b"\n".join([json.dumps(TABLE).encode(), *lines])])
    tallies = PassedOver(passed_over)
    framer = TlparseFramer(stream, "raw.jsonl", tallies, Scratch(str(tmp_path)), opened)
    items = list(framer)
    if "str" not in tallies.types:
        table = items.pop(0)
        assert isinstance(table, Entry)
        assert (table.type, table.logged_metadata()) == ("str", b'["/x/t.py", 0]')
    return items, tallies


def test_the_string_table_can_be_passed_over(tmp_path):
    assert framed(tmp_path, [], passed_over=("str",))[0] == []


def test_an_entry_has_what_its_line_says_and_its_payload_from_its_file(tmp_path):
    text = b"class G:\n\tpass"
    metadata = {"name": "g"}
    [entry], _ = framed(
        tmp_path,
        [line("graph_dump", metadata, text, pathname=" torch/x.py", lineno=3, rank=2)],
        {f"payloads/{md5(text)}.txt": text},
    )
    assert isinstance(entry, Entry)
    assert (entry.type, entry.compile_id, entry.rank) == ("graph_dump", "0_1_0", 2)
    assert (entry.thread, entry.pathname, entry.lineno) == (7, "torch/x.py", 3)
    assert (entry.metadata, entry.line) == (metadata, 2)
    assert entry.payload.whole() == text
    assert entry.payload_md5 == md5(text)


def test_json_that_tlparse_laid_out_anew_is_what_was_logged(tmp_path):
    logged = b'{\n"b": 1,\n"a": true\n}'
    laid_out = json.dumps(json.loads(logged), indent=2, sort_keys=True).encode()
    record = line(
        "artifact", {"name": "v", "encoding": "json"}, logged, payload_filename="-_0/v_0.json"
    )
    [entry], _ = framed(tmp_path, [record], {"-_0/v_0.json": laid_out})
    assert entry.payload.whole() == logged


def test_json_of_another_origin_is_taken_as_it_is(tmp_path):
    record = line("artifact", {"encoding": "json"}, b"gone", payload_filename="-_0/v_0.json")
    [entry], _ = framed(tmp_path, [record], {"-_0/v_0.json": b"{}"})
    assert (entry.payload.whole(), entry.payload_md5) == (b"{}", None)


def test_a_payload_that_is_missing_is_told_by_its_digest(tmp_path):
    [entry], _ = framed(tmp_path, [line("graph_dump", {}, b"text")])
    assert entry.has_payload
    assert (entry.payload.whole(), entry.payload_md5) == (b"", md5(b"text"))


def test_types_that_are_passed_over_are_counted(tmp_path):
    items, tallies = framed(tmp_path, [line("dynamo_start", {})] * 3, (), ["dynamo_start"])
    assert items == []
    assert tallies.entries == 3


def test_broken_lines_cost_themselves(tmp_path):
    items, _ = framed(tmp_path, [b"{", b"", b'{"frame_id": 0}', line("a", {})])
    assert [getattr(item, "slug", None) for item in items] == ["broken_line", "no_entry_type", None]
    assert [item.line for item in items] == [2, 4, 5]


def test_a_payload_file_that_is_damaged_costs_its_entry():
    def damaged():
        raise SourceDamaged("the gzip data is corrupt")

    with pytest.raises(BrokenPayload, match="its file in the report is damaged"):
        ReportPayload(damaged).whole()
    assert ReportPayload(damaged).can_repeat


def test_formats_are_told_from_first_lines():
    assert detect_format(raw_entry("a", b"x")) is Format.RAW_LOG
    assert detect_format(b'{"type": "a"}\n') is Format.JSONL
    assert detect_format(json.dumps(TABLE).encode() + b"\n") is None
