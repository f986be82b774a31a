"""Reading ``facts.jsonl``."""

from __future__ import annotations

import io

from artifact_stream.findings.told_facts import fact_at, facts_in
from tests.helpers.facts import fact, file_of


def test_each_line_is_found_again_at_its_offset():
    facts = [fact("start", line=n) for n in range(3)]
    file = file_of(facts)
    offsets = [offset for offset, _ in facts_in(file)]
    assert offsets[0] == 0
    assert [fact_at(file, offset) for offset in offsets] == facts


def test_what_somebody_has_edited_is_passed_over():
    whole = file_of([fact("start")]).getvalue()
    file = io.BytesIO(b"{}\n\xff\n[\n" + whole + b'{"kind": "gone"}\n' + whole[:-9])
    assert [told.line for _, told in facts_in(file)] == [1]
    assert fact_at(file, 1) is None
    assert fact_at(io.BytesIO(b"x" * (9 << 20)), 0) is None
    assert list(facts_in(io.BytesIO(b"x" * (9 << 20)))) == []
