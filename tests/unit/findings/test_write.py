"""``compile_ids.jsonl`` and ``findings.json`` of a trace."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artifact_stream.findings import write as module
from artifact_stream.findings.write import write_findings
from artifact_stream.output.counts import TraceCounts
from artifact_stream.output.summary import TraceSummary
from tests.helpers.facts import fact, file_of, metrics
from tests.helpers.support import jsonl


@pytest.fixture
def written(tmp_path):
    def of(facts, **how):
        (tmp_path / "directory.jsonl").write_bytes(b"")
        (tmp_path / "facts.jsonl").write_bytes(facts)
        summary = TraceSummary(".", ["t.log"], TraceCounts(entries_read=1), 0.0)
        write_findings(str(tmp_path), str(tmp_path), summary, **how)
        content = json.loads((tmp_path / "findings.json").read_bytes())
        return jsonl(tmp_path / "compile_ids.jsonl"), content, summary.counts.findings

    return of


def test_each_compilation_is_a_line_and_each_finding_is_there_once(written):
    breaks = [
        fact("graph_break", f"{n}_0_0", n + 1, title="a", file="/w/a.py", lineno=3) for n in (0, 1)
    ]
    lines, content, counts = written(
        file_of([*breaks, metrics("0_0_1", graph_op_count=0, pytorch_version="2.9")]).getvalue()
    )
    assert [line["display_name"] for line in lines] == ["[0/0]", "[1/0]"]
    assert [line["status"] for line in lines] == [["break", "empty"], ["break", "no_metrics"]]
    [finding] = content["findings"]
    assert (finding["key"], finding["count"]) == ("a:a.py:", 2)
    assert finding["compile_ids"] == ["[0/0]", "[1/0]"]
    assert content["torch"] == {"pytorch_version": "2.9"}
    assert content["counts"]["graph_breaks"] == counts.graph_breaks == 2


def test_without_facts_it_says_so(written):
    lines, content, _ = written(b"", has_facts=False)
    assert (lines, content["findings"]) == ([], [])
    assert [each["what"] for each in content["not_in_trace"]] == ["facts"]


def test_no_line_is_longer_than_readers_take(written, monkeypatch):
    monkeypatch.setattr(module, "MAX_LINE_BYTES", 3000)
    symbols = [fact("symbol", symbol={"name": "s" * 100}) for _ in range(50)]
    [line], _, _ = written(file_of([fact("start"), *symbols]).getvalue())
    assert (line["symbols"], line["symbols_left_out"]) == ([], 50)


KINDS = ("failure", "graph_break", "recompilation", "start", "metrics", "symbol", "cache", "string")
LINES = st.one_of(
    st.binary(max_size=40),
    st.builds(
        lambda **members: json.dumps(members).encode(),
        kind=st.sampled_from(KINDS),
        compile_id=st.sampled_from(["0_0_0", "0_0_1", "x", "unknown", "!0_-_-"]),
        type=st.sampled_from(["compilation_metrics", "t"]),
        line=st.integers(0, 9),
        title=st.text(max_size=3),
        part=st.integers(0, 2),
        stack=st.lists(st.tuples(st.integers(0, 3), st.integers(), st.text(max_size=2))),
        fields=st.dictionaries(
            st.sampled_from(["entire_frame_compile_time_s", "co_name", "graph_op_count"]),
            st.one_of(st.none(), st.text(max_size=2), st.floats(allow_nan=False), st.integers()),
        ),
    ),
)


@settings(max_examples=60, deadline=None)
@given(lines=st.lists(LINES, max_size=12))
def test_whatever_stands_in_the_facts(lines, tmp_path_factory):
    folder = tmp_path_factory.mktemp("t")
    (folder / "directory.jsonl").write_bytes(b"")
    (folder / "facts.jsonl").write_bytes(b"\n".join(lines) + b"\n")
    summary = TraceSummary(".", ["t.log"], TraceCounts(), 0.0)
    write_findings(str(folder), str(folder), summary)
    json.loads((folder / "findings.json").read_bytes())
    assert len(jsonl(folder / "compile_ids.jsonl")) >= summary.counts.findings.compilations
