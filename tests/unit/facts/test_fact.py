"""What a fact keeps of a text, and how it stands in ``facts.jsonl``."""

from __future__ import annotations

import json

from artifact_stream.facts.fact import (
    EVENTS,
    MAX_DETAILS,
    MAX_TITLE_CHARS,
    Fact,
    Kind,
    cut,
    cut_lines,
)
from artifact_stream.json_text import encode_json
from artifact_stream.output.counts import FACT_KINDS


def test_a_text_is_one_line_of_bounded_length():
    assert cut(" a\n  b\tc ") == "a b c"
    assert len(cut("x" * 1000)) == MAX_TITLE_CHARS
    assert cut("x" * 1000).endswith("x\u2026")


def test_the_first_lines_are_kept_that_say_something():
    assert cut_lines("\n a\n\n b") == ("a", "b")
    assert len(cut_lines("a\n" * 100)) == MAX_DETAILS


def test_what_is_as_usual_is_left_out():
    fact = Fact(kind=Kind.FAILURE, compile_id="0_0_0", rank=None, type="t", line=3, title="why")
    assert json.loads(encode_json(fact)) == {
        "kind": "failure", "compile_id": "0_0_0", "type": "t", "line": 3,
        "title": "why",
    }  # fmt: skip


def test_each_kind_of_event_is_counted():
    assert tuple(kind.value for kind in EVENTS) == FACT_KINDS
