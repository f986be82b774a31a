"""The formats, as sentences name them."""

from __future__ import annotations

from artifact_stream.framing.detect import detect_format
from artifact_stream.framing.formats import Format
from tests.helpers.support import jsonl_entry, raw_entry


def test_each_is_found_in_what_is_written_so():
    assert detect_format(raw_entry("a", b"x")) is Format.RAW_LOG
    assert detect_format(jsonl_entry("a", b"x")) is Format.JSONL
    assert [each.value for each in Format] == ["raw log", "intermediate JSONL"]
